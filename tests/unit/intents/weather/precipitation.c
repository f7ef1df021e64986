/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/weather/precipitation.c -- what a forecast says about precipitation, and what
 * it leaves open. */
#include "intents/weather/precipitation.h"

#include "tests/unit/intents/weather/grid_case.h"

#define DAY "2026-06-01T00:00:00+00:00/P1D"
#define HALF "2026-06-01T00:00:00+00:00/PT12H"
#define LAYER(name, unit, time, value) \
    "'" name "':{'uom':'wmoUnit:" unit "','values':[{'validTime':'" time "','value':" value "}]}"
#define CHANCE(value) LAYER("probabilityOfPrecipitation", "percent", DAY, value)
#define TEMPERATURE(value) LAYER("temperature", "degC", DAY, value)
#define SNOW(value) LAYER("snowfallAmount", "mm", DAY, value)
#define ICE(value) LAYER("iceAccumulation", "mm", DAY, value)
#define WEATHER_AT(time, entries) \
    "'weather':{'values':[{'validTime':'" time "','value':[" entries "]}]}"
#define ENTRY(weather) \
    "{'coverage':'likely','weather':" weather ",'intensity':null,'attributes':[]}"
#define WEATHER(weather) WEATHER_AT(DAY, ENTRY(weather))

enum {
    RAIN = PRECIPITATION_RAIN,
    FREEZING = PRECIPITATION_FREEZING_RAIN,
    DRIZZLE = PRECIPITATION_FREEZING_DRIZZLE,
    SLEET = PRECIPITATION_SLEET,
    FLAKES = PRECIPITATION_SNOW,
};

static struct precipitation read_day(const char *layers)
{
    struct object *o = grid_with(layers, NULL);
    struct precipitation p;

    precipitation_read(o->data, H(0), H(24), &p);
    object_release(o);
    return p;
}

TEST(a_kind_is_ruled_out_only_by_what_was_read)
{
    static const struct {
        const char *layers;
        unsigned kinds;
        double open[COLD_COUNT]; /* unknown, snow, rain, rain only */
    } cases[] = {
        { CHANCE("80") "," WEATHER("'rain_showers'"), RAIN, { 0 } },
        { CHANCE("80") "," WEATHER("'thunderstorms'"), RAIN, { 0 } },
        { CHANCE("80") "," WEATHER("'freezing_rain'"), FREEZING, { 0 } },
        { CHANCE("80") "," WEATHER_AT(DAY, ENTRY("'freezing_drizzle'") "," ENTRY("'sleet'")),
          DRIZZLE | SLEET,
          { 0 } },
        { CHANCE("80") "," WEATHER("'snow'"), FLAKES, { 0 } },
        /* Nothing names a kind: no layer, null, an empty list, fog, unknown words, garbage. */
        { CHANCE("80"), 0, { 80 } },
        { CHANCE("80") ",'weather':null", 0, { 80 } },
        { CHANCE("80") ",'weather':[]", 0, { 80 } },
        { CHANCE("80") ",'weather':{'values':[]}", 0, { 80 } },
        { CHANCE("80") ",'weather':{'values':'rain'}", 0, { 80 } },
        { CHANCE("80") "," WEATHER_AT(DAY, ""), 0, { 80 } },
        { CHANCE("80") "," WEATHER("null"), 0, { 80 } },
        { CHANCE("80") "," WEATHER("'fog'"), 0, { 80 } },
        { CHANCE("80") "," WEATHER("'blowing_snow'"), 0, { 80 } },
        { CHANCE("80") "," WEATHER("'graupel'"), 0, { 80 } },
        { CHANCE("80") "," WEATHER("'Rain!'"), 0, { 80 } },
        { CHANCE("80") "," WEATHER("7"), 0, { 80 } },
        { CHANCE("80") "," WEATHER_AT(DAY, "{}"), 0, { 80 } },
        { CHANCE("80") "," WEATHER_AT(DAY, "7"), 0, { 80 } },
        /* A part of it can't be read, or of the day: the rest is open. */
        { CHANCE("80") "," WEATHER_AT(DAY, ENTRY("'rain'") ",7"), RAIN, { 80 } },
        { CHANCE("80") "," WEATHER_AT(HALF, ENTRY("'rain'")), RAIN, { 80 } },
        { CHANCE("80") "," WEATHER_AT("tomorrow", ENTRY("'rain'")), 0, { 80 } },
        /* Amounts name a kind, but don't rule out others; zero proves nothing. */
        { CHANCE("80") "," SNOW("5"), FLAKES, { 80 } },
        { CHANCE("80") "," ICE("5"), FREEZING, { 80 } },
        { CHANCE("80") "," SNOW("0"), 0, { 80 } },
        { CHANCE("80") "," SNOW("5") "," WEATHER("'rain'"), RAIN | FLAKES, { 0 } },
        /* The temperature tells what it can be. */
        { CHANCE("80") "," TEMPERATURE("-10"), 0, { 0, 80 } },
        { CHANCE("80") "," TEMPERATURE("0"), 0, { 80 } },
        { CHANCE("80") "," TEMPERATURE("6"), 0, { 0, 0, 80 } },
        { CHANCE("80") "," TEMPERATURE("25"), 0, { 0, 0, 0, 80 } },
        { CHANCE("80") "," LAYER("maxTemperature", "degC", DAY, "25"), 0, { 0, 0, 80 } },
        { CHANCE("80") "," LAYER("maxTemperature", "degC", DAY, "8"), 0, { 80 } },
        { CHANCE("80") "," LAYER("maxTemperature", "degC", DAY, "-8"), 0, { 0, 80 } },
        /* Dry hours. */
        { CHANCE("0") "," WEATHER("'snow'"), 0, { 0 } },
        { CHANCE("0.4"), 0, { 0 } },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct precipitation p = read_day(cases[i].layers);
        CHECK_ROW(i, p.has_chance && p.whole);
        CHECK_ROW(i, p.kinds == cases[i].kinds);
        for (size_t k = 0; k < COLD_COUNT; k++)
            CHECK_ROW(i, p.open[k] == cases[i].open[k]);
        CHECK_ROW(i, precipitation_named(&p, cases[i].kinds) == (cases[i].kinds ? 80.0 : 0.0));
    }
}

