/* SPDX-License-Identifier: Apache-2.0 */
/* intents/ask/advice.c -- "do I need an umbrella", "should I cover my plants".
 *
 * Advice never hides a warning: one that is active is named before anything else. */
#include "intents/figures/advice.h"

#include <strings.h>

#include "intents/answer_phrase.h"
#include "intents/ask/advice_figures.h"
#include "intents/ask/ask_phrase.h"
#include "intents/ask/period.h"
#include "intents/ask/warnings.h"
#include "intents/intent.h"
#include "intents/metric.h"
#include "intents/sky/sun.h"
#include "intents/speech/phrase.h"

enum { CARD_MAX = 4000 }; /* bytes */

static const char *const advice_slots[] = {
    "thing",   "excess",   "when_abs", "when_any", "when_pos", "day",   "month",
    "quarter", "location", "zip_conn", "zipcode",  "favorite", "units", NULL,
};

/* ---- what is asked ---- */

static const struct {
    const char *words;
    enum advice_thing thing;
} words_of[] = {
#define WORDS(words, id) { words, ADVICE_##id },
#include "intents/ask/advice_words.def"
#undef WORDS
};

/* Is the phrase in the text, between blanks or at its ends? */
static bool has_phrase(struct str text, struct str phrase)
{
    for (size_t at = 0; at + phrase.n <= text.n; at++)
        if (str_eq(str_sub(text, at, at + phrase.n), phrase) &&
            (at == 0 || text.p[at - 1] == ' ') &&
            (at + phrase.n == text.n || text.p[at + phrase.n] == ' '))
            return true;
    return false;
}

static enum status read_thing(struct turn *turn, enum advice_thing *ret_thing, struct err *err)
{
    enum { SUBJECT_MAX = 40, THING_MAX = 100 }; /* bytes */
    struct str slot = turn_slot(turn, "thing");

    for (size_t i = 0; slot.n <= THING_MAX && i < sizeof words_of / sizeof words_of[0]; i++) {
        if (has_phrase(slot, str_of(words_of[i].words))) {
            *ret_thing = words_of[i].thing;
            return ST_OK;
        }
    }
    if (metric_unsupported(slot))
        return err_reason(err, ST_INVALID, metric_unsupported(slot), "not published");
    turn->subject = slot.n <= SUBJECT_MAX ? slot : STR_NONE;
    return err_reason(err, ST_INVALID, "advice_unknown", "nothing that can be advised on");
}

/* The question that the thing stands for. */
static const struct advice_as {
    struct str thing, intent;
    const char *slot;
    struct str value, leadin, when;
} others[] = {
#define ADVICE_AS(thing, intent, slot, value, leadin, when) \
    { STR(thing), STR(intent), slot, STR(value), STR(leadin), STR(when) },
#include "intents/ask/advice_as.def"
#undef ADVICE_AS
};

static const struct advice_as *find_other(const struct turn *turn)
{
    struct str slot = turn_slot(turn, "thing");

    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        if (str_eq(slot, others[i].thing))
            return &others[i];
    return NULL;
}

static enum status answer_other(struct turn *turn, const struct advice_as *other,
                                struct reply *reply, struct err *err)
{
    const struct when_words when = turn_when_words(turn);
    struct slots slots = { .count = 0 };

    turn_add_slots(turn, advice_slots, &slots);
    slots_set(&slots, "thing", STR_NONE);
    slots_set(&slots, "excess", STR_NONE);
    slots_set(&slots, other->slot, other->value);
    slots_set(&slots, "leadin", other->leadin);
    if (!when_words_given(&when))
        slots_set(&slots, "when_abs", other->when);
    return turn_answer_with(turn, turn->find_intent(other->intent), &slots, reply, err);
}

static void read_time(const struct days *d, const struct period *period, struct advice_question *q)
{
    if (period->count == 0)
        q->spans[q->span_count++] = advice_time(d, q->thing);
    for (size_t i = 0; i < period->count && i < ADVICE_SPANS_MAX; i++)
        q->spans[q->span_count++] =
            days_left(d, (struct span){ period->part[i].start, period->part[i].end });
}

static void read_sun(const struct turn *turn, const struct days *d, struct advice_question *q)
{
    enum { NOON = 12 };
    int ahead = days_ahead_of(d, q->spans[0].from);

    q->sun_height =
        sun_day_around(turn->place.lat, turn->place.lon, days_span(d, ahead, NOON, NOON).from)
            .noon_height;
}

