/* SPDX-License-Identifier: Apache-2.0 */
/* intents/forecast.c -- the forecast for one period, or for the two days of a weekend.
 *
 * It is told in one breath (forecast_short.c); the card, and a listener who wants everything, have
 * all the facts (forecast_facts.c). */
#include "intents/forecast.h"

#include "intents/answer_phrase.h"
#include "intents/forecast_words.h"
#include "intents/speech/phrase.h"
#include "intents/yes_no.h"

enum { PERIODS_MAX = 2, WORDS_MAX = 45, FACTS_BYTES_MAX = 16 * 1024 };

/* Was something sent for this metric that can't be read?  If so, it isn't missing. */
static bool metric_unread(const struct grid *g, enum metric_id id)
{
    static const struct {
        enum metric_id metric;
        enum grid_layer layer;
    } needs[] = {
        { METRIC_TEMPERATURE, GRID_TEMPERATURE },
        { METRIC_TEMPERATURE, GRID_MAX_TEMPERATURE },
        { METRIC_TEMPERATURE, GRID_MIN_TEMPERATURE },
        { METRIC_PRECIPITATION, GRID_PRECIPITATION_CHANCE },
        { METRIC_SKYS, GRID_SKY_COVER },
        { METRIC_SUMMARY, GRID_SKY_COVER },
        { METRIC_WIND, GRID_WIND_SPEED },
        { METRIC_PRESSURE, GRID_PRESSURE },
        { METRIC_HUMIDITY, GRID_HUMIDITY },
        { METRIC_DEWPOINT, GRID_DEWPOINT },
    };

    for (size_t i = 0; i < sizeof needs / sizeof needs[0]; i++)
        if (needs[i].metric == id && grid_unread(g, needs[i].layer))
            return true;
    return false;
}

static bool any_unread(const struct question *q, const struct outlook *o)
{
    bool any = false;

    for (size_t i = 0; i < q->count; i++)
        any = any || metric_unread(o->grid, q->metrics[i]);
    return any;
}

/* Says that the period has no such value.  This is not an apology: the other day of a weekend may
 * have one. */
static void put_no_forecast(struct buf *out, const struct turn *turn, const struct question *q,
                            const struct outlook *o)
{
    enum metric_id id = q->metrics[0];
    const char *what = q->all || id == METRIC_SUMMARY ? "weather"
                       : id == METRIC_SKYS            ? "sky"
                                                      : metric_spoken_name(id);

    buf_printf(out,
               any_unread(q, o) ? "I have no %s forecast that I can read for "
                                : "No %s forecast is available for ",
               what);
    answer_phrase_place(out, &turn->place);
    buf_printf(out, ", %.*s", STR_ARG(o->when.name));
    phrase_end_sentence(out); /* "6 P.M." ends one already */
}

/* A period to be told, with its figures. */
struct spoken_period {
    struct outlook outlook;
    struct outlook_figures figures;
    struct forecast_told told;
};

struct forecast_answer {
    struct spoken_period periods[PERIODS_MAX];
    size_t count;
    bool stale;
    int64_t age_s;
};

/* Reads the periods that the question means: one, or the two days of a weekend. */
static enum status read_periods(struct turn *turn, const struct question *q,
                                struct forecast_answer *a, struct err *err)
{
    struct when_words words = q->when;
    struct when *first = &a->periods[0].outlook.when, *second = &a->periods[1].outlook.when;
    struct err ignored = ERR_NONE; /* a second day beyond the forecast is left out */
    enum status st =
        when_parse(&words, turn->place.zone, turn->call.now, turn->call.arena, first, err);

    turn->subject = st == ST_OK || st == ST_NOT_FOUND ? first->name : STR_NONE;
    if (st != ST_OK)
        return st;
    a->count = 1;
    words.second = true;
    if (first->two_days && when_parse(&words, turn->place.zone, turn->call.now, turn->call.arena,
                                      second, &ignored) == ST_OK)
        a->count = 2;
    return ST_OK;
}

static void read_figures(const struct turn *turn, const struct grid *grid, struct spoken_period *p,
                         bool first)
{
    const struct when *w = &p->outlook.when;
    struct outlook_span period = { .start = w->start,
                                   .end = w->end,
                                   .from = w->from,
                                   .daytime = w->daytime,
                                   .whole = w->part == PART_DAY || w->part == PART_NIGHT };

    p->outlook.grid = grid;
    p->outlook.place = &turn->place;
    outlook_read(grid, &period, &p->figures);
    p->told = (struct forecast_told){ .figures = &p->figures,
                                      .when = w,
                                      .place = &turn->place,
                                      .units = turn->units,
                                      .names_place = first };
}

