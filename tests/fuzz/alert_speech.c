/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/alert_speech.c -- an alert of any words, told to a listener anywhere: a sentence and
 * details that can be read out and are bounded, and the clock only touches times of day that name a
 * zone.
 *
 * Input: a byte for the place, one for the listener, two for times, then the texts of the alert:
 * event, areas, headline, description and instruction, with a NUL between two. */
#include <string.h>

#include "intents/alert_words.h"
#include "intents/alexa/ssml.h"
#include "intents/speech/normalize.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/laws.h"

enum {
    NOW = 1781712000, /* Wednesday, June 17, 2026, 10 A.M. in Boulder */
    HOUR_S = 3600,
    /* What alert_decode() leaves of the texts. */
    EVENT_MAX = 256,
    AREA_MAX = 4096,
    HEADLINE_MAX = 1024,
    TEXT_MAX = 16384,
    GROWTH_MAX = 25,
    SLACK = 200,
};

static const char *const zones[] = {
    "America/Denver",    "America/Chicago",     "America/New_York", "America/Los_Angeles",
    "America/Anchorage", "America/Phoenix",     "Pacific/Honolulu", "Pacific/Pago_Pago",
    "Pacific/Guam",      "America/Puerto_Rico", "America/Adak",
};
enum { ZONES = sizeof zones / sizeof zones[0] };

/* A copy of what stands before the next NUL, cut like the decoder cuts it. */
static char *take_text(struct str *in, size_t max)
{
    struct str text = input_text(in, str_index(*in, '\0'));
    size_t end = 0, step;

    (void)input_byte(in);
    while (end < text.n && (step = str_utf8_step(str_sub(text, end, text.n))) > 0 &&
           end + step <= max)
        end += step;
    return strndup(text.n ? text.p : "", end);
}

/* Words that make the clock touch a text. */
static bool names_a_zone(struct str text)
{
    static const char *const words[] = { "DT", "ST", "ET", "CT", "MT", "PT", "UTC", "GMT" };

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (str_find(text, str_of(words[i])) < text.n)
            return true;
    return false;
}

static void check_clock(const char *text, const struct clock_text *clock)
{
    struct buf plain = BUF_INIT(4 << 20), timed = BUF_INIT(4 << 20), upper = BUF_INIT(4 << 20);

    normalize_text(&plain, str_of(text));
    normalize_text_by_clock(&timed, str_of(text), clock);
    LAW(!plain.failed && !timed.failed);
    for (const char *c = text; *c; c++)
        buf_putc(&upper, *c >= 'a' && *c <= 'z' ? (char)(*c - 'a' + 'A') : *c);
    if (!names_a_zone(buf_str(&upper)) && !strpbrk(text, "Zz"))
        LAW(str_eq(buf_str(&plain), buf_str(&timed)));
    buf_free(&plain);
    buf_free(&timed);
    buf_free(&upper);
}

static void check_spoken(const struct buf *out, size_t size)
{
    struct buf ssml = BUF_INIT(8 << 20);

    LAW(!out->failed && out->n <= GROWTH_MAX * size + SLACK);
    law_speakable(buf_str(out));
    buf_putz(&ssml, "<speak>");
    ssml_escape(&ssml, buf_str(out));
    buf_putz(&ssml, "</speak>");
    LAW(!ssml.failed);
    law_ssml(buf_str(&ssml), ssml.max);
    buf_free(&ssml);
}

static void check_alert(const struct alert *a, const struct alert_listener *listener)
{
    struct buf out = BUF_INIT(NORMALIZE_MAX); /* as in alerts.c */
    size_t texts = strlen(a->headline) + strlen(a->description) + strlen(a->instruction);

    alert_words_put_summary(&out, a, listener);
    check_spoken(&out, strlen(a->event) + strlen(a->area));
    LAW(out.n > 0 && strchr(".!?\"", out.p[out.n - 1]));
    buf_free(&out);

    out = (struct buf)BUF_INIT(4 << 20);
    buf_putc(&out, '.');
    alert_words_put_details(&out, a, listener);
    check_spoken(&out, texts);
    LAW(out.n == 1 || out.p[1] == ' ');
    buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str in = { (const char *)data, size };
    struct place place = { .city = STR("Boulder"),
                           .state = "CO",
                           .state_name = STR("Colorado"),
                           .forecast_zone_id = STR("COZ039"),
                           .forecast_zone_name = STR("Boulder And Jefferson Below 6000 Feet"),
                           .county_zone_id = STR("COC013"),
                           .county_zone_name = STR("Boulder") };
    unsigned at = input_byte(&in), hears = input_byte(&in), onset = input_byte(&in),
             until = input_byte(&in);

    place.zone = zone_get(str_of(zones[at % ZONES]));
    struct alert_listener listener = {
        &place, { place.zone, NULL, NOW }, NOW, until & 1 ? UNITS_METRIC : UNITS_US
    };
    if (hears % (ZONES + 1) < ZONES)
        listener.clock.listener = zone_get(str_of(zones[hears % (ZONES + 1)]));
    char *event = take_text(&in, EVENT_MAX), *area = take_text(&in, AREA_MAX);
    char *headline = take_text(&in, HEADLINE_MAX), *description = take_text(&in, TEXT_MAX);
    char *instruction = take_text(&in, TEXT_MAX);
    struct alert a = { .id = "",
                       .event = event,
                       .area = area,
                       .headline = headline,
                       .description = description,
                       .instruction = instruction,
                       .zones = "COZ001\0COZ039",
                       .zone_count = at & 128 ? 2 : 0,
                       .onset = onset ? NOW + ((int64_t)onset - 40) * HOUR_S : 0,
                       .until = until ? NOW + (int64_t)until * HOUR_S : 0 };

    LAW(event && area && headline && description && instruction && place.zone);
    check_alert(&a, &listener);
    check_clock(description, &listener.clock);
    free(event);
    free(area);
    free(headline);
    free(description);
    free(instruction);
    return 0;
}
