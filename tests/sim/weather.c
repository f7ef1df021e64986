/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/weather.c -- generates weather from value noise over place and time.
 *
 * A slow wave for the season, one for the day, and noise on lattices of a few degrees and about a
 * day give warm and cold spells, wet days and calm nights. Precipitation, its amount and type are
 * constant within three-hour blocks, as forecast offices enter them; everything else changes
 * hourly. */
#include "tests/sim/weather.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

enum { HOUR = 3600, BLOCK = 3 * HOUR, DAY = 86400 };
enum channel { DRIFT = 1, RANGE, MOIST, SKY, WIND, TURN, GUST, AMOUNT, PRESSURE };

static const double pi = 3.14159265358979323846;

uint64_t weather_hash(uint64_t seed, uint64_t a, uint64_t b)
{
    uint64_t x = seed ^ a * 0x9e3779b97f4a7c15u ^ b * 0xc2b2ae3d27d4eb4fu;

    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
    x = (x ^ x >> 27) * 0x94d049bb133111ebu;
    return x ^ x >> 31;
}

static double lattice(uint64_t seed, int channel, int64_t x, int64_t y, int64_t z)
{
    uint64_t a = weather_hash(seed + (uint64_t)channel, (uint64_t)x, (uint64_t)y);

    return (double)(weather_hash(a, (uint64_t)z, 1) >> 11) / 9007199254740992.0;
}

static double smooth(double f)
{
    return f * f * (3.0 - 2.0 * f);
}

double weather_noise(uint64_t seed, int channel, double x, double y, double z)
{
    int64_t i = (int64_t)floor(x), j = (int64_t)floor(y), k = (int64_t)floor(z);
    double fx = smooth(x - (double)i), fy = smooth(y - (double)j), fz = smooth(z - (double)k);
    double sum = 0.0;

    for (int corner = 0; corner < 8; corner++) {
        int a = corner & 1, b = corner >> 1 & 1, c = corner >> 2;
        sum += (a ? fx : 1.0 - fx) * (b ? fy : 1.0 - fy) * (c ? fz : 1.0 - fz) *
               lattice(seed, channel, i + a, j + b, k + c);
    }
    return sum;
}

static double noise(const struct weather_site *site, enum channel channel, double degrees,
                    double hours, int64_t t)
{
    return weather_noise(site->seed, (int)channel, site->lat / degrees, site->lon / degrees,
                         (double)t / (hours * HOUR));
}

double weather_celsius(double fahrenheit)
{
    return (fahrenheit - 32.0) / 1.8;
}

/* 1 at 3 p.m. solar time, -1 at 3 a.m. */
static double day_wave(const struct weather_site *site, int64_t t)
{
    double hour = fmod((double)(t % DAY) / HOUR + site->lon / 15.0 + 48.0, 24.0);

    return cos(2.0 * pi * (hour - 15.0) / 24.0);
}

/* The temperature without the daily wave, in Celsius. */
static double slow_temp(const struct weather_site *site, int64_t t)
{
    double lat = fabs(site->lat);
    double mean = 29.0 - 0.65 * fmax(0.0, lat - 18.0) - 0.004 * site->elevation_m;
    double swing = fmin(20.0, fmax(1.0, 1.0 + 0.4 * (lat - 15.0)));
    double year = fmod((double)t / DAY, 365.2425) / 365.2425 + (site->lat < 0 ? 0.5 : 0.0);
    double season = -cos(2.0 * pi * (year - 0.055));
    double drift = (noise(site, DRIFT, 6.0, 60.0, t) - 0.5) * (6.0 + lat / 4.0);

    return mean + swing * season + drift;
}

static double day_range(const struct weather_site *site, int64_t t)
{
    return 2.0 + 4.0 * noise(site, RANGE, 4.0, 30.0, t);
}

int weather_temp_f(const struct weather_site *site, int64_t t)
{
    t -= t % HOUR;
    double c = slow_temp(site, t) + day_range(site, t) * day_wave(site, t);
    return (int)lround(c * 1.8 + 32.0);
}

static double saturation(double c)
{
    return exp(17.625 * c / (243.04 + c));
}

static double moisture(const struct weather_site *site, int64_t t)
{
    return noise(site, MOIST, 4.0, 20.0, t);
}

static int chance(const struct weather_site *site, double moist)
{
    double threshold = 0.8 - 0.0035 * site->wet;

    return (int)lround(fmin(100.0, fmax(0.0, (moist - threshold + 0.03) / 0.25 * 100.0)));
}

bool weather_heat_index_f(int temp_f, int humidity, double *ret_f)
{
    double t = temp_f, r = humidity;

    if (temp_f < 70)
        return false;
    double simple = 0.5 * (t + 61.0 + (t - 68.0) * 1.2 + r * 0.094);
    if ((simple + t) / 2.0 < 80.0) {
        *ret_f = fmax(t, simple);
        return true;
    }
    double h = -42.379 + 2.04901523 * t + 10.14333127 * r - 0.22475541 * t * r -
               6.83783e-3 * t * t - 5.481717e-2 * r * r + 1.22874e-3 * t * t * r +
               8.5282e-4 * t * r * r - 1.99e-6 * t * t * r * r;
    if (r < 13.0 && t <= 112.0)
        h -= (13.0 - r) / 4.0 * sqrt((17.0 - fabs(t - 95.0)) / 17.0);
    else if (r > 85.0 && t <= 87.0)
        h += (r - 85.0) / 10.0 * ((87.0 - t) / 5.0);
    *ret_f = h;
    return true;
}

