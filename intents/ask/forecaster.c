/* SPDX-License-Identifier: Apache-2.0 */
/* intents/ask/forecaster.c -- ForecasterIntent: "what does the forecaster say", "read the weather
 * radio": the area forecast discussion, the hazardous weather outlook, and the script of NOAA
 * Weather Radio.
 *
 * What matters most comes first: the key messages or the synopsis of a discussion, day one of an
 * outlook. The other sections follow page by page. */
#include "intents/alexa/broadcast_ssml.h"
#include "intents/alexa/markup.h"
#include "intents/alexa/ssml.h"
#include "intents/answer_phrase.h"
#include "intents/ask/item_words.h"
#include "intents/intent.h"
#include "intents/speech/metric_text.h"
#include "intents/speech/normalize.h"
#include "intents/speech/phrase.h"
#include "intents/weather/office.h"
#include "intents/weather/product.h"
#include "intents/weather/product_text.h"

enum { PAGE_WORDS = 90, DAY_S = 86400, SUBJECT_MAX = 40, SCRIPT_MAX = 90 * 1024 };

static const char *const forecaster_slots[] = { "product", "location", "zip_conn",
                                                "zipcode", "favorite", NULL };

enum product_item { DISCUSSION, OUTLOOK, RADIO };

static const struct item_words product_words[] = {
#define PRODUCT(words, item) { STR(words), item },
#include "intents/ask/product.def"
#undef PRODUCT
};

static const struct {
    const char *type, *name;
    struct str first[2]; /* how the name of the section that comes first begins, by preference */
} products[] = {
    [DISCUSSION] = { "AFD", "forecast discussion", { STR("KEY MESSAGE"), STR("SYNOPSIS") } },
    [OUTLOOK] = { "HWO", "hazardous weather outlook", { STR("DAY ONE"), STR("TODAY") } },
};

/* "The National Weather Service office in Boulder" */
static void put_office(struct buf *out, const struct turn *turn)
{
    const char *city = office_city(turn->place.cwa);

    buf_putz(out, "The National Weather Service office ");
    if (city) {
        buf_printf(out, "in %s", city);
        return;
    }
    buf_putz(out, "for ");
    answer_phrase_place(out, &turn->place);
}

/* A proven absence: NWS answered that there is none. */
static enum status tell_none(struct turn *turn, struct reply *reply, const char *name)
{
    put_office(&reply->speech, turn);
    buf_printf(&reply->speech, " has no %s right now.", name);
    reply->card_title = answer_phrase_card_title(turn);
    return ST_OK;
}

/* ---- texts ---- */

/* A section as the normalizer reads it: its heading, and the text without the line that tells when
 * it was issued. */
static void put_section(struct buf *out, const struct product_section *section,
                        enum units_system units)
{
    struct buf text = BUF_INIT(PRODUCT_TEXT_MAX);
    size_t start;
    struct str rest = section->text, line;

    buf_printf(&text, "%.*s...\n", STR_ARG(section->name));
    while (rest.n > 0 && str_split(&rest, '\n', &line))
        if (!str_starts(line, STR("Issued at ")))
            buf_printf(&text, "%.*s\n", STR_ARG(line));
    buf_putc(out, '\n');
    start = out->n;
    normalize_text(out, buf_str(&text));
    metric_text_convert(out, start, units);
    phrase_end_sentence(out);
    out->failed = out->failed || text.failed;
    buf_free(&text);
}

/* The list of warnings is for machines; a question about alerts has them. */
static bool is_told(const struct product_section *section)
{
    return str_find(section->name, STR("WATCHES/WARNINGS")) == section->name.n &&
           !str_starts(section->name, STR("PRELIMINARY POINT"));
}

/* The section that is told first. */
static size_t choose_first(const struct product_section *sections, size_t count,
                           const struct str first[2])
{
    for (int k = 0; k < 2; k++)
        for (size_t i = 0; i < count; i++)
            if (str_starts(sections[i].name, first[k]))
                return i;
    return 0;
}

/* "The National Weather Service office in Boulder, today at 4:12 A.M.:", "..., 2 days ago:" */
static void put_head(struct buf *out, const struct turn *turn, const struct product *product)
{
    const struct zone *zone = turn->place.zone;
    int64_t age = turn->call.now - product->issued;

    put_office(out, turn);
    if (product->issued > 0) {
        buf_putz(out, ", ");
        if (age < DAY_S)
            phrase_put_day_and_time(out, civil_of(zone, product->issued),
                                    civil_of(zone, turn->call.now));
        else
            buf_printf(out, "%d day%s ago", (int)(age / DAY_S), age < 2 * DAY_S ? "" : "s");
    }
    buf_putc(out, ':');
}

