/* SPDX-License-Identifier: Apache-2.0 */
/* intents/ask/hours_between.c -- the forecast from one hour to another, which programs name by date
 * and time. */
#include "intents/answer_phrase.h"
#include "intents/figures/days.h"
#include "intents/figures/hour.h"
#include "intents/forecast.h"
#include "intents/program.h"
#include "intents/speech/phrase.h"
#include "server/base/time_text.h"

enum { HOUR = 3600, USUAL_HOURS = 12, HOURS_MAX = 168, MORNING = 6, EVENING = 18 };

static const char *const hours_between_slots[] = { "from",    "to",    "location", "zip_conn",
                                                   "zipcode", "units", NULL };

/* "2026-11-30t14:00", a local time, or with seconds and an offset. */
static enum status read_instant(const struct turn *turn, const char *slot, int64_t absent,
                                int64_t *ret_t, struct err *err)
{
    struct str text = turn_slot(turn, slot);
    struct buf whole = BUF_INIT(40);
    int64_t t;

    *ret_t = absent;
    if (text.n == 0)
        return ST_OK;
    if (time_parse_rfc3339(text, ret_t))
        return ST_OK;
    buf_put(&whole, text);
    buf_putz(&whole, text.n == 16 ? ":00z" : "z");
    bool good = time_parse_rfc3339(buf_str(&whole), &t);
    buf_free(&whole);
    if (!good)
        return err_reason(err, ST_INVALID, "time_unclear", "not an ISO 8601 time");
    struct civil local = civil_of(zone_utc(), t);
    *ret_t = civil_instant(turn->place.zone, local);
    return ST_OK;
}

/* "from 2 P.M. to 6 P.M. today", "from 2 P.M. today to 3 A.M. tomorrow". */
static struct str name_of(const struct turn *turn, int64_t from, int64_t to)
{
    const struct zone *zone = turn->place.zone;
    struct civil now = civil_of(zone, turn->call.now), a = civil_of(zone, from),
                 b = civil_of(zone, to);
    bool same = a.year == b.year && a.month == b.month && a.day == b.day;
    struct buf text = BUF_INIT(200);
    struct str name;

    buf_putz(&text, "from ");
    phrase_put_time(&text, a);
    buf_putc(&text, ' ');
    if (!same) {
        phrase_put_relative_day(&text, a, now);
        buf_putc(&text, ' ');
    }
    buf_putz(&text, "to ");
    phrase_put_time(&text, b);
    buf_putc(&text, ' ');
    phrase_put_relative_day(&text, same ? a : b, now);
    name = arena_str(turn->call.arena, buf_str(&text));
    buf_free(&text);
    return name;
}

static enum status read_range(struct turn *turn, struct when *ret_when, struct err *err)
{
    int64_t running = hour_of(turn->call.now), from, to;
    enum status st;

    turn->subject = STR("that time");
    st = read_instant(turn, "from", running, &from, err);

    if (st == ST_OK)
        st = read_instant(turn, "to", hour_of(from) + USUAL_HOURS * HOUR, &to, err);
    if (st != ST_OK)
        return st;
    from = hour_of(from);
    to = hour_of(to + HOUR - 1);
    if (to <= from || to - from > HOURS_MAX * (int64_t)HOUR)
        return err_reason(err, ST_INVALID, "time_unclear", "the end is not after the beginning");
    if (to <= running)
        return err_reason(err, ST_INVALID, "when_past", "that time is over");
    if (from > running + HOURS_MAX * (int64_t)HOUR)
        return err_reason(err, ST_NOT_FOUND, "too_far", "it begins after the forecast ends");
    int hour = civil_of(turn->place.zone, from).hour;
    *ret_when = (struct when){ .start = from,
                               .end = to,
                               .from = from > running ? from : running,
                               .part = PART_MORNING, /* not a whole day or night */
                               .daytime = hour >= MORNING && hour < EVENING,
                               .name = name_of(turn, from, to) };
    return ST_OK;
}

static enum status hours_between_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    struct question q;
    struct when when;
    enum status st = question_read(turn, &q, err);

    if (st == ST_OK)
        st = read_range(turn, &when, err);
    if (st == ST_OK)
        st = forecast_answer(turn, &q, &when, reply, err);
    if (st == ST_OK)
        reply->figures.hours.step = HOUR;
    return st;
}

const struct intent intent_hours_between = {
    .name = "HoursBetween",
    .slots = hours_between_slots,
    .needs_place = true,
    .foresees = grid_foresee,
    .answer = hours_between_answer,
};
