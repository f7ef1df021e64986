/* SPDX-License-Identifier: Apache-2.0 */
/* intents/figures/advice.c -- what the forecast advises.
 *
 * All figures of the time that is meant are read at once, hour by hour; each judge looks at those
 * that it needs. "Nothing speaks against it" needs every layer that could: one that is missing
 * leaves the verdict open, unless another already decides it. */
#include "intents/figures/advice.h"

#include <math.h>
#include <string.h>

#include "intents/figures/feels.h"
#include "intents/figures/freeze.h"
#include "intents/speech/units.h"

enum { HOUR = 3600, LIKELY_MIN_PERCENT = 30 };

/* ---- reading the hours ---- */

/* The extremes of a value over the hours that have it. */
struct extent {
    int hours;
    double low, high;
    int64_t low_at;
};

struct readings {
    int hours; /* of the time that is meant */
    struct extent temperature, felt, heat_index, wind_chill, dewpoint, chance, gust, heat_risk;
    double rain, snow, ice, storms; /* the highest chance in the hours that name the kind */
    double cold;                    /* and in freezing ones that name no precipitation */
    int rain_hours;                 /* those that may bring rain, and have a chance */
    int named_hours;                /* hours whose weather is known */
    double snowfall;                /* mm, of the hours that have it */
    int snowfall_hours;
};

static void extend(struct extent *e, int64_t t, double value)
{
    if (e->hours == 0 || value < e->low) {
        e->low = value;
        e->low_at = t;
    }
    if (e->hours == 0 || value > e->high)
        e->high = value;
    e->hours++;
}

static void extend_by_layer(struct extent *e, const struct grid *g, enum grid_layer layer,
                            int64_t t)
{
    double value;

    if (grid_at(g, layer, t, &value))
        extend(e, t, value);
}

/* Kinds of precipitation, as bits. */
enum { RAIN = 1, SNOW = 2, ICE = 4, STORMS = 8 };

static unsigned kinds_at(const struct grid *g, int64_t t, bool *ret_known)
{
    static const struct {
        const char *weather;
        unsigned kinds;
    } all[] = { { "rain", RAIN },
                { "rain_showers", RAIN },
                { "drizzle", RAIN },
                { "thunderstorms", RAIN | STORMS },
                { "freezing_rain", RAIN | ICE },
                { "freezing_drizzle", RAIN | ICE },
                { "sleet", ICE },
                { "snow", SNOW },
                { "snow_showers", SNOW } };
    struct grid_condition conditions[GRID_CONDITIONS_MAX];
    size_t count = grid_weather_at(g, t, conditions, GRID_CONDITIONS_MAX, ret_known);
    unsigned kinds = 0;

    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < sizeof all / sizeof all[0]; k++)
            if (strcmp(conditions[i].weather, all[k].weather) == 0)
                kinds |= all[k].kinds;
    return kinds;
}

enum { COLD_C = 2 }; /* up to here, precipitation of an unknown kind may be snow or ice */

/* An hour that names a kind of rain, or no precipitation, may bring rain. */
static void read_kinds(const struct grid *g, int64_t t, struct readings *r)
{
    bool known;
    unsigned kinds = kinds_at(g, t, &known);
    double chance, temperature;

    r->named_hours += known;
    if (!grid_at(g, GRID_PRECIPITATION_CHANCE, t, &chance))
        return;
    if (kinds & RAIN || kinds == 0) {
        r->rain = fmax(r->rain, chance);
        r->rain_hours++;
    }
    if (kinds & SNOW)
        r->snow = fmax(r->snow, chance);
    if (kinds & ICE)
        r->ice = fmax(r->ice, chance);
    if (kinds & STORMS)
        r->storms = fmax(r->storms, chance);
    if (kinds == 0 && grid_at(g, GRID_TEMPERATURE, t, &temperature) && temperature <= COLD_C)
        r->cold = fmax(r->cold, chance);
}