static bool is_about_air(const struct alert *a)
{
    return str_find(str_of(a->event), STR("Air Quality")) < strlen(a->event);
}

static bool is_named(const struct alert *a)
{
    return warnings_is_warning(a) || is_about_air(a);
}

static bool is_named_at_water(const struct alert *a)
{
    return is_named(a) || warnings_is_water(a);
}

static bool has_alert(const struct warnings *w, warnings_fn *is_meant)
{
    for (size_t i = 0; i < w->alerts.count; i++)
        if (is_meant(&w->alerts.at[i]))
            return true;
    return false;
}

static bool is_at_water(enum advice_thing thing)
{
    return thing == ADVICE_SWIM || thing == ADVICE_SEA;
}

static bool is_outing(enum advice_thing thing)
{
    return thing == ADVICE_RUN || thing == ADVICE_WALK || thing == ADVICE_BIKE ||
           thing == ADVICE_OUTSIDE || is_at_water(thing);
}

/* The alerts that are named before the advice. */
static warnings_fn *alerts_of(enum advice_thing thing)
{
    return is_at_water(thing) ? is_named_at_water
           : is_outing(thing) ? is_named
                              : warnings_is_warning;
}

/* ---- the answer ---- */

/* How much is told of the figures. */
struct wording {
    bool terse;     /* "heat index 103 degrees", not "a heat index of 103 degrees" */
    size_t figures; /* the first ones of them */
};

static void put_degrees(struct buf *out, const char *before, double c, const struct turn *turn)
{
    buf_putz(out, before);
    units_put_degrees(out, units_degrees(c, turn->units));
}

static void put_chance(struct buf *out, double percent, const char *of, bool terse)
{
    if (terse)
        buf_printf(out, "%d percent chance of %s", units_round(percent), of);
    else
        ask_put_chance(out, percent, of);
}

static void put_snowfall(struct buf *out, double mm, const struct turn *turn)
{
    if (mm <= 0.0) {
        buf_putz(out, turn->units == UNITS_METRIC ? "0 centimeters" : "0 inches");
    } else {
        buf_putz(out, "about ");
        units_put_snow(out, mm, turn->units);
    }
    buf_putz(out, " of snow");
}

static void put_figure(struct buf *out, const struct turn *turn, const struct days *d,
                       const struct advice_figure *f, bool terse)
{
    switch (f->fact) {
    case ADVICE_CHANCE:
        put_chance(out, f->value, "precipitation", terse);
        break;
    case ADVICE_RAIN:
        put_chance(out, f->value, "rain", terse);
        break;
    case ADVICE_SNOW:
        put_chance(out, f->value, "snow", terse);
        break;
    case ADVICE_ICE:
        put_chance(out, f->value, "ice", terse);
        break;
    case ADVICE_STORMS:
        put_chance(out, f->value, "thunderstorms", terse);
        break;
    case ADVICE_FELT:
        put_degrees(out, "it will feel like ", f->value, turn);
        break;
    case ADVICE_LOW:
        put_degrees(out, "a low of ", f->value, turn);
        buf_putz(out, ", ");
        ask_put_hour(out, d, f->at);
        break;
    case ADVICE_COOLEST:
        put_degrees(out, "as cool as ", f->value, turn);
        break;
    case ADVICE_WARMEST:
        put_degrees(out, "as warm as ", f->value, turn);
        break;
    case ADVICE_DEWPOINT:
        put_degrees(out, terse ? "dewpoint " : "a dewpoint of ", f->value, turn);
        break;
    case ADVICE_HEAT_INDEX:
        put_degrees(out, terse ? "heat index " : "a heat index of ", f->value, turn);
        break;
    case ADVICE_HEAT_RISK:
        buf_printf(out, terse ? "heat risk %d of 4" : "a heat risk of %d out of 4",
                   units_round(f->value));
        break;
    case ADVICE_WIND_CHILL:
        put_degrees(out, terse ? "wind chill " : "a wind chill of ", f->value, turn);
        break;
    case ADVICE_GUST:
        buf_putz(out, "gusts up to ");
        units_put_wind_speed(out, units_speed(f->value, turn->units), turn->units);
        break;
    case ADVICE_SNOWFALL:
        put_snowfall(out, f->value, turn);
        break;
    case ADVICE_AIR_QUALITY:
        buf_putz(out, "there is an air quality alert");
        break;
    case ADVICE_WARNING:
        buf_putz(out, "a warning is in effect");
        break;
    case ADVICE_SUN_HEIGHT:
        buf_printf(out, "at noon the sun is %d degrees high", units_round(f->value));
        break;
    }
}

