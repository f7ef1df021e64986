/* SPDX-License-Identifier: Apache-2.0 */
/* intents/sky/moon.h -- the moon's phase, and when it next reaches one.  Pure.
 *
 * From the main terms of Meeus, Astronomical Algorithms, chapters 47 and 48: the moon's place to
 * about a hundredth of a degree, so instants are good to a few minutes from 1950 to 2050. */
#ifndef CLIMACAST_INTENTS_SKY_MOON_H
#define CLIMACAST_INTENTS_SKY_MOON_H

#include <stdint.h>

/* Eighths of the cycle, each centered on its name: full is 157.5 to 202.5 degrees. */
enum moon_phase {
    MOON_NEW,
    MOON_WAXING_CRESCENT,
    MOON_FIRST_QUARTER,
    MOON_WAXING_GIBBOUS,
    MOON_FULL,
    MOON_WANING_GIBBOUS,
    MOON_LAST_QUARTER,
    MOON_WANING_CRESCENT,
};

/* The phase at an instant, UTC seconds. */
enum moon_phase moon_phase_at(int64_t t);

/* "waxing gibbous", "first quarter". */
const char *moon_phase_name(enum moon_phase phase);

/* The share of the disk that is lit, 0 to 1. */
double moon_illuminated(int64_t t);

/* When the moon is next exactly new, full, or at a quarter, after `t`.  Only the even phases have
 * such an instant; another one is taken as the one before it. */
int64_t moon_next(enum moon_phase phase, int64_t t);

#endif