TEST(a_period_is_whole_only_if_every_hour_was_read)
{
    static const struct {
        const char *layers;
        bool has_chance, whole;
    } cases[] = {
        { CHANCE("0"), true, true },
        { LAYER("probabilityOfPrecipitation", "percent", HALF, "0"), true, false },
        { LAYER("probabilityOfPrecipitation", "percent", HALF, "0") "," WEATHER("null"), true,
          true },
        { LAYER("probabilityOfPrecipitation", "percent", HALF, "0") "," WEATHER("'rain'"), true,
          false },
        { LAYER("probabilityOfPrecipitation", "percent", HALF, "0") "," WEATHER("7"), true, false },
        { CHANCE("null"), false, false },
        { CHANCE("null") "," WEATHER("null"), false, true },
        { CHANCE("'0'"), false, false },
        { CHANCE("-1"), false, false },
        { LAYER("probabilityOfPrecipitation", "mm", DAY, "0"), false, false },
        { "'skyCover':{'uom':'wmoUnit:percent','values':[]}", false, false },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct precipitation p = read_day(cases[i].layers);
        CHECK_ROW(i, p.has_chance == cases[i].has_chance);
        CHECK_ROW(i, p.whole == cases[i].whole);
    }
}

TEST(a_layer_that_cannot_be_read_is_not_an_empty_one)
{
    static const struct {
        const char *layer;
        bool unread;
    } cases[] = {
        { "'windSpeed':{'values':[]}", false },
        { "'windSpeed':null", false },
        { "'wind':null", false },
        { LAYER("windSpeed", "km_h-1", DAY, "5"), false },
        { LAYER("windSpeed", "km_h-1", DAY, "null"), false },
        { LAYER("windSpeed", "km_h-1", DAY, "'5'"), true },
        { LAYER("windSpeed", "km_h-1", DAY, "5000"), true },
        { LAYER("windSpeed", "furlong", DAY, "5"), true },
        { LAYER("windSpeed", "km_h-1", "whenever", "5"), true },
        { "'windSpeed':{'uom':'wmoUnit:km_h-1','values':[{'validTime':'" DAY "'}]}", true },
        { "'windSpeed':{'uom':'wmoUnit:km_h-1','values':{}}", true },
        { "'windSpeed':{'uom':'wmoUnit:km_h-1'}", true },
        { "'windSpeed':'calm'", true },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char layers[600];
        struct object *o;
        (void)snprintf(layers, sizeof layers, "%s,%s", CHANCE("0"), cases[i].layer);
        o = grid_with(layers, NULL);
        CHECK_ROW(i, grid_unread(o->data, GRID_WIND_SPEED) == cases[i].unread);
        CHECK_ROW(i, grid_covers(o->data, GRID_WIND_SPEED, H(0), H(24)) == (i == 3));
        CHECK_ROW(i, !grid_covers(o->data, GRID_WIND_SPEED, H(0), H(25)));
        object_release(o);
    }
}

TESTS(a_kind_is_ruled_out_only_by_what_was_read, a_period_is_whole_only_if_every_hour_was_read,
      a_layer_that_cannot_be_read_is_not_an_empty_one)
