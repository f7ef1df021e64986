/* SPDX-License-Identifier: Apache-2.0 */
/* intents/household/missed_alerts.c -- "what did I miss": alerts that were sent since this was last
 * asked, and those that were held back.
 *
 * That there were none is said only if the alerts were read all the time. */
#include "cache/alerts/lease.h"
#include "cache/alerts/subscriptions.h"
#include "intents/alerts_told.h"
#include "intents/household/alert_settings.h"
#include "intents/intent.h"
#include "intents/speech/phrase.h"
#include "intents/subscriber.h"
#include "server/base/civil.h"
#include "server/base/date_names.h"

static enum status cannot_tell(enum status st, const struct err *why, struct err *err)
{
    if (st == ST_WOULD_WAIT)
        return st;
    return err_reason(err, st, "missed_away", "the log of alerts: %s", why->text);
}

static int64_t latest(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* Since when there may have been alerts. */
static int64_t begin_of(const struct subscription *s, int64_t asked_ms, int64_t now_ms)
{
    int64_t begun = s->granted_ms;

    if (begun == 0 || (s->asked && s->wished && s->wished_ms > begun))
        begun = s->wished_ms;
    return latest(latest(asked_ms, begun < now_ms ? begun : 0), now_ms - ALERT_LOG_KEPT_MS);
}

static struct civil local_time(const struct turn *turn, int64_t at_s)
{
    const struct zone *zone = turn_listener_zone(turn);

    return civil_of(zone ? zone : zone_utc(), at_s);
}

static int64_t day_number(struct civil c)
{
    return civil_days(c.year, c.month, c.day);
}

/* " today", " yesterday", " on Friday" */
static void put_day(struct buf *out, struct civil then, struct civil now)
{
    int64_t ago = day_number(now) - day_number(then);

    if (ago <= 0)
        buf_putz(out, " today");
    else if (ago == 1)
        buf_putz(out, " yesterday");
    else
        buf_printf(out, " on %s", weekday_name(then.weekday));
}

/* "between 2 P.M. and 3 P.M. today" */
static void put_gap(const struct turn *turn, struct buf *out, const struct alert_unread *u)
{
    struct civil now = local_time(turn, turn->call.now);
    struct civil from = local_time(turn, u->from_ms / 1000), to = local_time(turn, u->to_ms / 1000);

    buf_putz(out, "between ");
    phrase_put_time(out, from);
    if (day_number(from) != day_number(to))
        put_day(out, from, now);
    buf_putz(out, " and ");
    phrase_put_time(out, to);
    put_day(out, to, now);
}

static void tell_unread(struct turn *turn, struct buf *out, const struct alert_unread *u)
{
    buf_putz(out, "I can't tell whether there were any: ");
    if (u->to_ms == 0) {
        buf_putz(out, "I've been unable to check for alerts since ");
        alerts_told_put_since(turn, out, u->from_ms / 1000);
        buf_putc(out, '.');
        return;
    }
    buf_printf(out, "I couldn't check for alerts %s", u->often ? "all the time " : "");
    put_gap(turn, out, u);
    buf_putz(out, ". ");
    buf_putz(out, "There have been none since then.");
}

static void tell_none(struct turn *turn, struct buf *out, const struct alert_reading *reading,
                      int64_t since_ms)
{
    struct alert_unread unread;

    if (!alert_reading_is_complete(reading, since_ms, turn->call.now * 1000, &unread)) {
        tell_unread(turn, out, &unread);
        return;
    }
    buf_putz(out, "There have been no alerts since ");
    alerts_told_put_since(turn, out, since_ms / 1000);
    buf_putc(out, '.');
}

/* For a user who gets no notifications. */
static void tell_state(const struct subscription *s, struct reply *reply)
{
    if (!subscription_waits(s)) {
        buf_putz(&reply->speech, "Alerts are off. To change that, say, turn on alerts.");
        return;
    }
    buf_putz(&reply->speech, "I can tell you what you missed once you allow notifications: I've "
                             "sent a card to the Alexa app.");
    reply->permission = ALERT_PERMISSION;
}

/* Nothing is kept that could be told. */
static enum status explain(struct turn *turn, struct reply *reply, int64_t asked_ms,
                           struct err *err)
{
    struct store *store = turn->skill->store;
    struct err why = ERR_NONE;
    struct subscription s = { .granted = false };
    struct alert_reading reading;
    enum status st =
        subscription_get(store, turn->envelope->user_id, turn->call.deadline, &s, &why);

    if (st == ST_MISS || (st == ST_OK && !subscription_is_active(&s))) {
        tell_state(&s, reply);
        subscription_done(&s);
        return ST_OK;
    }
    if (st == ST_OK)
        st = alert_reading_get(store, turn->call.deadline, &reading, &why);
    if (st == ST_OK)
        tell_none(turn, &reply->speech, &reading, begin_of(&s, asked_ms, turn->call.now * 1000));
    subscription_done(&s);
    return st == ST_OK ? st : cannot_tell(st, &why, err);
}

static enum status missed_alerts_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    struct err why = ERR_NONE;
    int64_t asked_ms = 0;
    size_t count = 0;
    enum status st = subscriber_check(turn, err);

    if (st != ST_OK)
        return st;
    if (!user_id_is_valid(turn->envelope->user_id))
        return cannot_tell(ST_INVALID, &why, err);
    st = alerts_told_put(turn, ALERTS_FOR_MISSED, &reply->speech, &asked_ms, &count, &why);
    if (st != ST_OK)
        return cannot_tell(st, &why, err);
    return count > 0 ? ST_OK : explain(turn, reply, asked_ms, err);
}

const struct intent intent_missed_alerts = {
    .name = "MissedAlertsIntent",
    .answer = missed_alerts_answer,
};
