/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/period.c -- summarizes the hours of a forecast period and describes them: "A chance of
 * rain showers after 1pm. Mostly sunny, with a high near 64." */
#include "tests/sim/period.h"
#include "server/base/civil.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

enum { HOUR = 3600 };

struct period_sum period_sum_up(const struct period_forecast *f, int64_t start, int64_t end)
{
    static const double degree = 3.14159265358979323846 / 180.0;
    struct period_sum s = { .wet_first = -1, .wet_last = -1, .wind_low_kt = 999, .worst.pop = -1 };
    int64_t first = start - start % HOUR;

    for (int64_t t = first; t < end; t += HOUR, s.hours++) {
        struct weather w;
        weather_at(&f->site, t, &w);
        s.sky += w.sky;
        s.pop = w.pop > s.pop ? w.pop : s.pop;
        s.wind_low_kt = w.wind_kt < s.wind_low_kt ? w.wind_kt : s.wind_low_kt;
        s.wind_high_kt = w.wind_kt > s.wind_high_kt ? w.wind_kt : s.wind_high_kt;
        s.gust_kt = w.gust_kt > s.gust_kt ? w.gust_kt : s.gust_kt;
        s.east += w.wind_kt * sin(w.direction * degree);
        s.north += w.wind_kt * cos(w.direction * degree);
        s.rain_mm += w.rain_mm / 3.0;
        s.snow_mm += w.snow_mm / 3.0;
        if (w.conditions > 0) {
            s.wet_first = s.wet_first < 0 ? s.hours : s.wet_first;
            s.wet_last = s.hours;
            if (s.worst.pop < w.pop)
                s.worst = w;
        }
    }
    s.sky /= s.hours > 0 ? s.hours : 1;
    return s;
}

static int mph(int kt)
{
    return (int)lround(kt * 1.150779);
}

/* ---- texts ---- */

static const char *sky_words(int sky, bool day)
{
    if (day)
        return sky <= 25   ? "Sunny"
               : sky <= 50 ? "Mostly Sunny"
               : sky <= 69 ? "Partly Sunny"
               : sky <= 87 ? "Mostly Cloudy"
                           : "Cloudy";
    return sky <= 5    ? "Clear"
           : sky <= 25 ? "Mostly Clear"
           : sky <= 50 ? "Partly Cloudy"
           : sky <= 87 ? "Mostly Cloudy"
                       : "Cloudy";
}

/* "Rain Showers", "Showers And Thunderstorms" */
static void weather_words(const struct weather *w, char out[64])
{
    if (w->conditions == 2 && strcmp(w->condition[1].weather, "thunderstorms") == 0) {
        snprintf(out, 64, "Showers And Thunderstorms");
        return;
    }
    bool up = true;
    size_t n = 0;
    for (const char *p = w->condition[0].weather; *p && n < 63; p++) {
        out[n++] = *p == '_' ? ' ' : up && *p >= 'a' ? (char)(*p - 'a' + 'A') : *p;
        up = *p == '_';
    }
    out[n] = '\0';
}

static void weather_short(const struct weather *w, char out[100])
{
    const char *coverage = w->condition[0].coverage;
    char weather[64];

    weather_words(w, weather);
    if (strcmp(coverage, "likely") == 0)
        snprintf(out, 100, "%s Likely", weather);
    else if (strcmp(coverage, "definite") == 0)
        snprintf(out, 100, "%s", weather);
    else if (strcmp(coverage, "slight_chance") == 0)
        snprintf(out, 100, "Slight Chance %s", weather);
    else
        snprintf(out, 100, "%c%s %s", coverage[0] - 'a' + 'A', coverage + 1, weather);
}

static void lower(char *text)
{
    for (; *text; text++)
        *text = *text >= 'A' && *text <= 'Z' ? (char)(*text - 'A' + 'a') : *text;
}

static void clock_words(const struct period_forecast *f, int64_t t, char out[16])
{
    int hour = civil_of(f->zone, t).hour;

    if (hour == 0)
        snprintf(out, 16, "midnight");
    else if (hour == 12)
        snprintf(out, 16, "noon");
    else
        snprintf(out, 16, "%d%s", hour % 12, hour < 12 ? "am" : "pm");
}

