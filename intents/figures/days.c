/* SPDX-License-Identifier: Apache-2.0 */
/* intents/figures/days.c -- the days and nights ahead of an instant, by the clock of a place. */
#include "intents/figures/days.h"

#include "server/base/civil.h"

enum { HOUR = 3600, NOON = 12 };

struct span days_span(const struct days *d, int ahead, int from_hour, int to_hour)
{
    struct civil today = civil_of(d->zone, d->now);
    struct civil from = { today.year, today.month, today.day + ahead, from_hour, 0, 0, 0, 0 };
    struct civil to = { today.year, today.month, today.day + ahead, to_hour, 0, 0, 0, 0 };

    return (struct span){ civil_instant(d->zone, from), civil_instant(d->zone, to) };
}

bool spans_meet(struct span a, struct span b)
{
    return a.from < b.to && a.to > b.from;
}

int days_ahead_of(const struct days *d, int64_t t)
{
    struct civil today = civil_of(d->zone, d->now), then = civil_of(d->zone, t);

    return (int)(civil_days(then.year, then.month, then.day) -
                 civil_days(today.year, today.month, today.day));
}

int64_t days_running_hour(const struct days *d)
{
    return d->now - d->now % HOUR;
}

struct span days_left(const struct days *d, struct span s)
{
    int64_t running = days_running_hour(d);

    if (s.from < running)
        s.from = running;
    if (s.to < s.from)
        s.to = s.from;
    return s;
}

bool days_through(const struct days *d, const struct grid *g, enum grid_layer layer,
                  int64_t *ret_noon)
{
    for (int ahead = DAYS_AHEAD; ahead >= 0; ahead--) {
        int64_t noon = days_span(d, ahead, NOON, NOON).from;
        double value;
        if (grid_at(g, layer, noon, &value)) {
            *ret_noon = noon;
            return true;
        }
    }
    return false;
}
