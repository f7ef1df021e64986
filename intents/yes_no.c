/* SPDX-License-Identifier: Apache-2.0 */
/* intents/yes_no.c -- yes, no, or how likely.
 *
 * A threshold stands for what people mean by a word: wind is "windy" from 15 miles per hour, or in
 * gusts of 25; skies are judged by the same percentages as their names. */
#include "intents/yes_no.h"

#include "intents/speech/phrase.h"
#include "intents/speech/units.h"

#include <string.h>

enum { WINDY_MPH = 15, WINDY_GUST_MPH = 25, HOUR = 3600 };

enum verdict { NOBODY_KNOWS, NO, UNLIKELY, POSSIBLY, PARTLY, LIKELY, YES };

static void put_verdict(struct buf *out, enum verdict verdict)
{
    static const char *const words[] = {
        [NOBODY_KNOWS] = "",       [NO] = "No. ",         [UNLIKELY] = "Probably not. ",
        [POSSIBLY] = "Possibly. ", [PARTLY] = "Partly. ", [LIKELY] = "Probably. ",
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

static enum verdict yes_or_no(bool yes)
{
    return yes ? YES : NO;
}

static bool is_windy(int speed, int gust)
{
    return speed >= WINDY_MPH || gust >= WINDY_GUST_MPH;
}

static bool holds(struct str text, const char *part)
{
    return str_find(text, str_of(part)) < text.n;
}

/* ---- now ---- */

/* What is asked to fall: one of them, or whatever it is. */
enum fall { FALL_RAIN, FALL_SNOW, FALL_ANY };

static bool is_fall(const char *ask, enum fall *ret_fall)
{
    static const char *const asks[] = {
        [FALL_RAIN] = "rain", [FALL_SNOW] = "snow", [FALL_ANY] = "precipitation"
    };

    for (int i = FALL_RAIN; i <= FALL_ANY; i++) {
        if (strcmp(ask, asks[i]) == 0) {
            *ret_fall = (enum fall)i;
            return true;
        }
    }
    return false;
}

static bool falls(struct str weather, enum fall fall)
{
    static const char *const wet[] = { "rain", "drizzle", "thunderstorm" };
    static const char *const other[] = { "hail", "ice pellets", "ice crystals", "showers",
                                         "precipitation" };
    bool any = false;

    if (fall != FALL_RAIN)
        any = holds(weather, "snow");
    for (size_t k = 0; fall != FALL_SNOW && k < sizeof wet / sizeof wet[0]; k++)
        any = any || holds(weather, wet[k]);
    for (size_t k = 0; fall == FALL_ANY && k < sizeof other / sizeof other[0]; k++)
        any = any || holds(weather, other[k]);
    return any;
}

/* Does the station report it falling? What is only in the vicinity does not fall here. */
static enum verdict falls_now(const struct observation *o, enum fall fall)
{
    if (!o->weather_known && o->weather_count == 0)
        return NOBODY_KNOWS;
    for (size_t i = 0; i < o->weather_count; i++)
        if (!holds(o->weather[i], "vicinity") && falls(o->weather[i], fall))
            return YES;
    return NO;
}

/* What the sky is, by the words of the station. */
static enum verdict sky_now(const struct observation *o, bool cloudy)
{
    struct buf words = BUF_INIT(500);
    struct str text;
    enum verdict verdict = NO;
    bool clouds, clear;

    phrase_put_description(&words, o->description);
    text = buf_str(&words);
    clouds = holds(text, "cloudy") || holds(text, "overcast");
    clear = holds(text, "clear") || holds(text, "sunny") || holds(text, "fair");
    if (text.n == 0)
        verdict = NOBODY_KNOWS;
    else if (holds(text, "partly"))
        verdict = PARTLY;
    else if (cloudy ? clouds : clear)
        verdict = YES;
    buf_free(&words);
    return verdict;
}

static enum verdict judge_now(const char *ask, const struct observation *o, bool daytime)
{
    enum fall fall;

    if (is_fall(ask, &fall))
        return falls_now(o, fall);
    if (strcmp(ask, "windy") == 0)
        return !o->wind_speed.has
                   ? NOBODY_KNOWS
                   : yes_or_no(is_windy(units_mph(o->wind_speed.value),
                                        o->wind_gust.has ? units_mph(o->wind_gust.value) : 0));
    if (strcmp(ask, "sunny") == 0 && !daytime)
        return NO;
    return sky_now(o, strcmp(ask, "cloudy") == 0);
}

void yes_no_put_now(struct buf *out, const struct question *q, const struct observation *o,
                    bool daytime)
{
    if (q->yes_no && q->words.ask[0])
        put_verdict(out, judge_now(q->words.ask, o, daytime));
}

/* ---- later ---- */

/* How likely the one asked for is: the chance is of anything that falls. */
static enum verdict falls_later(const struct outlook *o, enum fall fall)
{
    struct grid_precip_types types = grid_precip_types(o->grid, o->when.from, o->when.end);
    double chance, depth = 0.0;
    bool frozen =
        types.frozen ||
        (grid_total(o->grid, GRID_SNOWFALL, o->when.from, o->when.end, &depth) && depth > 0.0);

    if (!grid_highest(o->grid, GRID_PRECIPITATION_CHANCE, o->when.from, o->when.end, &chance))
        return NOBODY_KNOWS;
    if (units_round(chance) == 0 || (fall == FALL_SNOW && !frozen) ||
        (fall == FALL_RAIN && frozen && !types.liquid))
        return NO;
    if (chance < 20.0)
        return UNLIKELY;
    if (chance < 50.0)
        return POSSIBLY;
    return chance < 80.0 ? LIKELY : YES;
}

bool yes_no_is_about_precipitation(const char *ask)
{
    enum fall fall;

    return is_fall(ask, &fall);
}

bool yes_no_chance(const struct outlook *o, const char *ask, int *ret_percent)
{
    enum fall fall = FALL_ANY;
    enum verdict verdict;
    double chance = 0.0;

    (void)is_fall(ask, &fall);
    verdict = falls_later(o, fall);
    if (verdict == NOBODY_KNOWS ||
        !grid_highest(o->grid, GRID_PRECIPITATION_CHANCE, o->when.from, o->when.end, &chance))
        return false;
    *ret_percent = verdict == NO ? 0 : units_round(chance);
    return true;
}

/* The mean sky cover over the hours that hold one. */
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

static enum verdict sky_later(const struct outlook *o, const char *ask)
{
    double cover;

    if (!mean_cover(o, &cover))
        return NOBODY_KNOWS;
    if (strcmp(ask, "cloudy") == 0)
        return cover > 69.0 ? YES : cover > 25.0 ? PARTLY : NO;
    if (strcmp(ask, "sunny") == 0 && !o->when.daytime)
        return NO;
    return cover <= 50.0 ? YES : cover <= 69.0 ? PARTLY : NO;
}

static enum verdict judge_later(const char *ask, const struct outlook *o)
{
    struct grid_wind wind;
    enum fall fall;

    if (is_fall(ask, &fall))
        return falls_later(o, fall);
    if (strcmp(ask, "windy") != 0)
        return sky_later(o, ask);
    if (!grid_wind(o->grid, o->when.from, o->when.end, &wind))
        return NOBODY_KNOWS;
    return yes_or_no(is_windy(units_mph(wind.high), wind.has_gust ? units_mph(wind.gust) : 0));
}

/* It rains on a weekend when it rains on one of its days; half a sunny weekend is partly sunny. */
static enum verdict together(const char *ask, enum verdict a, enum verdict b)
{
    enum fall fall;

    if (a == NOBODY_KNOWS || b == NOBODY_KNOWS || a == b)
        return a > b ? a : b;
    if (is_fall(ask, &fall) || strcmp(ask, "windy") == 0)
        return a > b ? a : b;
    return PARTLY;
}

void yes_no_put_later(struct buf *out, const struct question *q, const struct outlook *o,
                      size_t count)
{
    enum verdict verdict = NOBODY_KNOWS;

    if (!q->yes_no || !q->words.ask[0])
        return;
    for (size_t i = 0; i < count; i++)
        verdict = together(q->words.ask, verdict, judge_later(q->words.ask, &o[i]));
    put_verdict(out, verdict);
}
