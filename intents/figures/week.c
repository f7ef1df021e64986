/* SPDX-License-Identifier: Apache-2.0 */
/* intents/figures/week.c -- reads the days ahead. */
#include "intents/figures/week.h"

#include "intents/figures/outlook.h"

enum { MORNING = 6, EVENING = 18, NEXT_MORNING = 30, HOUR = 3600 };

static struct hour_value mean_sky(const struct grid *g, struct span s)
{
    double sum = 0, value;
    int hours = 0;

    for (int64_t t = s.from; t < s.to; t += HOUR)
        if (grid_at(g, GRID_SKY_COVER, t, &value)) {
            sum += value;
            hours++;
        }
    return (struct hour_value){ hours > 0, hours > 0 ? sum / hours : 0 };
}

static void read_day(const struct grid *g, const struct days *d, int ahead, struct week_day *day)
{
    struct span night = days_span(d, ahead, EVENING, NEXT_MORNING), left;
    bool covered;

    *day = (struct week_day){ .span = days_span(d, ahead, MORNING, EVENING) };
    left = days_left(d, day->span);
    day->high.has = outlook_extreme(g, day->span.from, day->span.to, true, true, &day->high.value);
    day->low.has = outlook_extreme(g, night.from, night.to, false, true, &day->low.value);
    if (left.from >= left.to) /* this evening */
        left = days_left(d, night);
    day->chance.has =
        grid_highest(g, GRID_PRECIPITATION_CHANCE, left.from, left.to, &day->chance.value);
    day->sky_cover = mean_sky(g, left);
    day->condition_count =
        grid_weather(g, left.from, left.to, day->conditions, HOUR_CONDITIONS_MAX, &covered);
}

size_t week_read(const struct grid *g, const struct days *d, struct week_day days[DAYS_AHEAD])
{
    size_t count = 0;

    for (int ahead = 0; ahead < DAYS_AHEAD; ahead++) {
        read_day(g, d, ahead, &days[count]);
        if (days[count].high.has || days[count].low.has)
            count++;
    }
    return count;
}
