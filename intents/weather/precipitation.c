/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/precipitation.c -- reads the precipitation layers together, hour by hour. */
#include "intents/weather/precipitation.h"

#include <math.h>
#include <string.h>

#include "intents/weather/grid_internal.h"

enum { HOUR = 3600 };

/* Hardly any rain falls at 25 F or below, hardly any snow from 40 F up, and none from 50 F up. */
static const double snow_max_c = -4.0, rain_min_c = 4.5, rain_only_min_c = 10.0;

/* The weather of an hour. */
struct hour_weather {
    bool read;      /* the layer covers it, and all of it is understood */
    unsigned kinds; /* named */
};

/* Walks through the weather layer in order of time. */
struct weather_walk {
    const struct grid *g;
    size_t next; /* the first condition that may not be over */
};

static unsigned kind_of(const char *weather, bool *ret_known)
{
    static const struct {
        const char *weather;
        unsigned kind;
    } all[] = {
        { "", 0 },
        { "none", 0 },
        { "rain", PRECIPITATION_RAIN },
        { "rain_showers", PRECIPITATION_RAIN },
        { "drizzle", PRECIPITATION_RAIN },
        { "thunderstorms", PRECIPITATION_RAIN },
        { "freezing_rain", PRECIPITATION_FREEZING_RAIN },
        { "freezing_drizzle", PRECIPITATION_FREEZING_DRIZZLE },
        { "sleet", PRECIPITATION_SLEET },
        { "snow", PRECIPITATION_SNOW },
        { "snow_showers", PRECIPITATION_SNOW },
        { "hail", PRECIPITATION_OTHER },
        { "ice_crystals", PRECIPITATION_OTHER },
        { "blowing_dust", 0 },
        { "blowing_sand", 0 },
        { "blowing_snow", 0 },
        { "fog", 0 },
        { "freezing_fog", 0 },
        { "freezing_spray", 0 },
        { "frost", 0 },
        { "haze", 0 },
        { "ice_fog", 0 },
        { "smoke", 0 },
        { "volcanic_ash", 0 },
        { "water_spouts", 0 },
    };

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        if (strcmp(all[i].weather, weather) == 0)
            return all[i].kind;
    *ret_known = false;
    return 0;
}

static struct hour_weather weather_at(struct weather_walk *w, int64_t t)
{
    const struct grid *g = w->g;
    struct hour_weather h = { false, 0 };
    bool known = true;

    while (w->next < g->condition_count && g->conditions[w->next].end <= t)
        w->next++;
    for (size_t i = w->next; i < g->condition_count && g->conditions[i].start <= t; i++) {
        const struct grid_condition *c = &g->conditions[i];
        if (c->end <= t)
            continue;
        h.read = true;
        h.kinds |= kind_of(c->weather, &known);
        known = known && !c->unread;
    }
    h.read = h.read && known;
    return h;
}

/* The kinds that amounts in the hour prove. Ice is freezing rain unless the weather is named. */
static unsigned kinds_of_amounts(const struct grid *g, int64_t t, unsigned named)
{
    unsigned kinds = 0;
    double mm;

    if (grid_at(g, GRID_SNOWFALL, t, &mm) && mm > 0.0)
        kinds |= PRECIPITATION_SNOW;
    if (named == 0 && grid_at(g, GRID_ICE, t, &mm) && mm > 0.0)
        kinds |= PRECIPITATION_FREEZING_RAIN;
    return kinds;
}

static enum precipitation_cold cold_of(double c)
{
    if (c >= rain_only_min_c)
        return COLD_RAIN_ONLY;
    if (c >= rain_min_c)
        return COLD_RAIN;
    return c <= snow_max_c ? COLD_SNOW : COLD_UNKNOWN;
}

/* The nearest temperature before or after a gap, `step` seconds at a time. */
static bool temperature_near(const struct grid *g, int64_t t, int64_t step, double *ret_c)
{
    enum { HOURS_MAX = 6 };

    for (int i = 1; i <= HOURS_MAX; i++)
        if (grid_at(g, GRID_TEMPERATURE, t + i * step, ret_c))
            return true;
    return false;
}

/* In a short gap the temperature is like that on both sides, if those agree; otherwise a high that
 * is far from freezing tells enough. */
static bool temperature_at(const struct grid *g, int64_t t, double *ret_c)
{
    const double warm_day_c = 15.0;
    double before, after, high;

    if (grid_at(g, GRID_TEMPERATURE, t, ret_c))
        return true;
    if (temperature_near(g, t, -HOUR, &before) && temperature_near(g, t, HOUR, &after)) {
        *ret_c = before;
        return cold_of(before) == cold_of(after);
    }
    if (!grid_at(g, GRID_MAX_TEMPERATURE, t, &high))
        return false;
    *ret_c = high >= warm_day_c ? rain_min_c : high;
    return high >= warm_day_c || high <= snow_max_c;
}

/* The highest chance in hours that leave the kind open; 0 when none does. */
static double chance_of_open(const struct precipitation *p)
{
    double chance = 0.0;

    for (size_t i = 0; i < COLD_COUNT; i++)
        chance = fmax(chance, p->open[i]);
    return chance;
}

/* An hour that leaves the kind open, or a part of what may fall. */
static void add_open(struct precipitation *p, const struct grid *g, int64_t t, double chance)
{
    enum precipitation_cold cold = COLD_UNKNOWN;
    bool first = chance_of_open(p) <= 0.0;
    double c;

    if (temperature_at(g, t, &c)) {
        cold = cold_of(c);
        p->open_low_c = first ? c : fmin(c, p->open_low_c);
        p->open_high_c = first ? c : fmax(c, p->open_high_c);
        p->has_open_c = p->has_open_c || first;
    } else {
        p->has_open_c = false;
    }
    p->open[cold] = fmax(p->open[cold], chance);
}

static void add_named(struct precipitation *p, unsigned kinds, double chance)
{
    p->kinds |= kinds;
    for (size_t i = 0; i < PRECIPITATION_KINDS; i++)
        if (kinds & 1U << i)
            p->named[i] = fmax(p->named[i], chance);
}

void precipitation_read(const struct grid *g, int64_t from, int64_t to,
                        struct precipitation *ret_precipitation)
{
    struct precipitation p = { .whole = from < to };
    struct weather_walk walk = { .g = g };

    for (int64_t t = from; t < to; t += HOUR) {
        struct hour_weather h = weather_at(&walk, t);
        unsigned by_amount = kinds_of_amounts(g, t, h.kinds);
        double chance = 0.0;

        if (!grid_at(g, GRID_PRECIPITATION_CHANCE, t, &chance)) {
            p.whole = p.whole && h.read && h.kinds == 0 && by_amount == 0;
            p.kinds |= h.kinds | by_amount;
            continue;
        }
        p.has_chance = true;
        p.chance = fmax(p.chance, chance);
        if (lround(chance) == 0)
            continue;
        add_named(&p, h.kinds | by_amount, chance);
        if (!h.read || h.kinds == 0)
            add_open(&p, g, t, chance);
    }
    *ret_precipitation = p;
}

double precipitation_named(const struct precipitation *p, unsigned kinds)
{
    double chance = 0.0;

    for (size_t i = 0; i < PRECIPITATION_KINDS; i++)
        if (kinds & 1U << i)
            chance = fmax(chance, p->named[i]);
    return chance;
}

bool precipitation_is_only(const char *weather, unsigned kinds)
{
    bool known = true;

    return strcmp(weather, "thunderstorms") != 0 && kind_of(weather, &known) & kinds;
}
