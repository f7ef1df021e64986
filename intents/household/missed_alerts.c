/* SPDX-License-Identifier: Apache-2.0 */
/* intents/household/missed_alerts.c -- "what did I miss": alerts that were sent since this was last
 * asked, and those that were held back.
 *
 * That there were none is said only if the alerts were read all the time. */
#include "cache/alerts/lease.h"
#include "cache/alerts/subscriptions.h"
#include "intents/alerts_told.h"
#include "intents/intent.h"
#include "intents/subscriber.h"

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

static void tell_none(struct turn *turn, struct buf *out, const struct alert_reading *reading,
                      int64_t since_ms)
{
    int64_t unread_ms;

    if (alert_reading_is_complete(reading, since_ms, turn->call.now * 1000, &unread_ms)) {
        buf_putz(out, "There have been no alerts since ");
        alerts_told_put_since(turn, out, since_ms / 1000);
        buf_putc(out, '.');
    } else {
        buf_putz(out, "I can't tell whether there were any: I couldn't check for alerts all the "
                      "time since ");
        alerts_told_put_since(turn, out, unread_ms / 1000);
        buf_putc(out, '.');
    }
}

/* Nothing is kept that could be told. */
static enum status explain(struct turn *turn, struct buf *out, int64_t asked_ms, struct err *err)
{
    struct store *store = turn->skill->store;
    struct err why = ERR_NONE;
    struct subscription s = { .granted = false };
    struct alert_reading reading;
    enum status st =
        subscription_get(store, turn->envelope->user_id, turn->call.deadline, &s, &why);

    if (st == ST_MISS || (st == ST_OK && !subscription_rings(&s))) {
        buf_putz(out, "You haven't turned alerts on. Say, turn on alerts.");
        subscription_done(&s);
        return ST_OK;
    }
    if (st == ST_OK)
        st = alert_reading_get(store, turn->call.deadline, &reading, &why);
    if (st == ST_OK)
        tell_none(turn, out, &reading, begin_of(&s, asked_ms, turn->call.now * 1000));
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
    return count > 0 ? ST_OK : explain(turn, &reply->speech, asked_ms, err);
}

const struct intent intent_missed_alerts = {
    .name = "MissedAlertsIntent",
    .answer = missed_alerts_answer,
};
