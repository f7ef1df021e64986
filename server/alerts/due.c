/* SPDX-License-Identifier: Apache-2.0 */
/* server/alerts/due.c -- should a user be notified of an event now? */
#include "server/alerts/due.h"

#include "server/base/civil.h"

static bool ends_in(const char *event, const char *word)
{
    return str_ends(str_of(event), str_of(word));
}

bool due_level(const struct due_event *e, enum alert_level level)
{
    bool warning = ends_in(e->event, "Warning");

    switch (level) {
    case ALERT_WARNINGS:
        return warning;
    case ALERT_WATCHES:
        return warning || ends_in(e->event, "Watch");
    case ALERT_EXTREME:
        return warning && e->severity == SEVERITY_EXTREME;
    case ALERT_ALL:
    case ALERT_LEVELS:
    default:
        return true;
    }
}

bool due_is_quiet(int from, int to, int minute)
{
    if (from <= to)
        return minute >= from && minute < to;
    return minute >= from || minute < to;
}

enum due_verdict due_judge(const struct due_event *e, const struct subscription *s,
                           const struct zone *zone, bool was_quiet, int64_t now)
{
    struct civil local = civil_of(zone, now);

    if (!due_level(e, s->level) || (e->until != 0 && e->until <= now))
        return DUE_NEVER;
    if (!e->type)
        return DUE_KIND;
    if (e->severity == SEVERITY_EXTREME && e->immediate)
        return DUE_NOW;
    if (due_is_quiet(s->quiet_from, s->quiet_to, local.hour * 60 + local.minute))
        return DUE_QUIET;
    if (was_quiet && e->until != 0 && e->until < now + DUE_LEFT_MIN_S)
        return DUE_QUIET;
    return DUE_NOW;
}