/* The heat index is defined from 80 degrees Fahrenheit up, the wind chill from 50 down. */
static void read_felt(const struct grid *g, int64_t t, struct readings *r)
{
    enum { HEAT_INDEX_MIN_F = 80, WIND_CHILL_MAX_F = 50 };
    double c, felt;

    if (grid_at(g, GRID_TEMPERATURE, t, &c))
        extend(&r->temperature, t, c);
    else
        return;
    if (!feels_at(g, t, &felt))
        return;
    extend(&r->felt, t, felt);
    if (units_fahrenheit(c) >= HEAT_INDEX_MIN_F) {
        (void)grid_at(g, GRID_HEAT_INDEX, t, &felt);
        extend(&r->heat_index, t, felt);
    } else if (units_fahrenheit(c) <= WIND_CHILL_MAX_F) {
        (void)grid_at(g, GRID_WIND_CHILL, t, &felt);
        extend(&r->wind_chill, t, felt);
    }
}

static void read_hour(const struct grid *g, int64_t t, struct readings *r)
{
    double mm;

    r->hours++;
    read_felt(g, t, r);
    read_kinds(g, t, r);
    extend_by_layer(&r->dewpoint, g, GRID_DEWPOINT, t);
    extend_by_layer(&r->chance, g, GRID_PRECIPITATION_CHANCE, t);
    extend_by_layer(&r->gust, g, GRID_WIND_GUST, t);
    extend_by_layer(&r->heat_risk, g, GRID_HEAT_RISK, t);
    if (grid_total(g, GRID_SNOWFALL, t, t + HOUR, &mm)) {
        r->snowfall += mm;
        r->snowfall_hours++;
    }
}

/* ---- verdicts ---- */

static void add_figure(struct advice *a, enum advice_fact fact, double value)
{
    if (a->count < ADVICE_FIGURES_MAX)
        a->figures[a->count++] = (struct advice_figure){ .fact = fact, .value = value };
}

/* The limits of the table. */
struct limits {
    int maybe, yes;
};

static enum advice_verdict reached(int value, struct limits limits)
{
    return value >= limits.yes ? ADVICE_YES : value >= limits.maybe ? ADVICE_MAYBE : ADVICE_NO;
}

/* How each thing is judged: from the readings, or for plants from the grid itself. */
struct case_of_advice {
    const struct grid *g;
    const struct days *d;
    const struct advice_question *q;
    const struct readings *r;
    struct limits limits;
};

/* Notes the layer that leaves the verdict open. */
static void miss(struct advice *a, enum grid_layer layer)
{
    if (a->verdict != ADVICE_NO)
        a->verdict = ADVICE_UNKNOWN;
    a->missing = layer;
}

/* For what depends on the chance of precipitation alone. */
static bool knows_chance(const struct readings *r, struct advice *a)
{
    a->whole = r->chance.hours == r->hours;
    if (r->chance.hours == 0)
        miss(a, GRID_PRECIPITATION_CHANCE);
    return r->chance.hours > 0;
}

static bool knows_temperature(const struct readings *r, struct advice *a)
{
    a->whole = r->temperature.hours == r->hours;
    if (r->temperature.hours == 0)
        miss(a, GRID_TEMPERATURE);
    return r->temperature.hours > 0;
}

static void judge_umbrella(const struct case_of_advice *c, struct advice *a)
{
    enum { RAINCOAT_MPH = 25 };
    const struct readings *r = c->r;
    int percent = units_round(r->rain);

    if (!knows_chance(r, a))
        return;
    a->verdict = reached(percent, c->limits);
    add_figure(a, ADVICE_RAIN, r->rain);
    if (a->verdict != ADVICE_NO && r->gust.hours > 0 && units_mph(r->gust.high) > RAINCOAT_MPH) {
        a->raincoat = true;
        add_figure(a, ADVICE_GUST, r->gust.high);
    }
    if (a->verdict != ADVICE_YES && units_round(r->snow) >= LIKELY_MIN_PERCENT)
        add_figure(a, ADVICE_SNOW, r->snow);
}

