/* SPDX-License-Identifier: Apache-2.0 */
/* intents/figures/freeze.c -- the nights of frost and freeze in a forecast. */
#include "intents/figures/freeze.h"

#include "intents/speech/units.h"

enum {
    HOUR = 3600,
    NIGHT_FROM = 18, /* o'clock */
    NIGHT_TO = 33,   /* 9 A.M. */
    MIDNIGHT = 24,
    FREEZE_MAX_F = 32,
    HARD_MAX_F = 28,
    FROST_MAX_F = 36,
    FROST_WIND_MAX_MPH = 7,
    FROST_SKY_MAX_PERCENT = 50,
};

/* A light wind and a mostly clear sky in the hour; false too when they are not known. */
static bool lets_frost_form(const struct grid *g, int64_t t)
{
    double wind, sky;

    return grid_at(g, GRID_WIND_SPEED, t, &wind) && units_mph(wind) <= FROST_WIND_MAX_MPH &&
           grid_at(g, GRID_SKY_COVER, t, &sky) && units_round(sky) <= FROST_SKY_MAX_PERCENT;
}

static enum freeze_kind kind_of(const struct grid *g, double low_c, int64_t at)
{
    int f = units_fahrenheit(low_c);

    if (f <= HARD_MAX_F)
        return FREEZE_HARD;
    if (f <= FREEZE_MAX_F)
        return FREEZE_FREEZE;
    if (f <= FROST_MAX_F && lets_frost_form(g, at - HOUR) && lets_frost_form(g, at) &&
        lets_frost_form(g, at + HOUR))
        return FREEZE_FROST;
    return FREEZE_NONE;
}

bool freeze_read(const struct grid *g, struct span night, struct freeze_night *ret_night)
{
    struct freeze_night n = { .span = night, .whole = true };
    bool any = false;
    double c;

    for (int64_t t = night.from; t < night.to; t += HOUR) {
        if (!grid_at(g, GRID_TEMPERATURE, t, &c)) {
            n.whole = false;
            continue;
        }
        if (any && c >= n.low_c)
            continue;
        any = true;
        n.low_c = c;
        n.low_at = t;
    }
    if (!any)
        return false;
    n.kind = kind_of(g, n.low_c, n.low_at);
    *ret_night = n;
    return true;
}

/* The hours of a night that are meant; none: an empty span. A period names the night that begins in
 * it or at its end, as that of a day does, and the early hours that it holds or follows. */
static struct span night_meant(const struct days *d, int ahead, const struct span *period)
{
    struct span night = days_left(d, days_span(d, ahead, NIGHT_FROM, NIGHT_TO));
    int64_t begins = days_span(d, ahead, NIGHT_FROM, NIGHT_FROM).from;
    int64_t midnight = days_span(d, ahead, MIDNIGHT, MIDNIGHT).from;
    int64_t ends = days_span(d, ahead, NIGHT_TO, NIGHT_TO).from;

    if (!period)
        return night;
    if (begins > period->to || ends <= period->from)
        night.to = night.from; /* another night */
    else if (begins < period->from && midnight < period->from && night.from < midnight)
        night.from = midnight; /* the day that the night ends on was named, not its evening */
    return night;
}

struct freeze_answer freeze_find(const struct grid *g, const struct days *d, enum freeze_kind kind,
                                 const struct span *period)
{
    struct freeze_answer a = { .whole = true };

    a.has_through = days_through(d, g, GRID_TEMPERATURE, &a.through);
    for (int ahead = -1; ahead <= DAYS_AHEAD && !a.found; ahead++) {
        struct span hours = night_meant(d, ahead, period);
        struct freeze_night night;
        if (hours.from >= hours.to)
            continue;
        if (!freeze_read(g, hours, &night)) {
            a.whole = a.whole && !period && a.has_through && hours.from > a.through;
            continue;
        }
        a.whole = a.whole && (night.whole || (!period && a.has_through && hours.to > a.through));
        a.found = night.kind >= kind;
        if (!a.read || a.found || night.low_c < a.night.low_c)
            a.night = night;
        a.read = true;
    }
    return a;
}