/* "In Boulder, Colorado, tomorrow: A high of 56 degrees. ..." */
static void put_all_facts(struct buf *out, const struct turn *turn, const struct question *q,
                          const struct spoken_period *p, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        size_t before = out->n;
        if (i == 0)
            answer_phrase_in_place(out, &turn->place);
        buf_printf(out, "%s %.*s:", i == 0 ? "," : "", STR_ARG(p[i].outlook.when.name));
        phrase_capitalize(out, i == 0 ? before : before + 1);
        if (forecast_put_facts(out, q, &p[i].told))
            continue;
        buf_truncate(out, before);
        buf_putz(out, i == 0 ? "" : " ");
        put_no_forecast(out, turn, q, &p[i].outlook);
    }
}

static void put_breath(struct buf *out, const struct turn *turn, const struct question *q,
                       const struct spoken_period *p, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        buf_putz(out, i == 0 ? "" : " ");
        bool any = q->all ? forecast_put_list(out, q, &p[i].told, WORDS_MAX / count)
                          : forecast_put_short(out, q, &p[i].told);
        if (!any)
            put_no_forecast(out, turn, q, &p[i].outlook);
    }
}

/* Notes the figures for those who show them. */
static void note_periods(const struct turn *turn, const struct forecast_answer *a,
                         struct reply *reply)
{
    struct figures_period *periods = arena_alloc(turn->call.arena, a->count * sizeof *periods);

    if (!periods)
        return;
    for (size_t i = 0; i < a->count; i++)
        periods[i] = (struct figures_period){ a->periods[i].outlook.when, a->periods[i].figures };
    reply->figures.periods = periods;
    reply->figures.period_count = a->count;
}

static void put_yes_or_no(struct buf *out, const struct question *q,
                          const struct forecast_answer *a)
{
    struct outlook outlooks[PERIODS_MAX];

    for (size_t i = 0; i < a->count; i++)
        outlooks[i] = a->periods[i].outlook;
    yes_no_put_later(out, q, outlooks, a->count);
}

static void put_forecast(struct buf *out, const struct turn *turn, const struct question *q,
                         const struct forecast_answer *a, bool full)
{
    (full ? put_all_facts : put_breath)(out, turn, q, a->periods, a->count);
    if (a->stale)
        answer_phrase_stale(out, "this forecast", a->age_s);
}

/* The card has all the facts, whatever was said. */
static struct str card_text(const struct turn *turn, const struct question *q,
                            const struct forecast_answer *a, struct str verdict)
{
    struct buf facts = BUF_INIT(FACTS_BYTES_MAX);
    struct str text;

    buf_put(&facts, verdict);
    put_forecast(&facts, turn, q, a, true);
    text = arena_str(turn->call.arena, buf_str(&facts));
    buf_free(&facts);
    return text;
}

enum status forecast_answer(struct turn *turn, const struct question *question,
                            const struct when *when, struct reply *reply, struct err *err)
{
    struct forecast_answer a = { .count = 0 };
    struct grid_answer answer;
    struct buf *out = &reply->speech;
    size_t start = out->n, verdict_end;
    enum status st = ST_OK;

    if (when)
        a = (struct forecast_answer){ .periods[0].outlook.when = *when, .count = 1 };
    else
        st = read_periods(turn, question, &a, err);
    if (st != ST_OK)
        return st;
    st = source_get_grid(turn, reply, &answer, err);
    if (st != ST_OK)
        return st;
    reply->figures.hours = (struct figures_hours){ .grid = answer.grid,
                                                   .from = a.periods[0].outlook.when.from,
                                                   .to = a.periods[a.count - 1].outlook.when.end };
    a.stale = answer.stale;
    a.age_s = answer.age_s;
    for (size_t i = 0; i < a.count; i++)
        read_figures(turn, answer.grid, &a.periods[i], i == 0);
    note_periods(turn, &a, reply);
    put_yes_or_no(out, question, &a);
    verdict_end = out->n;
    put_forecast(out, turn, question, &a, turn->length == LENGTH_FULL);
    if (turn->length != LENGTH_FULL)
        reply->card_text = card_text(turn, question, &a, str_sub(buf_str(out), start, verdict_end));
    return ST_OK;
}