static void judge_jacket(const struct case_of_advice *c, struct advice *a)
{
    enum { COAT_BELOW_F = 50, WINTER_COAT_BELOW_F = 32 };
    const struct readings *r = c->r;
    int f = units_fahrenheit(r->felt.low);

    a->whole = r->felt.hours == r->hours;
    if (r->felt.hours == 0) {
        miss(a, GRID_TEMPERATURE);
        return;
    }
    a->verdict = f < c->limits.yes ? ADVICE_YES : f < c->limits.maybe ? ADVICE_MAYBE : ADVICE_NO;
    a->garment = f < WINTER_COAT_BELOW_F ? ADVICE_WINTER_COAT
                 : f < COAT_BELOW_F      ? ADVICE_COAT
                 : f < c->limits.yes     ? ADVICE_A_JACKET
                 : f < c->limits.maybe   ? ADVICE_LIGHT_JACKET
                                         : ADVICE_NO_JACKET;
    add_figure(a, ADVICE_FELT, r->felt.low);
}

static void judge_shorts(const struct case_of_advice *c, struct advice *a)
{
    const struct readings *r = c->r;

    if (!knows_temperature(r, a))
        return;
    a->verdict = reached(units_fahrenheit(r->temperature.high), c->limits);
    add_figure(a, ADVICE_COOLEST, r->temperature.low);
    add_figure(a, ADVICE_WARMEST, r->temperature.high);
}

static void judge_boots(const struct case_of_advice *c, struct advice *a)
{
    const struct readings *r = c->r;

    if (!knows_chance(r, a))
        return;
    a->verdict = reached(units_round(r->chance.high), c->limits);
    add_figure(a, ADVICE_CHANCE, r->chance.high);
}

/* Pipes have been found to freeze from 20 degrees down: University of Illinois, 1996. */
static void judge_pipes(const struct case_of_advice *c, struct advice *a)
{
    const struct readings *r = c->r;
    int f = units_fahrenheit(r->temperature.low);

    if (!knows_temperature(r, a))
        return;
    a->verdict = f <= c->limits.yes ? ADVICE_YES : f <= c->limits.maybe ? ADVICE_MAYBE : ADVICE_NO;
    a->figures[a->count++] =
        (struct advice_figure){ ADVICE_LOW, r->temperature.low, r->temperature.low_at };
}

static void judge_plants(const struct case_of_advice *c, struct advice *a)
{
    const struct span period = { c->q->spans[0].from, c->q->spans[c->q->span_count - 1].to };
    struct freeze_answer f = freeze_find(c->g, c->d, FREEZE_FROST, &period);

    a->whole = f.whole;
    if (!f.read) {
        miss(a, GRID_TEMPERATURE);
        return;
    }
    a->verdict = !f.found ? ADVICE_NO : f.night.kind == FREEZE_FROST ? ADVICE_MAYBE : ADVICE_YES;
    a->figures[a->count++] = (struct advice_figure){ ADVICE_LOW, f.night.low_c, f.night.low_at };
}

/* Where an office sends no amounts of snow, warmth rules it out. */
static void judge_shovel(const struct case_of_advice *c, struct advice *a)
{
    const double mm_per_inch = 25.4, too_warm_c = 5.0, noise = 1e-6;
    const struct readings *r = c->r;

    a->whole = r->snowfall_hours == r->hours;
    if (r->snowfall_hours == 0) {
        a->whole = r->temperature.hours == r->hours;
        if (r->temperature.hours == 0 || r->temperature.low < too_warm_c) {
            miss(a, GRID_SNOWFALL);
            return;
        }
        a->verdict = ADVICE_NO;
        add_figure(a, ADVICE_COOLEST, r->temperature.low);
        return;
    }
    a->verdict = r->snowfall + noise >= c->limits.yes * mm_per_inch ? ADVICE_YES
                 : r->snowfall > 0.0                                ? ADVICE_MAYBE
                                                                    : ADVICE_NO;
    add_figure(a, ADVICE_SNOWFALL, r->snowfall);
}

