/* SPDX-License-Identifier: Apache-2.0 */
/* intents/sky/sun.c -- NOAA's solar equations, evaluated at the instant of each event. */
#include "intents/sky/sun.h"

#include <math.h>

#define DEGREE (3.14159265358979323846 / 180)
#define ZENITH_RISE 90.833
#define ZENITH_CIVIL 96.0

enum { DAY_S = 86400, HALF_DAY_S = DAY_S / 2 };

/* Julian centuries since noon of January 1, 2000. */
static double centuries(double t)
{
    return (t - 946728000.0) / (36525.0 * DAY_S);
}

static double wrap_degrees(double angle)
{
    angle = fmod(angle, 360);
    return angle < 0 ? angle + 360 : angle;
}

static double mean_longitude(double T)
{
    return 280.46646 + T * (36000.76983 + T * 0.0003032);
}

static double mean_anomaly(double T)
{
    return 357.52911 + T * (35999.05029 - T * 0.0001537);
}

/* Nutation and aberration, both from the longitude of the moon's ascending node. */
static double node_longitude(double T)
{
    return 125.04 - 1934.136 * T;
}

static double apparent_longitude(double T)
{
    double M = mean_anomaly(T) * DEGREE;
    double center = (1.914602 - T * (0.004817 + T * 0.000014)) * sin(M) +
                    (0.019993 - T * 0.000101) * sin(2 * M) + 0.000289 * sin(3 * M);

    return mean_longitude(T) + center - 0.00569 - 0.00478 * sin(node_longitude(T) * DEGREE);
}

static double obliquity(double T)
{
    double seconds = 21.448 - T * (46.815 + T * (0.00059 - T * 0.001813));

    return 23 + (26 + seconds / 60) / 60 + 0.00256 * cos(node_longitude(T) * DEGREE);
}

/* Radians. */
static double declination(double T)
{
    return asin(sin(obliquity(T) * DEGREE) * sin(apparent_longitude(T) * DEGREE));
}

/* Apparent minus mean solar time, in seconds. */
static double equation_of_time(double T)
{
    double half = tan(obliquity(T) / 2 * DEGREE), y = half * half;
    double L = mean_longitude(T) * DEGREE, M = mean_anomaly(T) * DEGREE;
    double e = 0.016708634 - T * (0.000042037 + T * 0.0000001267);
    double angle = y * sin(2 * L) - 2 * e * sin(M) + 4 * e * y * sin(M) * cos(2 * L) -
                   0.5 * y * y * sin(4 * L) - 1.25 * e * e * sin(2 * M);

    return angle / DEGREE * 240;
}

/* Seconds of apparent solar time past noon, in [-43200, 43200). */
static double past_noon(double longitude, double t)
{
    double solar = t + equation_of_time(centuries(t)) + longitude * 240;

    return fmod(fmod(solar, DAY_S) + DAY_S, DAY_S) - HALF_DAY_S;
}

/* The sine of the height of the sun's center. */
static double height_sine(double latitude, double longitude, double t)
{
    double d = declination(centuries(t)), hour_angle = past_noon(longitude, t) / 240 * DEGREE;

    return sin(latitude * DEGREE) * sin(d) + cos(latitude * DEGREE) * cos(d) * cos(hour_angle);
}

/* When the sun passes the zenith angle between `low`, a solar midnight, and `high`, solar noon.
 * It climbs all the way, so the interval is halved until it is a fraction of a second. */
static struct sun_crossing crossing(double latitude, double longitude, double low, double high,
                                    double zenith)
{
    double limit = cos(zenith * DEGREE);

    if (height_sine(latitude, longitude, low) >= limit)
        return (struct sun_crossing){ SUN_STAYS_ABOVE, 0 };
    if (height_sine(latitude, longitude, high) < limit)
        return (struct sun_crossing){ SUN_STAYS_BELOW, 0 };
    while (fabs(high - low) > 0.1) {
        double middle = (low + high) / 2;
        if (height_sine(latitude, longitude, middle) < limit)
            low = middle;
        else
            high = middle;
    }
    return (struct sun_crossing){ SUN_CROSSES, llround(high) };
}

struct sun_day sun_day_around(double latitude, double longitude, int64_t around)
{
    double noon = (double)around;
    struct sun_day day;

    for (int i = 0; i < 3; i++) /* the equation of time changes by half a minute a day */
        noon -= past_noon(longitude, noon);
    double before = noon - HALF_DAY_S, after = noon + HALF_DAY_S;
    day.noon = llround(noon);
    day.noon_height = asin(fmin(1, fmax(-1, height_sine(latitude, longitude, noon)))) / DEGREE;
    day.first_light = crossing(latitude, longitude, before, noon, ZENITH_CIVIL);
    day.sunrise = crossing(latitude, longitude, before, noon, ZENITH_RISE);
    day.sunset = crossing(latitude, longitude, after, noon, ZENITH_RISE);
    day.dark = crossing(latitude, longitude, after, noon, ZENITH_CIVIL);
    return day;
}

int64_t sun_day_length(const struct sun_day *day)
{
    if (day->sunrise.kind == SUN_STAYS_BELOW || day->sunset.kind == SUN_STAYS_BELOW)
        return 0;
    /* On the first and last days of polar day the sun rises or sets, but not both. */
    int64_t up = day->sunrise.kind == SUN_CROSSES ? day->sunrise.at : day->noon - HALF_DAY_S;
    int64_t down = day->sunset.kind == SUN_CROSSES ? day->sunset.at : day->noon + HALF_DAY_S;
    return down - up;
}

bool sun_is_up(double latitude, double longitude, int64_t t)
{
    return height_sine(latitude, longitude, (double)t) >= cos(ZENITH_RISE * DEGREE);
}

void sun_is_up_hourly(double latitude, double longitude, int64_t t, int count, bool *ret_up)
{
    enum { HOUR_S = 3600 };
    double d = declination(centuries((double)(t + (int64_t)count * HOUR_S / 2)));
    double past = past_noon(longitude, (double)t), limit = cos(ZENITH_RISE * DEGREE);
    double polar = sin(latitude * DEGREE) * sin(d), turning = cos(latitude * DEGREE) * cos(d);

    for (int i = 0; i < count; i++)
        ret_up[i] = polar + turning * cos((past + i * HOUR_S) / 240 * DEGREE) >= limit;
}

double sun_longitude(double t)
{
    return wrap_degrees(apparent_longitude(centuries(t)));
}
