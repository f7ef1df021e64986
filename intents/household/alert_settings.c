/* SPDX-License-Identifier: Apache-2.0 */
/* intents/household/alert_settings.c -- what the intents about alerts share. */
#include "intents/household/alert_settings.h"

#include "intents/speech/phrase.h"

bool alert_settings_find_switch(struct str said, bool *ret_on)
{
    if (str_eqz(said, "on"))
        *ret_on = true;
    else if (str_eqz(said, "off"))
        *ret_on = false;
    else
        return said.n == 0;
    return true;
}

const char *alert_settings_level(enum alert_level level)
{
    static const char *const words[ALERT_LEVELS] = {
        [ALERT_WARNINGS] = "warnings",
        [ALERT_WATCHES] = "watches and warnings",
        [ALERT_ALL] = "all alerts",
        [ALERT_EXTREME] = "extreme warnings",
    };

    return words[level];
}

static void put_minute(struct buf *out, int minute)
{
    phrase_put_time(out, (struct civil){ .hour = minute / 60, .minute = minute % 60 });
}

void alert_settings_put_quiet(struct buf *out, const struct subscription *s)
{
    if (s->quiet_from == s->quiet_to) {
        buf_putz(out, "at any hour");
        return;
    }
    buf_putz(out, "but not from ");
    put_minute(out, s->quiet_from);
    buf_putz(out, " to ");
    put_minute(out, s->quiet_to);
    buf_putz(out, " unless they are extreme");
}

enum status alert_settings_saved(enum status st, const struct err *why, struct err *err)
{
    if (st == ST_OK || st == ST_WOULD_WAIT || st == ST_MISS)
        return st;
    return err_reason(err, st, why->outcome_unknown ? "settings_doubtful" : "settings_unsaved",
                      "the subscription is not saved: %s", why->text);
}