/* "58 to 70 degrees, a dewpoint of 50 degrees and a 10 percent chance of precipitation" */
static void put_figures(struct buf *out, const struct turn *turn, const struct days *d,
                        const struct advice *a, struct wording w)
{
    size_t said = 0;
    bool range = a->count > 1 && a->figures[0].fact == ADVICE_COOLEST &&
                 a->figures[1].fact == ADVICE_WARMEST;

    if (range) {
        int low = units_degrees(a->figures[0].value, turn->units);
        int high = units_degrees(a->figures[1].value, turn->units);
        if (low != high)
            buf_printf(out, "%d to ", low);
        units_put_degrees(out, high);
        said = 2;
    }
    for (; said < w.figures; said++) {
        if (!w.terse)
            phrase_put_separator(out, said, w.figures);
        else if (said > 0)
            buf_putz(out, ", ");
        put_figure(out, turn, d, &a->figures[said], w.terse);
    }
}

/* " tomorrow in Boulder, Colorado" */
static void put_when_and_where(struct buf *out, const struct turn *turn, const struct days *d,
                               const struct period *period, const struct advice_question *q)
{
    buf_putc(out, ' ');
    if (period->count > 0)
        period_put_name(out, period);
    else if (advice_is_of_night(q->thing))
        ask_put_night(out, d, q->spans[0].from);
    else
        ask_put_day(out, d, q->spans[0].from);
    ask_put_in_place(out, turn);
}

static const char *sentence_of(enum advice_thing thing, enum advice_verdict verdict)
{
    static const struct {
        const char *yes, *maybe, *no;
    } sentences[ADVICE_COUNT] = {
#define ADVICE(id, judge, time, maybe, yes, if_yes, if_maybe, if_no) { if_yes, if_maybe, if_no },
#include "intents/figures/advice.def"
#undef ADVICE
    };

    return verdict == ADVICE_YES     ? sentences[thing].yes
           : verdict == ADVICE_MAYBE ? sentences[thing].maybe
                                     : sentences[thing].no;
}

/* "Is it too hot to run": yes and no change places, and the reason may be something other than the
 * heat.  Returns the rest of the sentence. */
static const char *put_answer_to_excess(struct buf *out, const char *sentence)
{
    static const char yes[] = "Yes, ", no[] = "No, ";

    if (strncmp(sentence, yes, sizeof yes - 1) == 0) {
        buf_putz(out, no);
        return sentence + sizeof yes - 1;
    }
    if (strncmp(sentence, no, sizeof no - 1) != 0)
        return sentence;
    sentence += sizeof no - 1;
    buf_putc(out, (char)(*sentence - 'a' + 'A'));
    return sentence + 1;
}

/* After a warning, what is fine is fine but for that. Returns the rest of the sentence. */
static const char *put_otherwise(struct buf *out, const char *sentence)
{
    static const char yes[] = "Yes, ";

    if (strncmp(sentence, yes, sizeof yes - 1) != 0)
        return sentence;
    buf_putz(out, "Otherwise ");
    return sentence + sizeof yes - 1;
}

static void put_advice(struct buf *out, const struct turn *turn, const struct days *d,
                       const struct period *period, const struct advice_question *q,
                       const struct advice *a, struct wording w)
{
    const char *p = sentence_of(q->thing, a->verdict);

    if (turn_slot(turn, "excess").n > 0)
        p = put_answer_to_excess(out, p);
    else if (q->warning && is_outing(q->thing))
        p = put_otherwise(out, p);
    for (; *p; p++) {
        if (*p == '#')
            buf_putz(out, advice_garment_name(a->garment));
        else if (*p == '@')
            put_when_and_where(out, turn, d, period, q);
        else if (*p == '%')
            put_figures(out, turn, d, a, w);
        else if (*p == '.' && p[1] == '\0')
            phrase_end_sentence(out); /* "6 A.M." ends one already */
        else
            buf_putc(out, *p);
    }
    if (a->raincoat)
        buf_putz(out, " A raincoat is better.");
    if (!a->whole)
        buf_putz(out, " The forecast has gaps.");
}

/* Appends the advice to the warnings in `out`, in as many words as one breath has, but with one
 * figure at least; `card` gets what was left out of it: all, or nothing if all was told. */