bool weather_wind_chill_f(int temp_f, int wind_kt, double *ret_f)
{
    double mph = wind_kt * 1.150779;

    if (temp_f > 50 || mph <= 3.0)
        return false;
    double v = pow(mph, 0.16);
    *ret_f = 35.74 + 0.6215 * temp_f - 35.75 * v + 0.4275 * temp_f * v;
    return true;
}

/* ---- precipitation ---- */

static const char *coverage_of(int pop, bool storms)
{
    if (pop < 25)
        return storms ? "isolated" : "slight_chance";
    if (pop < 55)
        return storms ? "scattered" : "chance";
    if (pop < 75)
        return storms ? "numerous" : "likely";
    return storms ? "occasional" : "definite";
}

static const char *kind_of(const struct weather *w, int block_temp_f, bool freezing)
{
    if (freezing)
        return "freezing_rain";
    if (block_temp_f <= 33)
        return w->pop < 55 ? "snow_showers" : "snow";
    return block_temp_f >= 55 ? "rain_showers" : "rain";
}

static void add_condition(struct weather *w, struct weather_condition condition)
{
    if (w->conditions < WEATHER_CONDITIONS_MAX)
        w->condition[w->conditions++] = condition;
}

/* Everything that is constant for three hours, calculated for the middle of the block. */
static void add_precipitation(const struct weather_site *site, int64_t t, struct weather *w)
{
    int64_t middle = t - t % BLOCK + BLOCK / 2;

    w->pop = chance(site, moisture(site, middle));
    if (w->pop < 15)
        return;
    int temp_f = weather_temp_f(site, middle);
    double amount = noise(site, AMOUNT, 2.0, 6.0, middle);
    bool storms = temp_f >= 66 && amount > 0.45;
    bool freezing = temp_f >= 29 && temp_f <= 33 && amount > 0.6;
    double mm = pow((w->pop - 10) / 90.0, 1.5) * 5.0 * (0.4 + amount);
    if (temp_f <= 33 && !freezing)
        w->snow_mm = mm * 10.0;
    else if (freezing)
        w->ice_mm = mm / 2.0;
    w->rain_mm = mm;
    w->thunder = storms ? w->pop / 2 : 0;
    const char *intensity = mm > 4.0 ? "heavy" : mm > 1.5 ? "moderate" : "light";
    add_condition(w, (struct weather_condition){ coverage_of(w->pop, false),
                                                 kind_of(w, temp_f, freezing), intensity, NULL });
    if (storms)
        add_condition(w, (struct weather_condition){ coverage_of(w->pop, true), "thunderstorms",
                                                     NULL, w->pop >= 60 ? "heavy_rain" : NULL });
    else if (temp_f >= 32 && temp_f <= 35 && !freezing)
        add_condition(w,
                      (struct weather_condition){ coverage_of(w->pop, false),
                                                  temp_f <= 33 ? "rain" : "snow", "light", NULL });
}

static void add_wind(const struct weather_site *site, int64_t t, struct weather *w)
{
    double kt = 19.0 * noise(site, WIND, 3.0, 14.0, t) - 3.0 + 3.0 * fmax(0.0, day_wave(site, t));

    w->wind_kt = kt < 1.0 ? 0 : (int)lround(kt);
    double turn = 72.0 * noise(site, TURN, 5.0, 40.0, t);
    w->direction = ((int)lround(turn) % 36 + 36) % 36 * 10;
    if (w->direction == 0)
        w->direction = 360;
    double gust = w->wind_kt * 1.25 + 8.0 * noise(site, GUST, 3.0, 5.0, t);
    w->gust_kt = (int)lround(fmax(gust, w->wind_kt));
}

void weather_at(const struct weather_site *site, int64_t t, struct weather *ret_air)
{
    struct weather w = { 0 };

    t -= t % HOUR;
    double moist = moisture(site, t);
    w.temp_f = weather_temp_f(site, t);
    double dew_c = slow_temp(site, t) - day_range(site, t) * 0.6 - (1.0 - moist) * 14.0 + 4.0;
    w.dew_f = (int)lround(dew_c * 1.8 + 32.0);
    if (w.dew_f > w.temp_f)
        w.dew_f = w.temp_f;
    double humidity =
        100.0 * saturation(weather_celsius(w.dew_f)) / saturation(weather_celsius(w.temp_f));
    w.humidity = (int)lround(fmin(100.0, fmax(1.0, humidity)));
    add_precipitation(site, t, &w);
    add_wind(site, t, &w);
    double sky = (0.9 * noise(site, SKY, 3.0, 9.0, t) + 0.7 * moist - 0.45) * 150.0;
    w.sky = (int)lround(fmin(100.0, fmax(w.pop >= 15 ? 50.0 + w.pop * 0.45 : 0.0, sky)));
    double sea = 101300.0 + (noise(site, PRESSURE, 6.0, 50.0, t) - 0.5 - (moist - 0.5)) * 2500.0;
    w.pressure_pa = sea;
    w.visibility_m = w.pop >= 55 ? 4828.032 : 16093.44;
    if (w.conditions == 0 && w.humidity >= 95 && w.wind_kt <= 6) {
        add_condition(&w, (struct weather_condition){ "patchy", "fog", NULL, NULL });
        w.visibility_m = 3218.688;
    } else if (w.conditions == 0 && w.temp_f >= 84 && w.wind_kt <= 3) {
        add_condition(&w, (struct weather_condition){ "areas", "haze", NULL, NULL });
        w.visibility_m = 8046.72;
    }
    *ret_air = w;
}
