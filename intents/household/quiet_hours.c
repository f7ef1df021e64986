/* SPDX-License-Identifier: Apache-2.0 */
/* intents/household/quiet_hours.c -- "no alerts between ten and seven": when alerts do not ring,
 * unless they are extreme. */
#include "cache/alerts/subscriptions.h"
#include "intents/clock_words.h"
#include "intents/household/alert_settings.h"
#include "intents/intent.h"
#include "intents/subscriber.h"

static const char *const quiet_hours_slots[] = { "switch", "time", "time_to", NULL };

enum { HOUR = 60, DAY = 24 * HOUR, ABSENT = -1, NIGHT = -2 };

/* Minutes of the day. "Ten" is in the evening where quiet hours begin, and in the morning where
 * they end. */
static int minute_of(const struct clock_words *c, bool begins)
{
    int hour = c->hour;

    if (c->kind == CLOCK_TWELVE)
        hour = hour % 12 + (begins && hour % 12 >= 5 ? 12 : 0);
    return (hour * HOUR + c->minute) % DAY;
}

/* NIGHT, for "no alerts at night", means the default. */
static enum status read_time(const struct turn *turn, bool begins, int *ret_minute, struct err *err)
{
    struct clock_words c;
    enum status st = clock_words_parse(turn_slot(turn, begins ? "time" : "time_to"), &c, err);

    *ret_minute = ABSENT;
    if (st != ST_OK || c.kind == CLOCK_ABSENT)
        return st;
    if (c.kind == CLOCK_PART && c.part != PART_NIGHT)
        return err_reason(err, ST_INVALID, "time_unclear", "a part of the day");
    if (c.kind == CLOCK_PART)
        *ret_minute = NIGHT;
    else
        *ret_minute = minute_of(&c, begins);
    return ST_OK;
}

/* What the slots ask for; one time alone leaves the other as it is. */
static enum status choose_hours(const struct turn *turn, struct subscription *s, bool *ret_any,
                                struct err *err)
{
    struct str said = turn_slot(turn, "switch");
    bool on = true, night, none = s->quiet_from == s->quiet_to;
    int from, to;
    enum status st = read_time(turn, true, &from, err);

    if (st == ST_OK)
        st = read_time(turn, false, &to, err);
    if (st != ST_OK)
        return st;
    if (!alert_settings_find_switch(said, &on))
        return err_reason(err, ST_INVALID, "switch_unclear", "neither on nor off");
    night = from == NIGHT || to == NIGHT;
    if (night)
        from = to = ABSENT;
    *ret_any = said.n > 0 || night || from != ABSENT || to != ABSENT;
    if (!*ret_any)
        return ST_OK;
    if (none || (from == ABSENT && to == ABSENT)) {
        s->quiet_from = QUIET_FROM_DEFAULT;
        s->quiet_to = QUIET_TO_DEFAULT;
    }
    s->quiet_from = from == ABSENT ? s->quiet_from : from;
    s->quiet_to = to == ABSENT ? s->quiet_to : to;
    if (s->quiet_from == s->quiet_to)
        return err_reason(err, ST_INVALID, "quiet_unclear", "quiet hours of no length");
    if (!on)
        s->quiet_from = s->quiet_to = 0;
    return ST_OK;
}

static enum status save(struct turn *turn, const struct subscription *s, struct err *err)
{
    struct err why = ERR_NONE;
    enum status st;

    if (!deadline_may_wait(turn->call.deadline))
        return ST_WOULD_WAIT;
    st = subscription_quiet(turn->skill->store, turn->envelope->user_id, s->quiet_from, s->quiet_to,
                            turn->call.deadline, &why);
    return alert_settings_saved(st, &why, err);
}

static void tell(struct buf *out, const struct subscription *s)
{
    if (s->quiet_from == s->quiet_to)
        buf_putz(out, "There are no quiet hours: alerts ring ");
    else
        buf_putz(out, "Alerts ring, ");
    alert_settings_put_quiet(out, s);
    buf_putc(out, '.');
}

static enum status quiet_hours_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    struct err why = ERR_NONE;
    struct subscription s = { .granted = false };
    bool any = false;
    enum status st = subscriber_check(turn, err);

    if (st != ST_OK)
        return st;
    st = subscription_get(turn->skill->store, turn->envelope->user_id, turn->call.deadline, &s,
                          &why);
    if (st != ST_OK && st != ST_MISS && st != ST_WOULD_WAIT)
        return err_reason(err, st, "settings_away", "the subscription: %s", why.text);
    if (st == ST_OK)
        st = choose_hours(turn, &s, &any, err);
    if (st == ST_OK && any)
        st = save(turn, &s, err);
    if (st == ST_MISS)
        buf_putz(&reply->speech, "You haven't turned alerts on yet. Say, turn on alerts.");
    else if (st == ST_OK)
        tell(&reply->speech, &s);
    subscription_done(&s);
    return st == ST_MISS ? ST_OK : st;
}

const struct intent intent_quiet_hours = {
    .name = "QuietHoursIntent",
    .slots = quiet_hours_slots,
    .answer = quiet_hours_answer,
};
