/* SPDX-License-Identifier: Apache-2.0 */
/* intents/current.c -- the current conditions: the station, and how much of its report is told.
 *
 * They are told in one breath (current_short.c); the card, and a listener who wants everything,
 * have all the facts (current_facts.c). */
#include "intents/current.h"

#include "intents/answer_phrase.h"
#include "intents/current_words.h"
#include "intents/sky/sun.h"
#include "intents/speech/phrase.h"
#include "intents/speech/station_name.h"
#include "intents/weather/observation.h"
#include "intents/yes_no.h"
#include "server/base/civil.h"

#include <string.h>

enum { WORDS_MAX = 45, FACTS_BYTES_MAX = 16 * 1024 };

/* For the apology when no station reports it: "the wind in Boulder". */
static struct str report_subject(const struct turn *turn, const struct question *q)
{
    enum metric_id id = q->metrics[0];
    const char *what = q->all || id == METRIC_SUMMARY ? "the weather"
                       : id == METRIC_SKYS            ? "sky conditions"
                       : id == METRIC_PRECIPITATION   ? "precipitation"
                                                      : "";

    return arena_printf(turn->call.arena, "%s%s in %.*s", what[0] ? "" : "the ",
                        what[0] ? what : metric_spoken_name(id), STR_ARG(turn->place.city));
}

static void log_station(struct turn *turn, const struct current_observation *c)
{
    str_to_z(c->observation.station_id, turn->log->station, sizeof turn->log->station);
}

static void put_age(struct buf *out, const struct current_observation *c)
{
    if (c->fresh)
        return;
    buf_putz(out, " That report is ");
    phrase_put_duration(out, c->age_s);
    buf_putz(out, " old.");
}

/* "In Boulder, Colorado, at 9:40 A.M., Boulder Municipal Airport reported: ..." */
static bool put_all_facts(struct buf *out, const struct question *q, const struct current_told *t)
{
    size_t start = out->n;

    answer_phrase_in_place(out, t->place);
    buf_putz(out, ", at ");
    phrase_put_time(out, civil_of(t->place->zone, t->current->observation.time));
    buf_putz(out, ", ");
    station_name_put(out, t->current->station_name);
    buf_putz(out, " reported:");
    if (!current_put_facts(out, q, t)) {
        buf_truncate(out, start);
        return false;
    }
    put_age(out, t->current);
    return true;
}

/* A list names only the time of the report where there is no breath for the station. */
static bool put_with_station(struct buf *out, const struct question *q,
                             const struct current_told *t)
{
    struct buf station = BUF_INIT(FACTS_BYTES_MAX);
    bool told = current_put_short(out, q, t, WORDS_MAX);

    current_put_station(&station, t);
    if (q->all &&
        phrase_count_words(buf_str(out)) + phrase_count_words(buf_str(&station)) > WORDS_MAX) {
        buf_reset(&station);
        current_put_time(&station, t);
    }
    if (told)
        buf_put(out, buf_str(&station));
    buf_free(&station);
    return told;
}

static bool put_report(struct buf *out, const struct question *q, const struct current_told *t,
                       bool full)
{
    if (full)
        return put_all_facts(out, q, t);
    return put_with_station(out, q, t);
}

/* The card has all the facts, whatever was said. */
static struct str card_text(const struct turn *turn, const struct question *q,
                            const struct current_told *t, struct str verdict)
{
    struct buf facts = BUF_INIT(FACTS_BYTES_MAX);
    struct str text;

    buf_put(&facts, verdict);
    (void)put_report(&facts, q, t, true);
    text = arena_str(turn->call.arena, buf_str(&facts));
    buf_free(&facts);
    return text;
}

/* For screens and programs; when out of memory, they have only the words. */
static void tell_report(const struct turn *turn, const struct current_observation *c,
                        struct reply *reply)
{
    struct current_observation *copy = arena_alloc(turn->call.arena, sizeof *copy);

    if (!copy)
        return;
    *copy = *c;
    reply->figures.view = VIEW_CONDITIONS;
    reply->figures.report = copy;
}

/* Answers from the nearest station that has what is needed. */
static enum status put_current_report(struct turn *turn, const struct question *question,
                                      enum observation_need need, struct reply *reply,
                                      struct err *err)
{
    struct buf *out = &reply->speech;
    size_t start = out->n, verdict_end;
    struct current_observation c;
    struct current_told told = { .current = &c, .place = &turn->place, .units = turn->units };
    enum status st =
        observation_get_current(turn->skill->nws, &turn->call, &turn->place, need, &c, err);

    if (st != ST_OK)
        return st;
    log_station(turn, &c);
    reply->source = source_report(&c);
    yes_no_put_now(out, question, &c.observation,
                   question->yes_no && sun_is_up(turn->place.lat, turn->place.lon, turn->call.now));
    verdict_end = out->n;
    if (!put_report(out, question, &told, turn->length == LENGTH_FULL)) {
        buf_truncate(out, start);
        return err_reason(err, ST_NOT_FOUND, "no_observation", "the station has nothing asked for");
    }
    tell_report(turn, &c, reply);
    if (turn->length != LENGTH_FULL)
        reply->card_text =
            card_text(turn, question, &told, str_sub(buf_str(out), start, verdict_end));
    return ST_OK;
}

/* For the user's whole list a station is chosen by its temperature.  If that one has nothing of the
 * list, or none has a temperature, a station that has one of its metrics will do. */
enum status current_answer(struct turn *turn, const struct question *question, struct reply *reply,
                           struct err *err)
{
    struct err why = ERR_NONE;
    enum status st;

    turn->subject = report_subject(turn, question);
    if (!question->all)
        return put_current_report(turn, question, current_need(question->metrics[0]), reply, err);
    st = put_current_report(turn, question, NEED_ANY_TEMPERATURE, reply, &why);
    for (size_t i = 0; st == ST_NOT_FOUND && i < question->count; i++) {
        struct err next = ERR_NONE;
        st = put_current_report(turn, question, current_need(question->metrics[i]), reply, &next);
        if (st != ST_NOT_FOUND || strcmp(next.reason, "no_observation") != 0)
            why = next;
    }
    if (st != ST_OK && st != ST_WOULD_WAIT)
        return err_reason(err, st, why.reason, "%s", why.text);
    return st;
}

enum status current_brief(struct turn *turn, struct reply *reply, struct err *err)
{
    struct buf *out = &reply->speech;
    struct current_observation c;
    struct current_told told = { .current = &c, .place = &turn->place, .units = turn->units };
    enum status st = observation_get_current(turn->skill->nws, &turn->call, &turn->place,
                                             NEED_ANY_TEMPERATURE, &c, err);

    if (st != ST_OK)
        return st;
    log_station(turn, &c);
    if (!current_put_sentence(out, &told))
        return err_reason(err, ST_NOT_FOUND, "no_observation", "the station has nothing to tell");
    current_put_station(out, &told);
    tell_report(turn, &c, reply);
    return ST_OK;
}
