/* SPDX-License-Identifier: Apache-2.0 */
/* intents/alerts_told.c -- alerts that were sent, or held back, in one sentence. */
#include "intents/alerts_told.h"

#include "intents/speech/phrase.h"
#include "server/base/civil.h"
#include "server/base/date_names.h"

static const struct zone *zone_of(const struct turn *turn)
{
    const struct zone *zone = turn_listener_zone(turn);

    return zone ? zone : zone_utc();
}

void alerts_told_put_since(struct turn *turn, struct buf *out, int64_t then_s)
{
    const struct zone *zone = zone_of(turn);
    struct civil now = civil_of(zone, turn->call.now), then = civil_of(zone, then_s);
    int64_t days =
        civil_days(now.year, now.month, now.day) - civil_days(then.year, then.month, then.day);

    if ((days == 0 && then.hour < 6) || (days == 1 && then.hour >= 18))
        buf_putz(out, "last night");
    else if (days <= 0)
        buf_putz(out, then.hour < 12   ? "this morning"
                      : then.hour < 18 ? "this afternoon"
                                       : "this evening");
    else if (days == 1)
        buf_putz(out, "yesterday");
    else
        buf_putz(out, weekday_name(then.weekday));
}

/* " for the cabin", unless the default location is among the places. */
static void put_places(struct buf *out, const struct alert_record *r)
{
    for (size_t i = 0; i < r->place_count; i++)
        if (r->places[i].name[0] == '\0')
            return;
    for (size_t i = 0; i < r->place_count; i++) {
        buf_putz(out, i == 0 ? " for " : "");
        phrase_put_separator(out, i, r->place_count);
        buf_putz(out, r->places[i].name);
    }
}

static void put_record(const struct turn *turn, struct buf *out, const struct alert_record *r)
{
    const struct zone *zone = turn_listener_zone(turn);
    struct civil then;

    buf_putz(out, r->event);
    put_places(out, r);
    if (r->until != 0 && r->until <= turn->call.now) {
        buf_putz(out, ", which has ended");
    } else if (r->until == 0 || !zone) {
        buf_putz(out, ", which is still active");
    } else {
        then = civil_of(zone, r->until);
        buf_putz(out, " until ");
        phrase_put_time(out, then);
        buf_putc(out, ' ');
        phrase_put_relative_day(out, then, civil_of(zone, turn->call.now));
    }
}

static int64_t oldest_of(const struct alert_record *const *records, size_t count)
{
    int64_t oldest = records[0]->at_ms;

    for (size_t i = 1; i < count; i++)
        if (records[i]->at_ms < oldest)
            oldest = records[i]->at_ms;
    return oldest / 1000;
}

enum status alerts_told_put(struct turn *turn, enum alerts_for purpose, struct buf *out,
                            int64_t *ret_asked_ms, size_t *ret_count, struct err *err)
{
    const struct alert_record *records[ALERT_LOG_TOLD_MAX];
    struct alert_log log = { .count = 0 };
    struct str user = turn->envelope->user_id;
    int64_t now_ms = turn->call.now * 1000, deadline = turn->call.deadline;
    enum status st = alert_log_get(turn->skill->store, user, deadline, &log, err);
    int64_t asked_ms;
    size_t count;

    if (st != ST_OK)
        return st;
    asked_ms = log.asked_ms;
    count = alert_log_told(&log, purpose, now_ms, records);
    if (count > 0 || purpose == ALERTS_FOR_MISSED)
        st = alert_log_mark_told(turn->skill->store, user, &log, purpose, now_ms, deadline,
                                 &turn->log->err);
    if (st == ST_WOULD_WAIT) {
        alert_log_done(&log);
        return st;
    }
    for (size_t i = 0; i < count; i++) {
        if (i == 0) {
            buf_putz(out, "Since ");
            alerts_told_put_since(turn, out, oldest_of(records, count));
        }
        buf_putz(out, i == 0 ? ": " : "; ");
        put_record(turn, out, records[i]);
    }
    if (count > 0)
        phrase_end_sentence(out);
    alert_log_done(&log);
    if (ret_asked_ms)
        *ret_asked_ms = asked_ms;
    *ret_count = count;
    return ST_OK;
}
