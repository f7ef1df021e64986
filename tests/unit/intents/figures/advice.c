/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/figures/advice.c -- each limit of the advice from both sides, and missing
 * layers. */
#include "intents/figures/advice.h"

#include "intents/speech/units.h"
#include "tests/unit/intents/figures/layers.h"

/* A day of pleasant weather, except for what a test changes; in degrees Fahrenheit, miles per hour,
 * percent and millimeters. 999: the layer is missing. */
struct day {
    double temperature, felt, dewpoint, chance, gust, heat_index, heat_risk, wind_chill, snow;
    const char *weather; /* NULL: the layer is missing */
    bool air_quality_alert, warning, too_windy;
};

static const struct day pleasant = {
    65, 65, 50, 10, 10, 999, 0, 999, 0, "none", false, false, false
};

static void value(struct layers *l, const char *name, const char *uom, double v)
{
    if (v == 999)
        return;
    layer(l, name, uom);
    run(l, 0, 48, v);
}

static struct advice advise(enum advice_thing thing, struct day day)
{
    struct layers l = layers_start();
    const struct days d = { zone_utc(), H(10) };
    struct advice_question q = { .thing = thing,
                                 .spans = { { H(10), H(21) } },
                                 .span_count = 1,
                                 .air_quality_alert = day.air_quality_alert,
                                 .warning = day.warning,
                                 .too_windy = day.too_windy,
                                 .sun_height = 40 };
    struct advice a;

    value(&l, "temperature", "degC", day.temperature);
    value(&l, "apparentTemperature", "degC", day.felt);
    value(&l, "dewpoint", "degC", day.dewpoint);
    value(&l, "probabilityOfPrecipitation", "percent", day.chance);
    value(&l, "windGust", "km_h-1", day.gust);
    value(&l, "heatIndex", "degC", day.heat_index);
    value(&l, "windChill", "degC", day.wind_chill);
    value(&l, "snowfallAmount", "mm", day.snow == 999 ? 999 : day.snow * 48 / 11);
    if (day.heat_risk != 999) {
        layers_end_layer(&l);
        buf_printf(&l.text,
                   "'heatRisk':{'values':[{'validTime':'2026-06-01T00:00:00+00:00/P2D','value':"
                   "%.0f}]},",
                   day.heat_risk);
    }
    if (day.weather) {
        layer_of_weather(&l);
        weather_run(&l, 0, 48, day.weather);
    }
    a = advice_read(layers_grid(&l), &d, &q);
    layers_free(&l);
    return a;
}