static void judge_windows(const struct case_of_advice *c, struct advice *a)
{
    enum { DEWPOINT_BELOW_F = 60, CHANCE_BELOW = 25 };
    const struct readings *r = c->r;
    bool cool = r->temperature.hours && units_fahrenheit(r->temperature.low) < c->limits.maybe;
    bool warm = r->temperature.hours && units_fahrenheit(r->temperature.high) > c->limits.yes;
    bool damp = r->dewpoint.hours && units_fahrenheit(r->dewpoint.high) >= DEWPOINT_BELOW_F;
    bool wet = r->chance.hours && units_round(r->chance.high) >= CHANCE_BELOW;

    a->whole = r->temperature.hours == r->hours && r->dewpoint.hours == r->hours &&
               r->chance.hours == r->hours;
    a->verdict = cool || warm || damp || wet ? ADVICE_NO : ADVICE_YES;
    if (r->temperature.hours == 0)
        miss(a, GRID_TEMPERATURE);
    else if (r->dewpoint.hours == 0)
        miss(a, GRID_DEWPOINT);
    else if (r->chance.hours == 0)
        miss(a, GRID_PRECIPITATION_CHANCE);
    if (cool || a->verdict == ADVICE_YES)
        add_figure(a, ADVICE_COOLEST, r->temperature.low);
    if (warm || a->verdict == ADVICE_YES)
        add_figure(a, ADVICE_WARMEST, r->temperature.high);
    if (damp || a->verdict == ADVICE_YES)
        add_figure(a, ADVICE_DEWPOINT, r->dewpoint.high);
    if (wet || a->verdict == ADVICE_YES)
        add_figure(a, ADVICE_CHANCE, r->chance.high);
}

static void judge_wind(const struct case_of_advice *c, struct advice *a)
{
    enum { GUST_ABOVE_MPH = 25 };
    const struct extent *gust = &c->r->gust;
    bool strong = gust->hours && units_mph(gust->high) > GUST_ABOVE_MPH;

    if (!c->q->too_windy)
        return;
    if (gust->hours == 0)
        miss(a, GRID_WIND_GUST);
    else if (strong || a->verdict == ADVICE_YES)
        add_figure(a, ADVICE_GUST, gust->high);
    a->verdict = strong ? ADVICE_NO : a->verdict;
}

static void judge_outing(const struct case_of_advice *c, struct advice *a)
{
    enum { HEAT_INDEX_MIN_F = 90, HEAT_RISK_MIN = 2, WIND_CHILL_BELOW_F = 20, CHANCE_MIN = 50 };
    const struct readings *r = c->r;

    a->whole = r->temperature.hours == r->hours && r->chance.hours == r->hours;
    if (r->heat_index.hours && units_fahrenheit(r->heat_index.high) >= HEAT_INDEX_MIN_F)
        add_figure(a, ADVICE_HEAT_INDEX, r->heat_index.high);
    if (r->heat_risk.hours && units_round(r->heat_risk.high) >= HEAT_RISK_MIN)
        add_figure(a, ADVICE_HEAT_RISK, r->heat_risk.high);
    if (r->wind_chill.hours && units_fahrenheit(r->wind_chill.low) < WIND_CHILL_BELOW_F)
        add_figure(a, ADVICE_WIND_CHILL, r->wind_chill.low);
    if (units_round(r->storms) >= LIKELY_MIN_PERCENT)
        add_figure(a, ADVICE_STORMS, r->storms);
    if (r->chance.hours && units_round(r->chance.high) >= CHANCE_MIN)
        add_figure(a, ADVICE_CHANCE, r->chance.high);
    if (c->q->air_quality_alert)
        add_figure(a, ADVICE_AIR_QUALITY, 1);
    a->verdict = a->count > 0 ? ADVICE_NO : ADVICE_YES;
    if (r->temperature.hours == 0)
        miss(a, GRID_TEMPERATURE);
    else if (r->chance.hours == 0)
        miss(a, GRID_PRECIPITATION_CHANCE);
    judge_wind(c, a);
    if (a->verdict != ADVICE_YES || c->q->too_windy)
        return;
    add_figure(a, ADVICE_COOLEST, r->temperature.low);
    add_figure(a, ADVICE_WARMEST, r->temperature.high);
    add_figure(a, ADVICE_CHANCE, r->chance.high);
}

static void judge_swim(const struct case_of_advice *c, struct advice *a)
{
    int f = units_fahrenheit(c->r->temperature.high);

    judge_outing(c, a);
    if (a->verdict == ADVICE_YES && f < c->limits.yes)
        a->verdict = f < c->limits.maybe ? ADVICE_NO : ADVICE_MAYBE;
}

