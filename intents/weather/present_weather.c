/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/present_weather.c -- METAR groups in words, as two tables. */
#include "intents/weather/present_weather.h"

#include <stddef.h>
#include <stdio.h>

#include "server/base/json.h"

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
    { "sand_storm", "sand storm" },
    { "thunderstorms", "thunderstorms" },
    { "volcanic_ash", "volcanic ash" },
    { "unknown", "precipitation" }, /* METAR's UP: of a kind the sensor cannot tell */
};

/* %s is the phenomenon. */
static const struct word modifiers[] = {
    { "patches", "patches of %s" }, { "blowing", "blowing %s" }, { "low_drifting", "drifting %s" },
    { "freezing", "freezing %s" },  { "shallow", "shallow %s" }, { "partial", "partial %s" },
    { "showers", "%s showers" },
};

static const struct word intensities[] = { { "light", "light " }, { "heavy", "heavy " } };

#define LOOK_UP(table, code) look_up((table), sizeof(table) / sizeof((table)[0]), (code))

static const char *look_up(const struct word *table, size_t count, struct str code)
{
    for (size_t i = 0; i < count; i++)
        if (str_eqz(code, table[i].code))
            return table[i].words;
    return NULL;
}

/* Put `what` where the table's entry has its %s. */
static void modify(const char *pattern, const char *what, char *out, size_t room)
{
    struct str whole = str_of(pattern);
    size_t at = str_find(whole, STR("%s"));

    (void)snprintf(out, room, "%.*s%s%s", (int)at, pattern, what, pattern + at + 2);
}

bool present_weather_words(const json_t *phenomenon, char out[PRESENT_WEATHER_MAX])
{
    struct str weather = json_str(phenomenon, "weather");
    const char *what = LOOK_UP(phenomena, weather);
    const char *pattern = LOOK_UP(modifiers, json_str(phenomenon, "modifier"));
    const char *intensity = LOOK_UP(intensities, json_str(phenomenon, "intensity"));
    bool near = json_bool(phenomenon, "inVicinity", false) ||
                str_starts(json_str(phenomenon, "rawString"), STR("VC"));
    char words[PRESENT_WEATHER_MAX / 2];

    out[0] = '\0';
    if (str_eqz(json_str(phenomenon, "modifier"), "showers") &&
        (!what || str_eqz(weather, "unknown")))
        (void)snprintf(words, sizeof words, "showers"); /* VCSH: of what is not said */
    else if (!what)
        return false;
    else if (intensity && intensity[0] == 'h' && str_eqz(weather, "funnel_cloud"))
        (void)snprintf(words, sizeof words, "%s", "tornado"), intensity = NULL; /* +FC */
    else
        modify(pattern ? pattern : "%s", what, words, sizeof words);
    (void)snprintf(out, PRESENT_WEATHER_MAX, "%s%s%s", intensity ? intensity : "", words,
                   near ? " in the vicinity" : "");
    return true;
}
