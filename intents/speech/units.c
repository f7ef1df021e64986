/* SPDX-License-Identifier: Apache-2.0 */
/* intents/speech/units.c -- conversion and wording of temperatures, speeds, pressures and
 * depths. */
#include "intents/speech/units.h"

#include <limits.h>
#include <math.h>

static const double mm_per_inch = 25.4;

/* Rounds to a millionth, which gives back the decimal that the sender meant. */
static double without_noise(double value)
{
    return round(value * 1e6) / 1e6;
}

int units_round(double value)
{
    double whole = round(without_noise(value)); /* round() rounds halves away from zero */

    if (!(whole > INT_MIN))
        return INT_MIN;
    return whole < INT_MAX ? (int)whole : INT_MAX;
}

double units_fahrenheit_exact(double degrees_c)
{
    return degrees_c * 9.0 / 5.0 + 32.0;
}

int units_fahrenheit(double degrees_c)
{
    return units_round(units_fahrenheit_exact(degrees_c));
}

int units_mph(double meters_per_second)
{
    return units_round(meters_per_second * 3600.0 / 1609.344);
}

bool units_find(struct str words, enum units_system *ret_system)
{
    static const struct {
        const char *word;
        enum units_system system;
    } names[] = {
        { "us", UNITS_US },
        { "u.s.", UNITS_US },
        { "american", UNITS_US },
        { "imperial", UNITS_US },
        { "english", UNITS_US },
        { "fahrenheit", UNITS_US },
        { "customary", UNITS_US },
        { "miles", UNITS_US },
        { "inches", UNITS_US },
        { "metric", UNITS_METRIC },
        { "celsius", UNITS_METRIC },
        { "centigrade", UNITS_METRIC },
        { "kilometers", UNITS_METRIC },
        { "millimeters", UNITS_METRIC },
        { "centimeters", UNITS_METRIC },
    };
    struct str word;

    while (str_word(&words, &word))
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
            if (str_eqz(word, names[i].word)) {
                *ret_system = names[i].system;
                return true;
            }
    return false;
}

int units_degrees(double degrees_c, enum units_system system)
{
    return system == UNITS_METRIC ? units_round(degrees_c) : units_fahrenheit(degrees_c);
}

int units_speed(double meters_per_second, enum units_system system)
{
    return system == UNITS_METRIC ? units_round(meters_per_second * 3.6)
                                  : units_mph(meters_per_second);
}

const char *units_degrees_symbol(enum units_system system)
{
    return system == UNITS_METRIC ? "degC" : "degF";
}

const char *units_speed_symbol(enum units_system system)
{
    return system == UNITS_METRIC ? "km/h" : "mph";
}

int units_gust(double gust, double speed, enum units_system system)
{
    int rounded = units_speed(gust, system);

    return rounded > units_speed(speed, system) ? rounded : 0;
}

void units_put_wind_speed(struct buf *out, int speed, enum units_system system)
{
    const char *unit = system == UNITS_METRIC ? "kilometer" : "mile";

    buf_printf(out, "%d %s%s per hour", speed, unit, speed == 1 ? "" : "s");
}

void units_put_gusts(struct buf *out, int gust, enum units_system system)
{
    if (gust <= 0)
        return;
    buf_putz(out, ", with gusts up to ");
    units_put_wind_speed(out, gust, system);
}

static void put_whole(struct buf *out, double value, const char *unit)
{
    int whole = units_round(value);

    if (whole < 1)
        buf_printf(out, "less than a %s", unit);
    else
        buf_printf(out, "%d %s%s", whole, unit, whole == 1 ? "" : "s");
}

void units_put_rain(struct buf *out, double mm, enum units_system system)
{
    if (system == UNITS_METRIC)
        put_whole(out, mm, "millimeter");
    else
        units_put_depth(out, mm);
}

void units_put_snow(struct buf *out, double mm, enum units_system system)
{
    if (system == UNITS_METRIC)
        put_whole(out, mm / 10.0, "centimeter");
    else
        units_put_depth(out, mm);
}

/* "half an inch", "1 inch", "2.5 inches". */
static void put_tenths(struct buf *out, double inches)
{
    int tenths = units_round(inches * 10.0);

    if (tenths == 1)
        buf_putz(out, "a tenth of an inch");
    else if (tenths == 5)
        buf_putz(out, "half an inch");
    else if (tenths % 10 != 0)
        buf_printf(out, "%d.%d inches", tenths / 10, tenths % 10);
    else
        buf_printf(out, "%d inch%s", tenths / 10, tenths == 10 ? "" : "es");
}

double units_rain_total(double mm, enum units_system system)
{
    double inches = without_noise(mm / mm_per_inch);

    if (system == UNITS_METRIC)
        return units_round(mm);
    return inches < 0.1 ? 0.0 : units_round(inches * 10.0) / 10.0;
}