/* The verdict on a day that is pleasant but for the changes. */
#define CHECK_VERDICT(thing, want, ...)                       \
    do {                                                      \
        struct day day = pleasant;                            \
        __VA_ARGS__;                                          \
        CHECK_INT(advise(ADVICE_##thing, day).verdict, want); \
    } while (0)

TEST(an_umbrella_from_half_of_a_chance_on)
{
    CHECK_VERDICT(UMBRELLA, ADVICE_NO, day.chance = 24);
    CHECK_VERDICT(UMBRELLA, ADVICE_MAYBE, day.chance = 25);
    CHECK_VERDICT(UMBRELLA, ADVICE_MAYBE, day.chance = 49);
    CHECK_VERDICT(UMBRELLA, ADVICE_YES, day.chance = 50);
}

TEST(only_rain_and_what_is_not_named_count_for_an_umbrella)
{
    CHECK_VERDICT(UMBRELLA, ADVICE_YES, day.chance = 60, day.weather = "rain_showers");
    CHECK_VERDICT(UMBRELLA, ADVICE_YES, day.chance = 60, day.weather = "freezing_drizzle");
    CHECK_VERDICT(UMBRELLA, ADVICE_YES, day.chance = 60, day.weather = "fog");
    CHECK_VERDICT(UMBRELLA, ADVICE_YES, day.chance = 60, day.weather = NULL);
    CHECK_VERDICT(UMBRELLA, ADVICE_NO, day.chance = 60, day.weather = "snow");
    CHECK_VERDICT(UMBRELLA, ADVICE_UNKNOWN, day.chance = 999);
}

TEST(a_raincoat_is_better_in_gusts)
{
    struct day day = pleasant;

    day.chance = 60;
    day.gust = 25;
    CHECK(!advise(ADVICE_UMBRELLA, day).raincoat);
    day.gust = 26;
    CHECK(advise(ADVICE_UMBRELLA, day).raincoat);
    day.chance = 10;
    CHECK(!advise(ADVICE_UMBRELLA, day).raincoat);
}

TEST(the_garment_depends_on_what_it_feels_like)
{
    static const struct {
        double felt;
        enum advice_garment garment;
        enum advice_verdict verdict;
    } rows[] = {
        { 31, ADVICE_WINTER_COAT, ADVICE_YES },    { 32, ADVICE_COAT, ADVICE_YES },
        { 49, ADVICE_COAT, ADVICE_YES },           { 50, ADVICE_A_JACKET, ADVICE_YES },
        { 59, ADVICE_A_JACKET, ADVICE_YES },       { 60, ADVICE_LIGHT_JACKET, ADVICE_MAYBE },
        { 67, ADVICE_LIGHT_JACKET, ADVICE_MAYBE }, { 68, ADVICE_NO_JACKET, ADVICE_NO },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct day day = pleasant;
        struct advice a;
        day.felt = rows[i].felt;
        a = advise(ADVICE_JACKET, day);
        CHECK_ROW(i, a.garment == rows[i].garment && a.verdict == rows[i].verdict);
        CHECK_INT(units_fahrenheit(a.figures[0].value), (int)rows[i].felt);
    }
    /* Without an apparent temperature: the wind chill up to 50 degrees, else the temperature. */
    CHECK_VERDICT(JACKET, ADVICE_NO, day.felt = 999, day.temperature = 70, day.wind_chill = 20);
    CHECK_VERDICT(JACKET, ADVICE_YES, day.felt = 999, day.temperature = 45, day.wind_chill = 20);
    CHECK_VERDICT(JACKET, ADVICE_UNKNOWN, day.felt = 999, day.temperature = 999);
}

TEST(shorts_depend_on_how_warm_it_gets)
{
    CHECK_VERDICT(SHORTS, ADVICE_NO, day.temperature = 64);
    CHECK_VERDICT(SHORTS, ADVICE_MAYBE, day.temperature = 65);
    CHECK_VERDICT(SHORTS, ADVICE_MAYBE, day.temperature = 71);
    CHECK_VERDICT(SHORTS, ADVICE_YES, day.temperature = 72);
    CHECK_VERDICT(SHORTS, ADVICE_UNKNOWN, day.temperature = 999);
}

TEST(boots_are_for_rain_and_snow)
{
    CHECK_VERDICT(BOOTS, ADVICE_NO, day.chance = 24, day.weather = "snow");
    CHECK_VERDICT(BOOTS, ADVICE_MAYBE, day.chance = 25, day.weather = "snow");
    CHECK_VERDICT(BOOTS, ADVICE_MAYBE, day.chance = 49, day.weather = "rain");
    CHECK_VERDICT(BOOTS, ADVICE_YES, day.chance = 50, day.weather = "rain");
    CHECK_VERDICT(BOOTS, ADVICE_UNKNOWN, day.chance = 999);
}

TEST(pipes_freeze_from_twenty_degrees_down)
{
    CHECK_VERDICT(PIPES, ADVICE_NO, day.temperature = 29);
    CHECK_VERDICT(PIPES, ADVICE_MAYBE, day.temperature = 28);
    CHECK_VERDICT(PIPES, ADVICE_MAYBE, day.temperature = 21);
    CHECK_VERDICT(PIPES, ADVICE_YES, day.temperature = 20);
    CHECK_VERDICT(PIPES, ADVICE_UNKNOWN, day.temperature = 999);
}

TEST(swimming_is_for_warm_days)
{
    CHECK_VERDICT(SWIM, ADVICE_NO, day.temperature = 69);
    CHECK_VERDICT(SWIM, ADVICE_MAYBE, day.temperature = 70);
    CHECK_VERDICT(SWIM, ADVICE_MAYBE, day.temperature = 79);
    CHECK_VERDICT(SWIM, ADVICE_YES, day.temperature = 80);
    CHECK_VERDICT(SWIM, ADVICE_NO, day.temperature = 85, day.chance = 50);
    CHECK_VERDICT(SWIM, ADVICE_UNKNOWN, day.temperature = 999);
}

TEST(the_wind_spoils_an_outing_for_who_asks)
{
    CHECK_VERDICT(BIKE, ADVICE_YES, day.gust = 40);
    CHECK_VERDICT(BIKE, ADVICE_YES, day.gust = 25, day.too_windy = true);
    CHECK_VERDICT(BIKE, ADVICE_NO, day.gust = 26, day.too_windy = true);
    CHECK_VERDICT(BIKE, ADVICE_UNKNOWN, day.gust = 999, day.too_windy = true);
}

TEST(plants_need_a_cover_for_frost_and_freeze)
{
    CHECK_VERDICT(PLANTS, ADVICE_YES, day.temperature = 32);
    CHECK_VERDICT(PLANTS, ADVICE_NO, day.temperature = 33); /* the wind is not known */
    CHECK_VERDICT(PLANTS, ADVICE_UNKNOWN, day.temperature = 999);
}

TEST(an_inch_of_snow_is_shoveled)
{
    CHECK_VERDICT(SHOVEL, ADVICE_YES, day.snow = 25.4);
    CHECK_VERDICT(SHOVEL, ADVICE_MAYBE, day.snow = 25);
    CHECK_VERDICT(SHOVEL, ADVICE_NO, day.snow = 0);
    CHECK_VERDICT(SHOVEL, ADVICE_NO, day.snow = 999); /* at 65 degrees */
    CHECK_VERDICT(SHOVEL, ADVICE_UNKNOWN, day.snow = 999, day.temperature = 35);
}

TEST(windows_need_mild_dry_air)
{
    CHECK_VERDICT(WINDOWS, ADVICE_YES, day.temperature = 55);
    CHECK_VERDICT(WINDOWS, ADVICE_NO, day.temperature = 54);
    CHECK_VERDICT(WINDOWS, ADVICE_YES, day.temperature = 72);
    CHECK_VERDICT(WINDOWS, ADVICE_NO, day.temperature = 73);
    CHECK_VERDICT(WINDOWS, ADVICE_YES, day.dewpoint = 59);
    CHECK_VERDICT(WINDOWS, ADVICE_NO, day.dewpoint = 60);
    CHECK_VERDICT(WINDOWS, ADVICE_YES, day.chance = 24);
    CHECK_VERDICT(WINDOWS, ADVICE_NO, day.chance = 25);
    CHECK_VERDICT(WINDOWS, ADVICE_UNKNOWN, day.dewpoint = 999);
    CHECK_VERDICT(WINDOWS, ADVICE_NO, day.dewpoint = 999, day.chance = 80);
}

TEST(a_run_is_spoiled_by_heat_cold_rain_storms_and_air)
{
    CHECK_VERDICT(RUN, ADVICE_YES, day.chance = 49);
    CHECK_VERDICT(RUN, ADVICE_NO, day.chance = 50);
    CHECK_VERDICT(RUN, ADVICE_YES, day.temperature = 85, day.felt = 89);
    CHECK_VERDICT(RUN, ADVICE_NO, day.temperature = 85, day.felt = 90);
    CHECK_VERDICT(RUN, ADVICE_NO, day.temperature = 85, day.felt = 88, day.heat_index = 91);
    CHECK_VERDICT(WALK, ADVICE_YES, day.heat_risk = 1);
    CHECK_VERDICT(WALK, ADVICE_NO, day.heat_risk = 2);
    CHECK_VERDICT(WALK, ADVICE_YES, day.heat_risk = 999);
    CHECK_VERDICT(BIKE, ADVICE_YES, day.temperature = 30, day.felt = 20);
    CHECK_VERDICT(BIKE, ADVICE_NO, day.temperature = 30, day.felt = 19);
    CHECK_VERDICT(BIKE, ADVICE_NO, day.chance = 30, day.weather = "thunderstorms");
    CHECK_VERDICT(BIKE, ADVICE_YES, day.chance = 29, day.weather = "thunderstorms");
    CHECK_VERDICT(RUN, ADVICE_NO, day.air_quality_alert = true);
    CHECK_VERDICT(RUN, ADVICE_UNKNOWN, day.chance = 999);
    CHECK_VERDICT(RUN, ADVICE_NO, day.chance = 999, day.air_quality_alert = true);
}

TEST(a_drive_is_spoiled_by_snow_ice_gusts_and_warnings)
{
    CHECK_VERDICT(DRIVE, ADVICE_YES, day.chance = 29, day.weather = "snow");
    CHECK_VERDICT(DRIVE, ADVICE_NO, day.chance = 30, day.weather = "snow");
    CHECK_VERDICT(DRIVE, ADVICE_NO, day.chance = 30, day.weather = "freezing_rain");
    CHECK_VERDICT(DRIVE, ADVICE_NO, day.chance = 30, day.weather = "sleet");
    CHECK_VERDICT(DRIVE, ADVICE_YES, day.chance = 90, day.weather = "rain");
    /* Nobody says what will fall at 35 degrees. */
    CHECK_VERDICT(DRIVE, ADVICE_NO, day.chance = 30, day.weather = NULL, day.temperature = 35);
    CHECK_VERDICT(DRIVE, ADVICE_YES, day.chance = 30, day.weather = NULL, day.temperature = 37);
    CHECK_VERDICT(DRIVE, ADVICE_YES, day.chance = 29, day.weather = NULL, day.temperature = 20);
    CHECK_VERDICT(DRIVE, ADVICE_YES, day.gust = 45);
    CHECK_VERDICT(DRIVE, ADVICE_NO, day.gust = 46);
    CHECK_VERDICT(DRIVE, ADVICE_NO, day.warning = true);
    CHECK_VERDICT(DRIVE, ADVICE_UNKNOWN, day.gust = 999);
}

TEST(sunscreen_is_told_by_the_height_of_the_sun)
{
    struct advice a = advise(ADVICE_SUNSCREEN, pleasant);

    CHECK_INT(a.count, 1);
    CHECK_NEAR(a.figures[0].value, 40, 0);
}

TEST(the_usual_time_is_until_nine_in_the_evening)
{
    static const struct {
        int now, from, to;
    } rows[] = { { 3, 3, 21 }, { 10, 10, 21 }, { 19, 19, 21 }, { 20, 30, 45 }, { 23, 30, 45 } };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct days d = { zone_utc(), H(rows[i].now) };
        struct span s = advice_time(&d, ADVICE_UMBRELLA);
        CHECK_ROW(i, s.from == H(rows[i].from) && s.to == H(rows[i].to));
    }
}

TEST(plants_are_asked_about_for_the_coming_night)
{
    static const struct {
        int now, from, to;
    } rows[] = { { 3, 3, 6 }, { 10, 18, 30 }, { 20, 20, 30 } };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct days d = { zone_utc(), H(rows[i].now) };
        struct span s = advice_time(&d, ADVICE_PLANTS);
        CHECK_ROW(i, s.from == H(rows[i].from) && s.to == H(rows[i].to));
    }
}