static void judge_drive(const struct case_of_advice *c, struct advice *a)
{
    enum { GUST_ABOVE_MPH = 45 };
    const struct readings *r = c->r;

    a->whole =
        r->chance.hours == r->hours && r->named_hours == r->hours && r->gust.hours == r->hours;
    if (units_round(r->snow) >= LIKELY_MIN_PERCENT)
        add_figure(a, ADVICE_SNOW, r->snow);
    if (units_round(r->ice) >= LIKELY_MIN_PERCENT)
        add_figure(a, ADVICE_ICE, r->ice);
    if (a->count == 0 && units_round(r->cold) >= LIKELY_MIN_PERCENT)
        add_figure(a, ADVICE_CHANCE, r->cold);
    if (r->gust.hours && units_mph(r->gust.high) > GUST_ABOVE_MPH)
        add_figure(a, ADVICE_GUST, r->gust.high);
    if (c->q->warning)
        add_figure(a, ADVICE_WARNING, 1);
    a->verdict = a->count > 0 ? ADVICE_NO : ADVICE_YES;
    if (r->chance.hours == 0)
        miss(a, GRID_PRECIPITATION_CHANCE);
    else if (r->gust.hours == 0)
        miss(a, GRID_WIND_GUST);
    if (a->verdict != ADVICE_YES)
        return;
    add_figure(a, ADVICE_GUST, r->gust.high);
    add_figure(a, ADVICE_CHANCE, r->chance.high);
}

/* Rain that is likely waters for us. */
static void judge_water(const struct case_of_advice *c, struct advice *a)
{
    const struct readings *r = c->r;
    int percent = units_round(r->rain);

    if (!knows_chance(r, a))
        return;
    a->verdict = percent >= c->limits.yes     ? ADVICE_NO
                 : percent >= c->limits.maybe ? ADVICE_MAYBE
                                              : ADVICE_YES;
    add_figure(a, ADVICE_RAIN, r->rain);
}

/* What is hung out or washed should stay dry. */
static void judge_laundry(const struct case_of_advice *c, struct advice *a)
{
    const struct readings *r = c->r;

    if (!knows_chance(r, a))
        return;
    a->verdict = units_round(r->chance.high) >= c->limits.yes ? ADVICE_NO : ADVICE_YES;
    add_figure(a, ADVICE_CHANCE, r->chance.high);
}

static void judge_sunscreen(const struct case_of_advice *c, struct advice *a)
{
    a->whole = true;
    a->verdict = ADVICE_MAYBE;
    add_figure(a, ADVICE_SUN_HEIGHT, c->q->sun_height);
}

/* ---- the table ---- */

enum usual_time { WAKING, NIGHT };

static const struct {
    void (*judge)(const struct case_of_advice *c, struct advice *a);
    enum usual_time time;
    struct limits limits;
} things[ADVICE_COUNT] = {
#define ADVICE(id, judge, time, maybe, yes, if_yes, if_maybe, if_no) \
    { judge_##judge, time, { maybe, yes } },
#include "intents/figures/advice.def"
#undef ADVICE
};

bool advice_is_of_night(enum advice_thing thing)
{
    return things[thing].time == NIGHT;
}

struct span advice_time(const struct days *d, enum advice_thing thing)
{
    enum { WAKES = 6, DUSK = 18, LATE = 20, SLEEPS = 21, DAWN = 30 };

    if (things[thing].time == NIGHT) {
        struct span running = days_left(d, days_span(d, -1, DUSK, DAWN));
        return running.from < running.to ? running : days_left(d, days_span(d, 0, DUSK, DAWN));
    }
    if (d->now >= days_span(d, 0, LATE, LATE).from)
        return days_span(d, 1, WAKES, SLEEPS);
    return days_left(d, days_span(d, 0, 0, SLEEPS));
}

struct advice advice_read(const struct grid *g, const struct days *d,
                          const struct advice_question *q)
{
    struct readings r = { 0 };
    const struct case_of_advice c = { g, d, q, &r, things[q->thing].limits };
    struct advice a = { .verdict = ADVICE_UNKNOWN };

    for (size_t i = 0; i < q->span_count; i++)
        for (int64_t t = q->spans[i].from; t < q->spans[i].to; t += HOUR)
            read_hour(g, t, &r);
    things[q->thing].judge(&c, &a);
    return a;
}
