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

/* The high or low of half a day. The last hours of a forecast have none. */
static struct hour_value read_extreme(const struct grid *g, const struct days *d, struct span half,
                                      bool daytime)
{
    enum grid_layer layer = daytime ? GRID_MAX_TEMPERATURE : GRID_MIN_TEMPERATURE;
    struct span left = days_left(d, half);
    struct hour_value v = { .has = false };

    v.has = grid_at(g, layer, half.from + (half.to - half.from) / 2, &v.value) ||
            (left.from < left.to && grid_covers(g, GRID_TEMPERATURE, left.from, left.to));
    v.has = v.has && outlook_extreme(g, half.from, half.to, daytime, true, &v.value);
    return v;
}

static void read_day(const struct grid *g, const struct days *d, int ahead, struct week_day *day)
{
    struct span night = days_span(d, ahead, EVENING, NEXT_MORNING), left;
    bool covered;

    *day = (struct week_day){ .span = days_span(d, ahead, MORNING, EVENING) };
    day->high = read_extreme(g, d, day->span, true);
    day->low = read_extreme(g, d, night, false);
    left = days_left(d, day->span);
    day->evening = left.from >= left.to;
    if (day->evening)
        left = days_left(d, night);
    day->chance.has =
        grid_highest(g, GRID_PRECIPITATION_CHANCE, left.from, left.to, &day->chance.value);
    day->sky_cover = mean_sky(g, left);
    day->has_sky =
        grid_ends(g, GRID_SKY_COVER, left.from, left.to, &day->sky_first, &day->sky_last);
    day->condition_count =
        grid_weather(g, left.from, left.to, day->conditions, HOUR_CONDITIONS_MAX, &covered);
}

size_t week_read(const struct grid *g, const struct days *d, int max, struct week_day *days)
{
    size_t count = 0;

    for (int ahead = 0; ahead < max; ahead++) {
        read_day(g, d, ahead, &days[count]);
        count += days[count].high.has || days[count].low.has;
    }
    return count;
}
