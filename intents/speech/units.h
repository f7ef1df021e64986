/* SPDX-License-Identifier: Apache-2.0 */
/* intents/speech/units.h -- numbers in our units (degrees Celsius, metres per second, pascal,
 * millimetres) as they are said in the United States.
 *
 * The one place where a figure is rounded: half away from zero (SPEC section 5, "Units"). Pure. */
#ifndef CLIMACAST_INTENTS_SPEECH_UNITS_H
#define CLIMACAST_INTENTS_SPEECH_UNITS_H

#include <stdbool.h>

#include "server/base/str.h"

/* Nearest whole number, halves away from zero, after taking off what binary arithmetic added
 * (68.49999999999999 is 68.5). Clamped to what an int holds. */
int units_round(double value);

double units_fahrenheit_exact(double degrees_c);
int units_fahrenheit(double degrees_c);
int units_mph(double metres_per_second);
/* A rounded figure with its unit: "1 degree", "-9 degrees"; "1 mile per hour", "12 miles per
 * hour". */
void units_put_degrees(struct buf *out, int degrees_f);
void units_put_speed(struct buf *out, int mph);
/* Hundredths of an inch of mercury: 2992 is said as 29.92. */
int units_hundredths_inhg(double pascal);
void units_put_inhg(struct buf *out, double pascal); /* "29.92" */

enum { UNITS_COMPASS_POINTS = 16 };
/* "north", "north northeast", ...; "" when the angle is outside 0 to 360. */
const char *units_compass_point(double degrees);

/* A depth of rain or snow in words: "less than a tenth of an inch", "a tenth of an inch", "a
 * quarter of an inch", "an inch and a half", "6 inches". `mm` is above 0. */
void units_put_depth(struct buf *out, double mm);

#endif