double units_snow_total(double mm, enum units_system system)
{
    double inches = without_noise(mm / mm_per_inch);

    if (system == UNITS_METRIC)
        return units_round(mm / 10.0);
    if (inches < 0.5)
        return 0.0;
    return inches < 3.0 ? units_round(inches * 2.0) / 2.0 : units_round(inches);
}

void units_put_rain_total(struct buf *out, double mm, enum units_system system)
{
    double inches = units_rain_total(mm, UNITS_US);

    if (system == UNITS_METRIC)
        units_put_rain(out, mm, system);
    else if (inches > 0.0)
        put_tenths(out, inches);
    else
        buf_putz(out, "less than a tenth of an inch");
}

void units_put_snow_total(struct buf *out, double mm, enum units_system system)
{
    double inches = units_snow_total(mm, UNITS_US);

    if (system == UNITS_METRIC)
        units_put_snow(out, mm, system);
    else if (inches > 0.0)
        put_tenths(out, inches);
    else
        buf_putz(out, "less than half an inch");
}

const char *units_pressure_name(enum units_system system)
{
    return system == UNITS_METRIC ? "hectopascals" : "inches";
}

void units_put_pressure(struct buf *out, double pascal, enum units_system system)
{
    if (system == UNITS_METRIC)
        buf_printf(out, "%d", units_round(pascal / 100.0));
    else
        units_put_inhg(out, pascal);
}

void units_put_degrees(struct buf *out, int degrees_f)
{
    buf_printf(out, "%d degree%s", degrees_f, degrees_f == 1 || degrees_f == -1 ? "" : "s");
}

int units_hundredths_inhg(double pascal)
{
    const double pascal_per_inhg = 3386.389; /* at 0 degrees Celsius */

    return units_round(pascal / pascal_per_inhg * 100.0);
}

void units_put_inhg(struct buf *out, double pascal)
{
    int hundredths = units_hundredths_inhg(pascal);

    buf_printf(out, "%d.%02d", hundredths / 100, hundredths % 100);
}

const char *units_compass_point(double degrees)
{
    static const char *const names[UNITS_COMPASS_POINTS] = {
        "north", "north northeast", "northeast", "east northeast",
        "east",  "east southeast",  "southeast", "south southeast",
        "south", "south southwest", "southwest", "west southwest",
        "west",  "west northwest",  "northwest", "north northwest",
    };
    const double step = 360.0 / UNITS_COMPASS_POINTS;

    if (!(degrees >= 0.0 && degrees <= 360.0))
        return "";
    return names[units_round(degrees / step) % UNITS_COMPASS_POINTS];
}

/* The depths below an inch, each used up to halfway to the next. */
static const struct {
    double inches;
    const char *words;
} fractions[] = {
    { 0.10, "a tenth of an inch" },
    { 0.25, "a quarter of an inch" },
    { 0.50, "half an inch" },
    { 0.75, "three quarters of an inch" },
    { 1.00, "an inch" },
};
enum { FRACTIONS = sizeof fractions / sizeof fractions[0] };

/* Is x nearer to `near` than to `far`, which is above it? The midpoint rounds up. */
static bool is_nearer(double x, double near, double far)
{
    return without_noise(x) < without_noise((near + far) / 2.0);
}

/* In the steps in which it is spoken; 0 below the first one. */
static double depth_in_steps(double inches)
{
    if (is_nearer(inches, 0.05, fractions[0].inches))
        return 0.0;
    for (size_t i = 0; i < FRACTIONS; i++) {
        double far = i + 1 < FRACTIONS ? fractions[i + 1].inches : 1.25;
        if (is_nearer(inches, fractions[i].inches, far))
            return fractions[i].inches;
    }
    /* Quarters up to three inches, halves up to ten, whole inches beyond. */
    if (inches < 3.0)
        return units_round(inches * 4.0) / 4.0;
    return inches < 10.0 ? units_round(inches * 2.0) / 2.0 : units_round(inches);
}

double units_rain(double mm, enum units_system system)
{
    return system == UNITS_METRIC ? units_round(mm) : depth_in_steps(mm / mm_per_inch);
}

double units_snow(double mm, enum units_system system)
{
    return system == UNITS_METRIC ? units_round(mm / 10.0) : depth_in_steps(mm / mm_per_inch);
}

void units_put_depth(struct buf *out, double mm)
{
    static const char *const quarters[] = { "", " and a quarter", " and a half",
                                            " and three quarters" };
    double inches = depth_in_steps(mm / mm_per_inch);
    int fourths = units_round(inches * 4.0), whole = fourths / 4;

    if (inches <= 0.0) {
        buf_putz(out, "less than a tenth of an inch");
        return;
    }
    for (size_t i = 0; i < FRACTIONS; i++) {
        if (inches <= fractions[i].inches) {
            buf_putz(out, fractions[i].words);
            return;
        }
    }
    if (whole == 1)
        buf_printf(out, "an inch%s", quarters[fourths % 4]);
    else
        buf_printf(out, "%d%s inches", whole, quarters[fourths % 4]);
}
