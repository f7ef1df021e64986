/* SPDX-License-Identifier: Apache-2.0 */
/* intents/speech/units.h -- converts values to the units that the listener uses.
 *
 * The program works in degrees Celsius, meters per second, pascals and millimeters. Values are
 * rounded here and nowhere else, halves away from zero. Pure. */
#ifndef CLIMACAST_INTENTS_SPEECH_UNITS_H
#define CLIMACAST_INTENTS_SPEECH_UNITS_H

#include <stdbool.h>

#include "server/base/str.h"

enum units_system {
    UNITS_US,     /* Fahrenheit, miles per hour, inches, inches of mercury */
    UNITS_METRIC, /* Celsius, kilometers per hour, millimeters and centimeters, hectopascals */
};

/* Finds the system that the words name: "metric", "celsius"; "us", "fahrenheit". False: none. */
bool units_find(struct str words, enum units_system *ret_system);

/* A temperature and a speed in the system's unit, rounded. */
int units_degrees(double degrees_c, enum units_system system);
int units_speed(double meters_per_second, enum units_system system);
/* Their units: "degF", "degC"; "mph", "km/h". */
const char *units_degrees_symbol(enum units_system system);
const char *units_speed_symbol(enum units_system system);
/* The gust of a wind, rounded, if it is above the speed then; else 0. */
int units_gust(double gust, double speed, enum units_system system);

/* Append "1 mile per hour", "20 kilometers per hour". `speed` is rounded, in the system's unit. */
void units_put_wind_speed(struct buf *out, int speed, enum units_system system);
/* Append ", with gusts up to 24 miles per hour"; nothing when `gust` (units_gust()) is 0. */
void units_put_gusts(struct buf *out, int gust, enum units_system system);
/* Append a depth of rain or ice, or of snow, which must be positive: in US units as
 * units_put_depth() does, in metric ones whole millimeters, snow in whole centimeters. */
void units_put_rain(struct buf *out, double mm, enum units_system system);
void units_put_snow(struct buf *out, double mm, enum units_system system);
/* Append a total of rain or ice, or of snow, which must be positive, as a number: "0.4 inches" to
 * the nearest tenth; "2.5 inches" of snow to the nearest half below three, else whole; "less than a
 * tenth of an inch", "less than half an inch" of snow. Metric as above. */
void units_put_rain_total(struct buf *out, double mm, enum units_system system);
void units_put_snow_total(struct buf *out, double mm, enum units_system system);
/* The figures of these, in inches, millimeters, or centimeters of snow; 0 when they say "less
 * than". */
double units_rain(double mm, enum units_system system);
double units_snow(double mm, enum units_system system);
double units_rain_total(double mm, enum units_system system);
double units_snow_total(double mm, enum units_system system);
/* Append "29.92" or "1013"; its unit: "inches", of mercury, or "hectopascals". */
void units_put_pressure(struct buf *out, double pascal, enum units_system system);
const char *units_pressure_name(enum units_system system);

/* Rounds to the nearest integer, halves away from zero, after removing the noise of binary
 * arithmetic (68.49999999999999 counts as 68.5). Clamped to the range of int; NaN gives INT_MIN. */
int units_round(double value);

double units_fahrenheit_exact(double degrees_c);
int units_fahrenheit(double degrees_c); /* rounded, as the following */
int units_mph(double meters_per_second);
int units_hundredths_inhg(double pascal); /* hundredths of an inch of mercury: 2992 for 29.92 */

/* Append a rounded value with its unit. */
void units_put_degrees(struct buf *out, int degrees_f); /* "1 degree", "-9 degrees" */
void units_put_inhg(struct buf *out, double pascal);    /* "29.92" */

enum { UNITS_COMPASS_POINTS = 16 };
/* The nearest of "north", "north northeast", ...; "" when the angle is outside 0 to 360. */
const char *units_compass_point(double degrees);

/* Appends a depth of rain or snow in words: "less than a tenth of an inch", "half an inch", "an
 * inch and a half", "6 inches". `mm` must be positive. */
void units_put_depth(struct buf *out, double mm);

#endif
