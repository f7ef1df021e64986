/* SPDX-License-Identifier: Apache-2.0 */
/* intents/household/set_alerts.c -- "turn on alerts", "only warnings", "which alerts do I get":
 * whether alerts come by themselves, and of which level.
 *
 * The voice only wishes: Amazon rings when the user has allowed it in the Alexa app, too. */
#include "cache/alerts/subscriptions.h"
#include "intents/household/alert_settings.h"
#include "intents/intent.h"
#include "intents/subscriber.h"

static const char *const set_alerts_slots[] = { "switch", "level", NULL };

/* What the slots ask for. */
struct wish {
    bool any, on;
    enum alert_level level;
    const enum alert_level *level_given; /* NULL: as it was */
};

static enum status read_wish(const struct turn *turn, struct wish *w, struct err *err)
{
    struct str said = turn_slot(turn, "switch"), level = turn_slot(turn, "level");

    *w = (struct wish){ .any = said.n > 0 || level.n > 0, .on = true };
    if (!alert_settings_find_switch(said, &w->on))
        return err_reason(err, ST_INVALID, "switch_unclear", "neither on nor off");
    if (level.n > 0 && !alert_level_find(level, &w->level))
        return err_reason(err, ST_INVALID, "level_unclear", "no such level of alerts");
    if (level.n > 0)
        w->level_given = &w->level;
    return ST_OK;
}

static enum status save(struct turn *turn, const struct wish *w, struct err *err)
{
    const struct envelope *e = turn->envelope;
    struct err why = ERR_NONE;
    enum status st;

    if (!deadline_may_wait(turn->call.deadline))
        return ST_WOULD_WAIT;
    st = subscription_wish(turn->skill->store, e->user_id, w->on, w->level_given,
                           subscriber_host(e), subscriber_request_ms(e), turn->call.deadline, &why);
    return alert_settings_saved(st, &why, err);
}

/* ---- the answer ---- */

static bool has_places(const struct turn *turn)
{
    return turn->settings.location.n > 0 || turn->settings.places.count > 0;
}

static void tell_on(struct turn *turn, const struct subscription *s, struct reply *reply)
{
    struct buf *out = &reply->speech;

    if (s->granted) {
        buf_printf(out, "Alerts are on: %s for your location and saved places, ",
                   alert_settings_level(s->level));
        alert_settings_put_quiet(out, s);
        buf_putc(out, '.');
    } else {
        buf_printf(out,
                   "I'll let you know about %s once you allow notifications: I've sent a card to "
                   "the Alexa app.",
                   alert_settings_level(s->level));
        reply->permission = ALERT_PERMISSION;
    }
    if (turn->settings_known && !has_places(turn))
        buf_putz(out, " You haven't set a location yet. Say, for example, set location to Boulder, "
                      "Colorado.");
}

static enum status tell_state(struct turn *turn, struct reply *reply, struct err *err)
{
    struct err why = ERR_NONE;
    struct subscription s = { .granted = false };
    enum status st = subscription_get(turn->skill->store, turn->envelope->user_id,
                                      turn->call.deadline, &s, &why);

    if (st == ST_WOULD_WAIT)
        return st;
    if (st != ST_OK && st != ST_MISS)
        return err_reason(err, st, "settings_away", "the subscription: %s", why.text);
    if (st == ST_OK && (subscription_is_active(&s) || subscription_waits(&s)))
        tell_on(turn, &s, reply);
    else
        buf_putz(&reply->speech, "Alerts are off. To change that, say, turn on alerts.");
    subscription_done(&s);
    return ST_OK;
}

static enum status set_alerts_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    struct wish w;
    enum status st = subscriber_check(turn, err);

    if (st == ST_OK)
        st = read_wish(turn, &w, err);
    if (st == ST_OK && w.any)
        st = save(turn, &w, err);
    if (st != ST_OK)
        return st;
    if (!w.any || w.on)
        return tell_state(turn, reply, err);
    buf_putz(&reply->speech, "Alerts are off from now on.");
    return ST_OK;
}

const struct intent intent_set_alerts = {
    .name = "SetAlertsIntent",
    .slots = set_alerts_slots,
    .answer = set_alerts_answer,
};
