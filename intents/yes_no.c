/* SPDX-License-Identifier: Apache-2.0 */
/* intents/yes_no.c -- yes, no, or how likely.
 *
 * It is "windy" from 15 miles per hour, or in gusts of 25.  Skies use the percentages of their
 * names. */
#include "intents/yes_no.h"

#include "intents/speech/phrase.h"
#include "intents/speech/units.h"

#include <string.h>

enum { WINDY_MPH = 15, WINDY_GUST_MPH = 25, HOUR = 3600 };

enum verdict { UNKNOWN, NO, UNLIKELY, POSSIBLY, PARTLY, LIKELY, YES };

static void put_verdict(struct buf *out, enum verdict verdict)
{
    static const char *const words[] = {
        [UNKNOWN] = "",
        [NO] = "No. ",
        [UNLIKELY] = "Probably not. ",
        [POSSIBLY] = "Possibly. ",
        [PARTLY] = "Partly. ",
        [LIKELY] = "Probably. ",
        [YES] = "Yes. ",
    };

    buf_putz(out, words[verdict]);
}

bool yes_no_is_asked(struct str leadin)
{
    static const char *const first[] = { "is",    "are",   "will", "does",  "do",
                                         "isn't", "won't", "can",  "should" };
    struct str word;

    if (!str_word(&leadin, &word))
        return false;
    for (size_t i = 0; i < sizeof first / sizeof first[0]; i++)
        if (str_eqz(word, first[i]))
            return true;
    return false;
}

static enum verdict verdict_of(bool yes)
{
    return yes ? YES : NO;
}

static bool is_windy(int speed, int gust)
{
    return speed >= WINDY_MPH || gust >= WINDY_GUST_MPH;
}

static bool contains(struct str text, const char *part)
{
    return str_find(text, str_of(part)) < text.n;
}

/* ---- now ---- */

/* The kind of precipitation that the question names. */
enum precipitation { RAIN, SNOW, ANY_PRECIPITATION };

static bool find_precipitation(const char *about, enum precipitation *ret_kind)
{
    static const char *const names[] = {
        [RAIN] = "rain", [SNOW] = "snow", [ANY_PRECIPITATION] = "precipitation"
    };

    for (int i = RAIN; i <= ANY_PRECIPITATION; i++) {
        if (strcmp(about, names[i]) == 0) {
            *ret_kind = (enum precipitation)i;
            return true;
        }
    }
    return false;
}

static bool weather_is(struct str weather, enum precipitation kind)
{
    static const char *const wet[] = { "rain", "drizzle", "thunderstorm" };
    static const char *const other[] = { "hail", "ice pellets", "ice crystals", "showers",
                                         "precipitation" };
    bool any = false;

    if (kind != RAIN)
        any = contains(weather, "snow");
    for (size_t k = 0; kind != SNOW && k < sizeof wet / sizeof wet[0]; k++)
        any = any || contains(weather, wet[k]);
    for (size_t k = 0; kind == ANY_PRECIPITATION && k < sizeof other / sizeof other[0]; k++)
        any = any || contains(weather, other[k]);
    return any;
}

/* Does the station report it?  What is only in the vicinity does not count. */
static enum verdict precipitation_now(const struct observation *o, enum precipitation kind)
{
    if (!o->weather_known && o->weather_count == 0)
        return UNKNOWN;
    for (size_t i = 0; i < o->weather_count; i++)
        if (!contains(o->weather[i], "vicinity") && weather_is(o->weather[i], kind))
            return YES;
    return NO;
}

/* Judges the sky by the words of the station. */
static enum verdict sky_now(const struct observation *o, bool cloudy)
{
    struct buf words = BUF_INIT(500);
    struct str text;
    enum verdict verdict = NO;
    bool clouds, clear;

    phrase_put_description(&words, o->description);
    text = buf_str(&words);
    clouds = contains(text, "cloudy") || contains(text, "overcast");
    clear = contains(text, "clear") || contains(text, "sunny") || contains(text, "fair");
    if (text.n == 0)
        verdict = UNKNOWN;
    else if (contains(text, "partly"))
        verdict = PARTLY;
    else if (cloudy ? clouds : clear)
        verdict = YES;
    buf_free(&words);
    return verdict;
}

static enum verdict verdict_now(const char *about, const struct observation *o, bool daytime)
{
    enum precipitation kind;