static void put_sections(struct reply *reply, struct str text, enum product_item item,
                         enum units_system units)
{
    struct buf *out = &reply->speech;
    size_t start = out->n;
    struct product_section sections[PRODUCT_SECTIONS_MAX];
    size_t count = product_sections(text, sections);
    size_t first = choose_first(sections, count, products[item].first);

    for (size_t i = 0; i < count; i++) {
        const struct product_section *section = &sections[i == 0 ? first : i - (i <= first)];
        if (is_told(section))
            put_section(out, section, units);
        if (i == 0)
            reply->first_part_end = out->n;
    }
    if (count == 0) {
        buf_putc(out, ' ');
        normalize_text(out, text);
        metric_text_convert(out, start, units);
        phrase_end_sentence(out);
    }
}

static enum status tell_text(struct turn *turn, enum product_item item, struct reply *reply,
                             struct err *err)
{
    struct product product;
    struct str text;
    enum status st = product_get(turn->skill->nws, &turn->call, &turn->place, products[item].type,
                                 &product, err);

    if (st == ST_NOT_FOUND) {
        err_clear(err);
        return tell_none(turn, reply, products[item].name);
    }
    if (st != ST_OK)
        return st;
    if (!product_segment(product.text, turn->place.forecast_zone_id, turn->place.county_zone_id,
                         &text)) {
        turn->subject = turn->place.city;
        return err_reason(err, ST_NOT_FOUND, "product_elsewhere",
                          "no segment of the product is for the place's zones");
    }
    put_head(&reply->speech, turn, &product);
    reply->first_part_ask = STR("Do you want to hear more?");
    reply->page_words = turn->length == LENGTH_FULL ? 0 : PAGE_WORDS;
    put_sections(reply, text, item, turn->units);
    if (product.stale)
        answer_phrase_stale(&reply->speech, "this text", product.age_s);
    reply->source.kind = SOURCE_FORECAST;
    reply->source.time = product.issued;
    reply->card_title = answer_phrase_card_title(turn);
    return ST_OK;
}

/* ---- weather radio ---- */

static void put_radio_head(struct buf *markup, const struct place *place)
{
    struct buf head = BUF_INIT(512);

    buf_putz(&head, "NOAA Weather Radio for ");
    answer_phrase_place(&head, place);
    buf_putz(&head, ": ");
    ssml_escape(markup, buf_str(&head));
    markup->failed = markup->failed || head.failed;
    buf_free(&head);
}

static enum status tell_radio(struct turn *turn, struct reply *reply, struct err *err)
{
    struct buf plain = BUF_INIT(SCRIPT_MAX);
    struct product product;
    size_t start;
    enum status st = product_get_radio(turn->skill->nws, &turn->call, &turn->place, &product, err);

    if (st == ST_NOT_FOUND) {
        err_clear(err);
        return tell_none(turn, reply, "weather radio script");
    }
    if (st != ST_OK)
        return st;
    put_radio_head(&reply->speech, &turn->place);
    start = reply->speech.n;
    st = broadcast_ssml(&reply->speech, product.text, err);
    metric_text_convert(&reply->speech, start, turn->units);
    markup_put_plain(&plain, buf_str(&reply->speech));
    reply->card_text = arena_str(turn->call.arena, str_trim(buf_str(&plain)));
    reply->markup = turn->length != LENGTH_BRIEF;
    if (!reply->markup) {
        buf_reset(&reply->speech);
        buf_put(&reply->speech, reply->card_text);
    }
    buf_free(&plain);
    reply->card_title = answer_phrase_card_title(turn);
    return st == ST_INVALID ? ST_UNAVAILABLE : st;
}

static enum status forecaster_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    struct str words = turn_slot(turn, "product");
    int item;

    if (!item_words_find(product_words, sizeof product_words / sizeof product_words[0], words,
                         DISCUSSION, &item)) {
        turn->subject = words.n <= SUBJECT_MAX ? words : STR_NONE;
        return err_reason(err, ST_INVALID, "product_unknown", "no such product");
    }
    return item == RADIO ? tell_radio(turn, reply, err)
                         : tell_text(turn, (enum product_item)item, reply, err);
}

const struct intent intent_forecaster = {
    .name = "ForecasterIntent",
    .slots = forecaster_slots,
    .needs_place = true,
    .keeps_topic = true,
    .answer = forecaster_answer,
};
