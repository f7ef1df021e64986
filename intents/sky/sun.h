/* SPDX-License-Identifier: Apache-2.0 */
/* intents/sky/sun.h -- when the sun rises, is highest, and sets.  Pure.
 *
 * The equations are those of NOAA's solar calculator (gml.noaa.gov/grad/solcalc), which are Meeus,
 * Astronomical Algorithms, chapters 25 and 28. Sunrise and sunset are when the upper limb is on a
 * level horizon, with standard refraction: zenith 90.833 degrees; first light and dark are the ends
 * of civil twilight: 96 degrees. Instants are UTC seconds, good to a minute below 65 degrees of
 * latitude for any year from 1950 to 2050. */
#ifndef CLIMACAST_INTENTS_SKY_SUN_H
#define CLIMACAST_INTENTS_SKY_SUN_H

#include <stdbool.h>
#include <stdint.h>

enum sun_crossing_kind {
    SUN_CROSSES,
    SUN_STAYS_ABOVE, /* all that half of the day: polar day, or a night that stays light */
    SUN_STAYS_BELOW, /* polar night, or a day that stays dark */
};

struct sun_crossing {
    enum sun_crossing_kind kind;
    int64_t at; /* of SUN_CROSSES */
};

/* One solar day: from midnight to midnight by the sun. At high latitudes in summer the sunset may
 * be past midnight by the clock. */
struct sun_day {
    int64_t noon;
    double noon_height; /* degrees above the horizon, without refraction; negative: below */
    struct sun_crossing first_light, sunrise, sunset, dark;
};

/* The solar day whose noon is nearest to the instant `around`: pass clock noon of the date that is
 * meant. Latitude and longitude in degrees, north and east positive. */
struct sun_day sun_day_around(double latitude, double longitude, int64_t around);

/* Seconds from sunrise to sunset: 86,400 when the sun stays up, 0 when it stays down. */
int64_t sun_day_length(const struct sun_day *day);

/* Is any of it above the horizon at an instant? */
bool sun_is_up(double latitude, double longitude, int64_t t);
/* The same at `count` instants, of at most a day, an hour apart from `t` on. They share a
 * declination, which puts sunrise and sunset off by up to two minutes. */
void sun_is_up_hourly(double latitude, double longitude, int64_t t, int count, bool *ret_up);

/* The sun's apparent longitude on the ecliptic at an instant, degrees in [0, 360). */
double sun_longitude(double t);

#endif