TEST(watering_until_rain_is_likely)
{
    CHECK_VERDICT(WATER, ADVICE_YES, day.chance = 24);
    CHECK_VERDICT(WATER, ADVICE_MAYBE, day.chance = 25);
    CHECK_VERDICT(WATER, ADVICE_MAYBE, day.chance = 49);
    CHECK_VERDICT(WATER, ADVICE_NO, day.chance = 50);
    CHECK_VERDICT(WATER, ADVICE_YES, (day.chance = 90, day.weather = "snow"));
    CHECK_VERDICT(WATER, ADVICE_UNKNOWN, day.chance = 999);
}

TEST(laundry_outside_below_a_quarter_of_a_chance)
{
    CHECK_VERDICT(LAUNDRY, ADVICE_YES, day.chance = 24);
    CHECK_VERDICT(LAUNDRY, ADVICE_NO, day.chance = 25);
    CHECK_VERDICT(LAUNDRY, ADVICE_NO, (day.chance = 60, day.weather = "snow"));
    CHECK_VERDICT(LAUNDRY, ADVICE_UNKNOWN, day.chance = 999);
}

TESTS(an_umbrella_from_half_of_a_chance_on, only_rain_and_what_is_not_named_count_for_an_umbrella,
      a_raincoat_is_better_in_gusts, the_garment_depends_on_what_it_feels_like,
      shorts_depend_on_how_warm_it_gets, boots_are_for_rain_and_snow,
      pipes_freeze_from_twenty_degrees_down, swimming_is_for_warm_days,
      the_wind_spoils_an_outing_for_who_asks, plants_need_a_cover_for_frost_and_freeze,
      an_inch_of_snow_is_shoveled, windows_need_mild_dry_air,
      a_run_is_spoiled_by_heat_cold_rain_storms_and_air,
      a_drive_is_spoiled_by_snow_ice_gusts_and_warnings, sunscreen_is_told_by_the_height_of_the_sun,
      the_usual_time_is_until_nine_in_the_evening, plants_are_asked_about_for_the_coming_night,
      watering_until_rain_is_likely, laundry_outside_below_a_quarter_of_a_chance)
