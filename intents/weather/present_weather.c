/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/present_weather.c -- words for the groups of a METAR. */
#include "intents/weather/present_weather.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "server/base/json.h"

#define UNKNOWN_KIND "precipitation of an unknown kind"

struct word {
    const char *code, *words;
};

static const struct word phenomena[] = {
    { "fog_mist", "fog or mist" },
    { "dust_storm", "dust storm" },
    { "dust", "dust" },
    { "drizzle", "drizzle" },
    { "funnel_cloud", "funnel cloud" },
    { "fog", "fog" },
    { "smoke", "smoke" },
    { "hail", "hail" },
    { "snow_pellets", "snow pellets" },
    { "haze", "haze" },
    { "ice_crystals", "ice crystals" },
    { "ice_pellets", "ice pellets" },
    { "dust_whirls", "dust devils" },
    { "spray", "spray" },
    { "rain", "rain" },
    { "sand", "sand" },
    { "snow_grains", "snow grains" },
    { "snow", "snow" },
    { "squalls", "squalls" },
    { "sand_storm", "sandstorm" },
    { "thunderstorms", "thunderstorms" },
    { "volcanic_ash", "volcanic ash" },
    { "unknown", UNKNOWN_KIND }, /* METAR's UP: the sensor can't identify it */
};

/* %s is the phenomenon. */
static const struct word modifiers[] = {
    { "patches", "patches of %s" }, { "blowing", "blowing %s" }, { "low_drifting", "drifting %s" },
    { "freezing", "freezing %s" },  { "shallow", "shallow %s" }, { "partial", "partial %s" },
    { "showers", "%s showers" },
};

static const struct word intensities[] = { { "light", "light " }, { "heavy", "heavy " } };

#define FIND_WORDS(table, code) find_words((table), sizeof(table) / sizeof((table)[0]), (code))

static const char *find_words(const struct word *table, size_t count, struct str code)
{
    for (size_t i = 0; i < count; i++)
        if (str_eqz(code, table[i].code))
            return table[i].words;
    return NULL;
}

/* Writes the pattern with `what` in place of its %s. */
static void fill_pattern(const char *pattern, const char *what, char *out, size_t size)
{
    struct str whole = str_of(pattern);
    size_t at = str_find(whole, STR("%s"));

    (void)snprintf(out, size, "%.*s%s%s", (int)at, pattern, what, pattern + at + 2);
}

bool present_weather_words(const json_t *phenomenon, char out[PRESENT_WEATHER_MAX])
{
    struct str weather = json_str(phenomenon, "weather");
    const char *what = FIND_WORDS(phenomena, weather);
    const char *pattern = FIND_WORDS(modifiers, json_str(phenomenon, "modifier"));
    const char *intensity = FIND_WORDS(intensities, json_str(phenomenon, "intensity"));
    bool near = json_bool(phenomenon, "inVicinity", false) ||
                str_starts(json_str(phenomenon, "rawString"), STR("VC"));
    char words[PRESENT_WEATHER_MAX / 2];

    out[0] = '\0';
    if (str_eqz(json_str(phenomenon, "modifier"), "showers") &&
        (!what || str_eqz(weather, "unknown")))
        (void)snprintf(words, sizeof words, "showers"); /* VCSH: of an unknown kind */
    else if (!what)
        return false;
    else if (intensity && intensity[0] == 'h' && str_eqz(weather, "funnel_cloud"))
        (void)snprintf(words, sizeof words, "%s", "tornado"), intensity = NULL; /* +FC */
    else
        fill_pattern(pattern ? pattern : "%s", what, words, sizeof words);
    (void)snprintf(out, PRESENT_WEATHER_MAX, "%s%s%s", intensity ? intensity : "", words,
                   near ? " in the vicinity" : "");
    return true;
}

bool present_weather_is_wet(struct str words)
{
    static const char *const wet[] = { "rain",        "drizzle",      "snow", "sleet",
                                       "ice pellets", "ice crystals", "hail", "shower",
                                       "thunder",     "precip" };

    for (size_t i = 0; i < sizeof wet / sizeof wet[0]; i++)
        if (str_find(words, str_of(wet[i])) < words.n)
            return true;
    return false;
}

bool present_weather_is_unknown_kind(struct str words)
{
    return str_find(words, STR("unknown kind")) < words.n || str_eqz(words, "showers");
}

bool present_weather_split(struct str *rest, struct str *ret_part)
{
    size_t n = str_find(*rest, STR(" and "));

    if (rest->n == 0)
        return false;
    *ret_part = str_trim(str_sub(*rest, 0, n));
    *rest = n < rest->n ? str_sub(*rest, n + strlen(" and "), rest->n) : STR_NONE;
    return true;
}

/* Copies it in lower case, with "or" for a slash. */
static void copy_description(struct str part, char out[PRESENT_WEATHER_MAX])
{
    size_t n = 0;

    for (size_t i = 0; i < part.n && n + sizeof " or " < PRESENT_WEATHER_MAX; i++) {
        char c = part.p[i];
        if (c == '/')
            n += (size_t)snprintf(out + n, PRESENT_WEATHER_MAX - n, " or ");
        else
            out[n++] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    out[n] = '\0';
}

bool present_weather_described(struct str part, char out[PRESENT_WEATHER_MAX])
{
    struct str words;
    bool near;

    copy_description(part, out);
    words = str_of(out);
    if (!present_weather_is_wet(words)) {
        out[0] = '\0';
        return false;
    }
    near = str_ends(words, STR("in vicinity"));
    if (str_find(words, STR("precip")) < words.n)
        (void)snprintf(out, PRESENT_WEATHER_MAX, UNKNOWN_KIND "%s", near ? " in the vicinity" : "");
    else if (near)
        (void)snprintf(out + words.n - strlen("vicinity"),
                       PRESENT_WEATHER_MAX - words.n + strlen("vicinity"), "the vicinity");
    return true;
}