/* "A chance of rain showers after 1pm. " */
static void put_weather(const struct period_forecast *f, const struct period_sum *s, int64_t start,
                        struct buf *text)
{
    if (s->wet_first < 0)
        return;
    const char *coverage = s->worst.condition[0].coverage;
    char weather[64], from[16], to[16];
    weather_words(&s->worst, weather);
    lower(weather);
    clock_words(f, start - start % HOUR + (int64_t)s->wet_first * HOUR, from);
    clock_words(f, start - start % HOUR + (int64_t)(s->wet_last + 1) * HOUR, to);
    size_t at = text->n;
    if (strcmp(coverage, "likely") == 0)
        buf_printf(text, "%s likely", weather);
    else if (strcmp(coverage, "slight_chance") == 0)
        buf_printf(text, "a slight chance of %s", weather);
    else if (strcmp(coverage, "chance") == 0)
        buf_printf(text, "a chance of %s", weather);
    else if (strcmp(coverage, "areas") == 0)
        buf_printf(text, "areas of %s", weather);
    else if (strcmp(coverage, "definite") == 0)
        buf_put(text, str_of(weather));
    else
        buf_printf(text, "%s %s", coverage, weather);
    if (text->p && text->p[at] >= 'a')
        text->p[at] = (char)(text->p[at] - 'a' + 'A');
    bool late = s->wet_first > 0, early = s->wet_last < s->hours - 1;
    if (late && early)
        buf_printf(text, " between %s and %s", from, to);
    else if (late)
        buf_printf(text, " after %s", from);
    else if (early)
        buf_printf(text, " before %s", to);
    buf_putz(text, ". ");
}

static void put_amount(const struct period_sum *s, struct buf *text)
{
    static const struct {
        double below_inches;
        const char *words;
    } amounts[] = {
        { 0.1, "less than a tenth of an inch possible" },
        { 0.25, "between a tenth and quarter of an inch possible" },
        { 0.5, "between a quarter and half of an inch possible" },
        { 0.75, "between a half and three quarters of an inch possible" },
        { 1.0, "between three quarters and one inch possible" },
        { 2.0, "between 1 and 2 inches possible" },
        { 4.0, "between 2 and 4 inches possible" },
        { 999.0, "over 4 inches possible" },
    };
    double inches = (s->snow_mm > 2.0 ? s->snow_mm : s->rain_mm) / 25.4;
    if (s->pop < 50)
        return;
    for (size_t i = 0; i < sizeof amounts / sizeof amounts[0]; i++) {
        if (inches < amounts[i].below_inches) {
            buf_printf(text, " New %s amounts %s.", s->snow_mm > 2.0 ? "snow" : "rainfall",
                       amounts[i].words);
            return;
        }
    }
}

static int wind_point(const struct period_sum *s, int points)
{
    double turn = atan2(s->east, s->north) / (2.0 * 3.14159265358979323846);

    return ((int)lround(turn * points) + points) % points;
}

const char *period_wind_direction(const struct period_sum *s, int points)
{
    static const char *const names[16] = { "N", "NNE", "NE", "ENE", "E", "ESE", "SE", "SSE",
                                           "S", "SSW", "SW", "WSW", "W", "WNW", "NW", "NNW" };

    return s->wind_high_kt == 0 ? "" : names[wind_point(s, points) * (16 / points)];
}

json_t *period_wind_speed(const struct period_forecast *f, const struct period_sum *s)
{
    double factor = f->si ? 1.852 : 1.150779;
    int low = (int)lround(s->wind_low_kt * factor), high = (int)lround(s->wind_high_kt * factor);
    const char *unit = f->si ? "km/h" : "mph";

    return low == high ? json_sprintf("%d %s", high, unit)
                       : json_sprintf("%d to %d %s", low, high, unit);
}

json_t *period_detailed_text(const struct period_forecast *f, const struct period_sum *s,
                             int64_t start, bool day, int extreme_f)
{
    static const char *const winds[8] = { "North", "Northeast", "East", "Southeast",
                                          "South", "Southwest", "West", "Northwest" };
    struct buf text = BUF_INIT(2000);
    char sky[32];

    snprintf(sky, sizeof sky, "%s", sky_words(s->sky, day));
    lower(sky + 1);
    put_weather(f, s, start, &text);
    buf_printf(&text, "%s, with a %s %d.", sky, day ? "high near" : "low around", extreme_f);
    if (s->wind_high_kt > 0) {
        int low = mph(s->wind_low_kt), high = mph(s->wind_high_kt);
        buf_printf(&text, " %s wind ", winds[wind_point(s, 8)]);
        if (low == high)
            buf_printf(&text, "around %d mph", high);
        else
            buf_printf(&text, "%d to %d mph", low, high);
        if (s->gust_kt >= s->wind_high_kt + 8)
            buf_printf(&text, ", with gusts as high as %d mph", mph(s->gust_kt));
        buf_putc(&text, '.');
    }
    if (s->pop >= 15)
        buf_printf(&text, " Chance of precipitation is %d%%.", (s->pop + 5) / 10 * 10);
    put_amount(s, &text);
    json_t *json = json_string(buf_z(&text));
    buf_free(&text);
    return json;
}

void period_short_text(const struct period_sum *s, bool day, char out[100])
{
    if (s->wet_first >= 0)
        weather_short(&s->worst, out);
    else
        snprintf(out, 100, "%s", sky_words(s->sky, day));
}
