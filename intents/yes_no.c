/* SPDX-License-Identifier: Apache-2.0 */
/* intents/yes_no.c -- yes, no, or how likely.
 *
 * It is "windy" from 15 miles per hour, or in gusts of 25.  Skies use the percentages of their
 * names. */
#include "intents/yes_no.h"

#include "intents/sky/sun.h"
#include "intents/speech/phrase.h"
#include "intents/speech/units.h"
#include "intents/weather/precipitation.h"
#include "intents/weather/present_weather.h"

#include <math.h>
#include <string.h>

enum { WINDY_MPH = 15, WINDY_GUST_MPH = 25, HOUR = 3600 };

enum verdict { UNKNOWN, NO, NO_SUN, UNLIKELY, POSSIBLY, PARTLY, LIKELY, YES };

static void put_verdict(struct buf *out, enum verdict verdict)
{
    static const char *const words[] = {
        [UNKNOWN] = "",
        [NO] = "No. ",
        [NO_SUN] = "No, the sun will be down. ",
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
    static const char *const first[] = { "is",    "are",   "will",  "does",     "do",
                                         "isn't", "won't", "can",   "should",   "any",
                                         "could", "might", "gonna", "supposed", "think" };
    struct str word;

    if (!str_word(&leadin, &word))
        return false;
    if (str_find(leadin, STR("if it")) < leadin.n) /* "tell me if it will" */
        return true;
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
enum asked_kind { RAIN, SNOW, ANY_PRECIPITATION };

static bool find_precipitation(const char *about, enum asked_kind *ret_kind)
{
    static const char *const names[] = {
        [RAIN] = "rain", [SNOW] = "snow", [ANY_PRECIPITATION] = "precipitation"
    };

    for (int i = RAIN; i <= ANY_PRECIPITATION; i++) {
        if (strcmp(about, names[i]) == 0) {
            *ret_kind = (enum asked_kind)i;
            return true;
        }
    }
    return false;
}

static bool weather_is(struct str weather, enum asked_kind kind)
{
    static const char *const wet[] = { "rain", "drizzle", "thunderstorm" };
    bool any = false;

    if (kind == ANY_PRECIPITATION)
        return present_weather_is_wet(weather);
    if (kind == SNOW)
        return contains(weather, "snow");
    for (size_t k = 0; k < sizeof wet / sizeof wet[0]; k++)
        any = any || contains(weather, wet[k]);
    return any;
}

/* Snow that the wind blows about may also be falling. */
static bool is_blown(struct str weather)
{
    return contains(weather, "blowing snow") || contains(weather, "drifting snow");
}

/* Does the station report it?  What is only in the vicinity does not count, and what it can't
 * identify may be anything. */
static enum verdict precipitation_now(const struct observation *o, enum asked_kind kind)
{
    enum verdict verdict = o->weather_known ? NO : UNKNOWN;

    for (size_t i = 0; i < o->weather_count; i++) {
        struct str weather = o->weather[i];
        bool asked = weather_is(weather, kind) && !contains(weather, "vicinity");
        if (asked && !is_blown(weather))
            return YES;
        if (asked || (present_weather_is_unknown_kind(weather) && !contains(weather, "vicinity")))
            verdict = POSSIBLY;
    }
    if (verdict == UNKNOWN && kind != SNOW && o->rain_last_hour.has &&
        o->rain_last_hour.value <= 0.0)
        return UNLIKELY; /* it wasn't raining until a moment ago */
    return verdict;
}

/* Judges the sky by the words of the station, which may be about something else: "Light Rain". Rain
 * and the like are not sunny, but they say nothing else about the sky. */
static enum verdict sky_now(const struct observation *o, bool cloudy)
{
    struct buf words = BUF_INIT(500);
    struct str text;
    enum verdict verdict = UNKNOWN;
    bool clouds, clear;

    phrase_put_description(&words, o->description);
    text = buf_str(&words);
    clouds = contains(text, "cloudy") || contains(text, "overcast");
    clear = contains(text, "clear") || contains(text, "sunny") || contains(text, "fair");
    if (contains(text, "partly"))
        verdict = PARTLY;
    else if (clouds || clear)
        verdict = verdict_of(cloudy ? clouds : clear);
    else if (!cloudy && present_weather_is_wet(text))
        verdict = NO;
    buf_free(&words);
    return verdict;
}

/* "No" needs the wind and the gusts; a null gust means that there is none. */
static enum verdict wind_now(const struct observation *o)
{
    if (!o->wind_speed.has && !o->wind_gust.has)
        return UNKNOWN;
    if (is_windy(o->wind_speed.has ? units_mph(o->wind_speed.value) : 0,
                 o->wind_gust.has ? units_mph(o->wind_gust.value) : 0))
        return YES;
    return o->wind_speed.has && !o->wind_gust.doubtful ? NO : UNKNOWN;
}

static enum verdict verdict_now(const char *about, const struct observation *o)
{
    enum asked_kind kind;

    if (find_precipitation(about, &kind))
        return precipitation_now(o, kind);
    if (strcmp(about, "windy") == 0)
        return wind_now(o);
    return sky_now(o, strcmp(about, "cloudy") == 0);
}

/* "Will there be a wind chill" is answered by its figure. */
static bool is_asked(const struct question *q)
{
    static const char *const no_yes[] = { "", "wind chill", "heat index", "feels like" };

    for (size_t i = 0; i < sizeof no_yes / sizeof no_yes[0]; i++)
        if (strcmp(q->words.about, no_yes[i]) == 0)
            return false;
    return q->yes_no;
}

void yes_no_put_now(struct buf *out, const struct question *q, const struct observation *o,
                    bool sun_up)
{
    if (!is_asked(q))
        return;
    if (!sun_up && strcmp(q->words.about, "sunny") == 0)
        buf_putz(out, "No, the sun is down. ");
    else
        put_verdict(out, verdict_now(q->words.about, o));
}

/* ---- later ---- */

/* The precipitation of a period, as far as one kind of it is concerned. */
struct kind_chances {
    bool told; /* the forecast has chances */
    bool whole;
    double named;   /* where it is named, or the temperature leaves nothing else */
    double likely;  /* where no kind is named, but the temperature points to it */
    double open;    /* where no kind is named, and the temperature doesn't tell */
    double against; /* where no kind is named, and the temperature points to another */
};

static struct kind_chances read_kind(const struct outlook *o, enum asked_kind kind)
{
    struct precipitation p;
    struct kind_chances k;

    precipitation_read(o->grid, o->when.from, o->when.end, &p);
    k = (struct kind_chances){ .told = p.has_chance, .whole = p.whole };
    if (kind == ANY_PRECIPITATION) {
        k.named = p.chance;
    } else if (kind == SNOW) {
        k.named = precipitation_named(&p, PRECIPITATION_SNOW);
        k.likely = p.open[COLD_SNOW];
        k.open = p.open[COLD_UNKNOWN];
        k.against = p.open[COLD_RAIN];
    } else {
        k.named = fmax(precipitation_named(&p, PRECIPITATION_RAIN | PRECIPITATION_FREEZING_RAIN |
                                                   PRECIPITATION_FREEZING_DRIZZLE),
                       p.open[COLD_RAIN_ONLY]);
        k.likely = p.open[COLD_RAIN];
        k.open = p.open[COLD_UNKNOWN];
        k.against = p.open[COLD_SNOW];
    }
    return k;
}

static enum verdict verdict_of_chance(double chance)
{
    if (units_round(chance) == 0)
        return NO;
    if (chance < 20.0)
        return UNLIKELY;
    if (chance < 50.0)
        return POSSIBLY;
    return chance < 80.0 ? LIKELY : YES;
}

static enum verdict lesser(enum verdict a, enum verdict b)
{
    return a < b ? a : b;
}

static enum verdict greater(enum verdict a, enum verdict b)
{
    return a > b ? a : b;
}

/* The forecast has one chance for all kinds of precipitation. The answer is "no" only for what the
 * forecast rules out, and only when it covers the whole period. */
static enum verdict precipitation_later(const struct outlook *o, enum asked_kind kind)
{
    struct kind_chances k = read_kind(o, kind);
    enum verdict verdict = verdict_of_chance(k.named);

    if (!k.told)
        return UNKNOWN;
    verdict = greater(verdict, lesser(verdict_of_chance(k.likely), LIKELY));
    verdict = greater(verdict, lesser(verdict_of_chance(k.open), POSSIBLY));
    verdict = greater(verdict, lesser(verdict_of_chance(k.against), UNLIKELY));
    return verdict <= UNLIKELY && !k.whole ? UNKNOWN : verdict;
}

bool yes_no_is_about_precipitation(const char *about)
{
    enum asked_kind kind;

    return find_precipitation(about, &kind);
}

bool yes_no_read_chance(const struct outlook *o, const char *about,
                        struct yes_no_chance *ret_chance)
{
    enum asked_kind kind = ANY_PRECIPITATION;
    struct kind_chances k;

    (void)find_precipitation(about, &kind);
    k = read_kind(o, kind);
    *ret_chance =
        (struct yes_no_chance){ .whole = k.whole,
                                .percent = units_round(k.named),
                                .open = units_round(fmax(k.likely, fmax(k.open, k.against))) };
    return k.told;
}

/* Is the sun up in the middle of this hour? */
static bool has_sun(const struct outlook *o, int64_t hour)
{
    return o->place ? sun_is_up(o->place->lat, o->place->lon, hour + HOUR / 2) : o->when.daytime;
}

static bool any_sun(const struct outlook *o)
{
    for (int64_t t = o->when.from; t < o->when.end; t += HOUR)
        if (has_sun(o, t))
            return true;
    return false;
}

/* The mean sky cover, of all hours or of those with the sun; false when some hours have no value:
 * they may be of any kind. */
static bool mean_cover(const struct outlook *o, bool sunlit, double *ret_percent)
{
    double sum = 0.0, value;
    int hours = 0;

    if (!grid_covers(o->grid, GRID_SKY_COVER, o->when.from, o->when.end))
        return false;
    for (int64_t t = o->when.from; t < o->when.end; t += HOUR) {
        if ((!sunlit || has_sun(o, t)) && grid_at(o->grid, GRID_SKY_COVER, t, &value)) {
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
    bool sunny = strcmp(about, "sunny") == 0;
    double cover;

    if (sunny && !any_sun(o))
        return o->place ? NO_SUN : NO;
    if (!mean_cover(o, sunny, &cover))
        return UNKNOWN;
    if (strcmp(about, "cloudy") == 0)
        return cover > 69.0 ? YES : cover > 25.0 ? PARTLY : NO;
    return cover <= 50.0 ? YES : cover <= 69.0 ? PARTLY : NO;
}

/* "No" needs the wind and the gusts of the whole period. */
static enum verdict wind_later(const struct outlook *o)
{
    struct grid_wind wind;

    if (!grid_wind(o->grid, o->when.from, o->when.end, &wind))
        return UNKNOWN;
    if (is_windy(units_mph(wind.high), wind.has_gust ? units_mph(wind.gust) : 0))
        return YES;
    return grid_covers(o->grid, GRID_WIND_SPEED, o->when.from, o->when.end) &&
                   grid_covers(o->grid, GRID_WIND_GUST, o->when.from, o->when.end)
               ? NO
               : UNKNOWN;
}

static enum verdict verdict_later(const char *about, const struct outlook *o)
{
    enum asked_kind kind;

    if (find_precipitation(about, &kind))
        return precipitation_later(o, kind);
    return strcmp(about, "windy") == 0 ? wind_later(o) : sky_later(o, about);
}

/* Rain or wind on one day of a weekend counts for both; if one of them is sunny, it is "partly". A
 * day that is not known may be different from the other. */
static enum verdict combine_verdicts(const char *about, enum verdict a, enum verdict b)
{
    enum asked_kind kind;
    bool any_counts = find_precipitation(about, &kind) || strcmp(about, "windy") == 0;

    if (a == UNKNOWN || b == UNKNOWN)
        return any_counts && greater(a, b) > UNLIKELY ? greater(a, b) : UNKNOWN;
    if (any_counts || a == b)
        return greater(a, b);
    return PARTLY;
}

void yes_no_put_later(struct buf *out, const struct question *q, const struct outlook *o,
                      size_t count)
{
    enum verdict verdict;

    if (!is_asked(q) || count == 0)
        return;
    verdict = verdict_later(q->words.about, &o[0]);
    for (size_t i = 1; i < count; i++)
        verdict = combine_verdicts(q->words.about, verdict, verdict_later(q->words.about, &o[i]));
    put_verdict(out, verdict);
}