    if (find_precipitation(about, &kind))
        return precipitation_now(o, kind);
    if (strcmp(about, "windy") == 0)
        return !o->wind_speed.has
                   ? UNKNOWN
                   : verdict_of(is_windy(units_mph(o->wind_speed.value),
                                         o->wind_gust.has ? units_mph(o->wind_gust.value) : 0));
    if (strcmp(about, "sunny") == 0 && !daytime)
        return NO;
    return sky_now(o, strcmp(about, "cloudy") == 0);
}

void yes_no_put_now(struct buf *out, const struct question *q, const struct observation *o,
                    bool daytime)
{
    if (q->yes_no && q->words.about[0])
        put_verdict(out, verdict_now(q->words.about, o, daytime));
}

/* ---- later ---- */

/* The forecast has one chance for all kinds of precipitation, so it is no for a kind that is not
 * among the forecast types. */
static enum verdict precipitation_later(const struct outlook *o, enum precipitation kind)
{
    struct grid_precip_types types = grid_precip_types(o->grid, o->when.from, o->when.end);
    double chance, depth = 0.0;
    bool frozen =
        types.frozen ||
        (grid_total(o->grid, GRID_SNOWFALL, o->when.from, o->when.end, &depth) && depth > 0.0);

    if (!grid_highest(o->grid, GRID_PRECIPITATION_CHANCE, o->when.from, o->when.end, &chance))
        return UNKNOWN;
    if (units_round(chance) == 0 || (kind == SNOW && !frozen) ||
        (kind == RAIN && frozen && !types.liquid))
        return NO;
    if (chance < 20.0)
        return UNLIKELY;
    if (chance < 50.0)
        return POSSIBLY;
    return chance < 80.0 ? LIKELY : YES;
}

bool yes_no_is_about_precipitation(const char *about)
{
    enum precipitation kind;

    return find_precipitation(about, &kind);
}

bool yes_no_chance(const struct outlook *o, const char *about, int *ret_percent)
{
    enum precipitation kind = ANY_PRECIPITATION;
    enum verdict verdict;
    double chance = 0.0;

    (void)find_precipitation(about, &kind);
    verdict = precipitation_later(o, kind);
    if (verdict == UNKNOWN ||
        !grid_highest(o->grid, GRID_PRECIPITATION_CHANCE, o->when.from, o->when.end, &chance))
        return false;
    *ret_percent = verdict == NO ? 0 : units_round(chance);
    return true;
}

/* The mean sky cover over the hours that have a value. */
static bool mean_cover(const struct outlook *o, double *ret_percent)
{
    double sum = 0.0, value;
    int hours = 0;

    for (int64_t t = o->when.from; t < o->when.end; t += HOUR) {
        if (grid_at(o->grid, GRID_SKY_COVER, t, &value)) {
            sum += value;
            hours++;
        }
    }
    if (hours > 0)
        *ret_percent = sum / hours;
    return hours > 0;
}

static enum verdict sky_later(const struct outlook *o, const char *about)
{
    double cover;

    if (!mean_cover(o, &cover))
        return UNKNOWN;
    if (strcmp(about, "cloudy") == 0)
        return cover > 69.0 ? YES : cover > 25.0 ? PARTLY : NO;
    if (strcmp(about, "sunny") == 0 && !o->when.daytime)
        return NO;
    return cover <= 50.0 ? YES : cover <= 69.0 ? PARTLY : NO;
}

static enum verdict verdict_later(const char *about, const struct outlook *o)
{
    struct grid_wind wind;
    enum precipitation kind;

    if (find_precipitation(about, &kind))
        return precipitation_later(o, kind);
    if (strcmp(about, "windy") != 0)
        return sky_later(o, about);
    if (!grid_wind(o->grid, o->when.from, o->when.end, &wind))
        return UNKNOWN;
    return verdict_of(is_windy(units_mph(wind.high), wind.has_gust ? units_mph(wind.gust) : 0));
}

/* Rain or wind on one day of a weekend counts for both; if one of them is sunny, it is "partly". */
static enum verdict combine_verdicts(const char *about, enum verdict a, enum verdict b)
{
    enum precipitation kind;

    if (a == UNKNOWN || b == UNKNOWN || a == b)
        return a > b ? a : b;
    if (find_precipitation(about, &kind) || strcmp(about, "windy") == 0)
        return a > b ? a : b;
    return PARTLY;
}

void yes_no_put_later(struct buf *out, const struct question *q, const struct outlook *o,
                      size_t count)
{
    enum verdict verdict = UNKNOWN;

    if (!q->yes_no || !q->words.about[0])
        return;
    for (size_t i = 0; i < count; i++)
        verdict = combine_verdicts(q->words.about, verdict, verdict_later(q->words.about, &o[i]));
    put_verdict(out, verdict);
}