static void put_in_one_breath(struct buf *out, struct buf *card, const struct turn *turn,
                              const struct days *d, const struct period *period,
                              const struct advice_question *q, const struct advice *a)
{
    struct wording w = { false, a->count };
    size_t start = out->n;

    put_advice(out, turn, d, period, q, a, w);
    if (turn->length == LENGTH_FULL || ask_fits(out, turn))
        return;
    buf_put(card, buf_str(out));
    w.terse = true;
    do {
        buf_truncate(out, start);
        put_advice(out, turn, d, period, q, a, w);
    } while (!ask_fits(out, turn) && --w.figures > 0);
}

static const char *layer_name(enum grid_layer layer)
{
    return layer == GRID_PRECIPITATION_CHANCE ? "precipitation"
           : layer == GRID_WIND_GUST          ? "wind gust"
           : layer == GRID_SNOWFALL           ? "snowfall"
           : layer == GRID_DEWPOINT           ? "dewpoint"
                                              : "temperature";
}

/* Reads each part of the period by itself; returns whether all of them are known and differ. */
static bool read_each(const struct days *d, const struct period *period, const struct grid *g,
                      const struct advice_question *q, struct advice each[ADVICE_SPANS_MAX])
{
    bool differ = false;

    for (size_t i = 0; i < period->count; i++) {
        struct advice_question one = *q;
        one.spans[0] = q->spans[i];
        one.span_count = 1;
        each[i] = advice_read(g, d, &one);
        if (each[i].verdict == ADVICE_UNKNOWN)
            return false;
        differ = differ || each[i].verdict != each[0].verdict;
    }
    return differ;
}

/* Of two days that differ, each is told by itself. */
static void put_days(struct buf *out, struct buf *card, const struct turn *turn,
                     const struct days *d, const struct period *period, const struct grid *g,
                     struct advice_question *q, const struct advice *both)
{
    struct advice each[ADVICE_SPANS_MAX];

    if (period->count < 2 || !read_each(d, period, g, q, each)) {
        put_in_one_breath(out, card, turn, d, period, q, both);
        return;
    }
    for (size_t i = 0; i < period->count; i++) {
        const struct period day = { .count = 1, .part = { period->part[i] } };
        if (i > 0)
            buf_putc(out, ' ');
        put_in_one_breath(out, card, turn, d, &day, q, &each[i]);
    }
}

static enum status advice_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    const struct days d = { turn->place.zone, turn->call.now };
    struct advice_question q = { 0 };
    struct buf *out = &reply->speech;
    struct grid_answer forecast;
    struct warnings warnings;
    struct period period;
    struct buf card = BUF_INIT(CARD_MAX);
    struct advice a;
    size_t told;
    const struct advice_as *other = find_other(turn);
    enum status st;

    if (other)
        return answer_other(turn, other, reply, err);
    st = read_thing(turn, &q.thing, err);
    if (st == ST_OK)
        st = period_read(turn, &period, err);
    if (st != ST_OK)
        return st;
    read_time(&d, &period, &q);
    read_sun(turn, &d, &q);
    st = source_get_grid(turn, reply, &forecast, err);
    if (st == ST_OK)
        st = warnings_get(turn, &warnings, err);
    if (st != ST_OK)
        return st;
    q.warning = has_alert(&warnings, warnings_is_warning);
    q.too_windy = str_eqz(turn_slot(turn, "excess"), "too windy");
    q.air_quality_alert = has_alert(&warnings, is_about_air);
    reply->card_title = answer_phrase_card_title(turn);
    warnings_put(reply, turn, &warnings, alerts_of(q.thing));
    a = advice_read(forecast.grid, &d, &q);
    if (a.verdict == ADVICE_UNKNOWN) {
        ask_put_no_forecast(out, turn, forecast.grid, a.missing, layer_name(a.missing));
    } else {
        advice_note_figures(&q, &a, &reply->figures);
        put_days(out, &card, turn, &d, &period, forecast.grid, &q, &a);
    }
    told = out->n;
    if (forecast.stale)
        answer_phrase_stale(out, "this forecast", forecast.age_s);
    warnings_put_unchecked(reply, &warnings);
    if (card.n > 0) {
        buf_put(&card, str_sub(buf_str(out), told, out->n));
        reply->card_text = arena_str(turn->call.arena, buf_str(&card));
    }
    buf_free(&card);
    return ST_OK;
}

const struct intent intent_advice = {
    .name = "AdviceIntent",
    .slots = advice_slots,
    .needs_place = true,
    .keeps_topic = true,
    .foresees = warnings_foresee,
    .answer = advice_answer,
};
