/* SPDX-License-Identifier: Apache-2.0 */
/* intents/sky/moon.c -- the moon's place from the main terms of its series, and its phase from its
 * distance to the sun on the ecliptic. */
#include "intents/sky/moon.h"

#include "intents/sky/sun.h"

#include <math.h>
#include <stddef.h>

#define DEGREE (3.14159265358979323846 / 180)
#define DELTA_T 70.0 /* seconds that dynamical time, which the series use, is ahead of UTC */
#define DEGREES_PER_DAY (360 / 29.530588853)
#define SUN_DISTANCE_KM 149597870.0
#define MOON_DISTANCE_KM 385000.0

enum { DAY_S = 86400 };

/* Multiples of the mean elongation D, the sun's anomaly M, the moon's anomaly N and its argument of
 * latitude F, and the coefficient of the sine in millionths of a degree. */
struct term {
    signed char d, m, n, f;
    double size;
};

/* Meeus, table 47.A: the largest terms of the longitude. */
static const struct term longitude_terms[] = {
    { 0, 0, 1, 0, 6288774 }, { 2, 0, -1, 0, 1274027 }, { 2, 0, 0, 0, 658314 },
    { 0, 0, 2, 0, 213618 },  { 0, 1, 0, 0, -185116 },  { 0, 0, 0, 2, -114332 },
    { 2, 0, -2, 0, 58793 },  { 2, -1, -1, 0, 57066 },  { 2, 0, 1, 0, 53322 },
    { 2, -1, 0, 0, 45758 },  { 0, 1, -1, 0, -40923 },  { 1, 0, 0, 0, -34720 },
    { 0, 1, 1, 0, -30383 },  { 2, 0, 0, -2, 15327 },   { 0, 0, 1, 2, -12528 },
    { 0, 0, 1, -2, 10980 },  { 4, 0, -1, 0, 10675 },   { 0, 0, 3, 0, 10034 },
    { 4, 0, -2, 0, 8548 },   { 2, 1, -1, 0, -7888 },   { 2, 1, 0, 0, -6766 },
    { 1, 0, -1, 0, -5163 },  { 1, 1, 0, 0, 4987 },     { 2, -1, 1, 0, 4036 },
    { 2, 0, 2, 0, 3994 },    { 4, 0, 0, 0, 3861 },     { 2, 0, -3, 0, 3665 },
};

/* Meeus, table 47.B: the largest terms of the latitude. */
static const struct term latitude_terms[] = {
    { 0, 0, 0, 1, 5128122 }, { 0, 0, 1, 1, 280602 }, { 0, 0, 1, -1, 277693 },
    { 2, 0, 0, -1, 173237 }, { 2, 0, -1, 1, 55413 }, { 2, 0, -1, -1, 46271 },
    { 2, 0, 0, 1, 32573 },   { 0, 0, 2, 1, 17198 },
};

struct arguments {
    double d, m, n, f; /* radians */
    double e;          /* the eccentricity of the earth's orbit, relative to that of 2000 */
};

/* Julian centuries of dynamical time since noon of January 1, 2000. */
static double centuries(double t)
{
    return (t + DELTA_T - 946728000.0) / (36525.0 * DAY_S);
}

static struct arguments arguments_at(double T)
{
    return (struct arguments){
        .d = (297.8501921 + T * (445267.1114034 - T * 0.0018819)) * DEGREE,
        .m = (357.5291092 + T * (35999.0502909 - T * 0.0001536)) * DEGREE,
        .n = (134.9633964 + T * (477198.8675055 + T * 0.0087414)) * DEGREE,
        .f = (93.2720950 + T * (483202.0175233 - T * 0.0036539)) * DEGREE,
        .e = 1 - T * (0.002516 + T * 0.0000074),
    };
}

/* Degrees. */
static double sum_terms(const struct term *terms, size_t count, const struct arguments *a)
{
    double sum = 0;

    for (size_t i = 0; i < count; i++) {
        const struct term *term = &terms[i];
        double angle = term->d * a->d + term->m * a->m + term->n * a->n + term->f * a->f;
        sum += term->size * (term->m == 0 ? 1 : a->e) * sin(angle);
    }
    return sum / 1e6;
}

static double wrap_degrees(double angle)
{
    angle = fmod(angle, 360);
    return angle < 0 ? angle + 360 : angle;
}

/* How far the moon is ahead of the sun on the ecliptic: degrees in [0, 360). Its latitude, too. */
static double elongation(double t, double *ret_latitude)
{
    double T = centuries(t);
    struct arguments a = arguments_at(T);
    double mean = 218.3164477 + T * (481267.88123421 - T * 0.0015786);
    double nutation = -0.00478 * sin((125.04 - 1934.136 * T) * DEGREE);
    double moon =
        mean + nutation +
        sum_terms(longitude_terms, sizeof longitude_terms / sizeof longitude_terms[0], &a);

    if (ret_latitude)
        *ret_latitude =
            sum_terms(latitude_terms, sizeof latitude_terms / sizeof latitude_terms[0], &a);
    return wrap_degrees(moon - sun_longitude(t + DELTA_T));
}

const char *moon_phase_name(enum moon_phase phase)
{
    static const char *const names[] = {
        [MOON_NEW] = "new",
        [MOON_WAXING_CRESCENT] = "waxing crescent",
        [MOON_FIRST_QUARTER] = "first quarter",
        [MOON_WAXING_GIBBOUS] = "waxing gibbous",
        [MOON_FULL] = "full",
        [MOON_WANING_GIBBOUS] = "waning gibbous",
        [MOON_LAST_QUARTER] = "last quarter",
        [MOON_WANING_CRESCENT] = "waning crescent",
    };

    return names[phase];
}

enum moon_phase moon_phase_at(int64_t t)
{
    return (enum moon_phase)((int)((elongation((double)t, NULL) + 22.5) / 45) % 8);
}

double moon_illuminated(int64_t t)
{
    double latitude, angle = elongation((double)t, &latitude) * DEGREE;
    double from_sun = acos(cos(latitude * DEGREE) * cos(angle));
    double phase_angle =
        atan2(SUN_DISTANCE_KM * sin(from_sun), MOON_DISTANCE_KM - SUN_DISTANCE_KM * cos(from_sun));

    return (1 + cos(phase_angle)) / 2;
}

int64_t moon_next(enum moon_phase phase, int64_t t)
{
    enum { STEPS_MAX = 20 };
    double target = (int)phase / 2 * 90.0;
    double ahead = wrap_degrees(target - elongation((double)t, NULL));
    double at = (double)t + ahead / DEGREES_PER_DAY * DAY_S;

    /* The moon's speed differs from its mean by up to a fifth, so each step leaves at most that
     * share of the error. */
    for (int i = 0; i < STEPS_MAX; i++) {
        double late = wrap_degrees(elongation(at, NULL) - target + 180) - 180;
        at -= late / DEGREES_PER_DAY * DAY_S;
        if (fabs(late) < 1e-5)
            break;
    }
    return llround(at) > t ? llround(at) : t + 1;
}
