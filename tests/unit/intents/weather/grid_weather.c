/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/weather/grid_weather.c -- the conditions of the weather layer. */
#include "tests/unit/intents/weather/grid_case.h"

#define RUN(start, hours, entries) \
    "{'validTime':'2026-06-01T" start ":00:00+00:00/PT" hours "H','value':[" entries "]}"
#define ENTRY(coverage, weather, intensity, attributes)                     \
    "{'coverage':" coverage ",'weather':" weather ",'intensity':" intensity \
    ",'visibility':{'value':null},'attributes':" attributes "}"
#define NOTHING ENTRY("null", "null", "null", "[]")
#define SHOWERS ENTRY("'chance'", "'rain_showers'", "'light'", "[]")
#define LIKELY ENTRY("'likely'", "'rain_showers'", "'moderate'", "[]")
#define THUNDER \
    ENTRY("'slight_chance'", "'thunderstorms'", "null", "['damaging_wind','large_hail']")

static struct object *weather_of(const char *runs)
{
    struct buf b = BUF_INIT(1 << 16);
    struct object *o;

    buf_printf(&b, "'weather':{'values':[%s]}", runs);
    o = grid_with(buf_z(&b), NULL);
    buf_free(&b);
    return o;
}

/* The conditions of the period as "chance rain_showers light 0-6; ...", in hours. */
static void check_weather(const struct grid *g, int from, int to, bool covered, const char *want)
{
    struct grid_condition c[8];
    struct buf b = BUF_INIT(4096);
    bool got_covered;
    size_t count = grid_weather(g, H(from), H(to), c, 8, &got_covered);

    for (size_t i = 0; i < count; i++)
        buf_printf(&b, "%s%s %s %s %d-%d", i ? "; " : "", c[i].coverage, c[i].weather,
                   c[i].intensity, (int)((c[i].start - T0) / 3600), (int)((c[i].end - T0) / 3600));
    CHECK_STR(buf_z(&b), want);
    CHECK(got_covered == covered);
    buf_free(&b);
}

TEST(conditions_are_in_order_and_continued_ones_merged)
{
    struct object *o =
        weather_of(RUN("00", "3", SHOWERS) "," RUN("03", "3", SHOWERS "," THUNDER) "," RUN(
            "06", "2", LIKELY "," THUNDER) "," RUN("08", "4", NOTHING) "," RUN("12", "2", SHOWERS));

    check_weather(o->data, 0, 24, true,
                  "chance rain_showers light 0-6; slight_chance thunderstorms  3-8; "
                  "likely rain_showers moderate 6-8; chance rain_showers light 12-14");
    check_weather(o->data, 0, 3, true, "chance rain_showers light 0-3");
    check_weather(o->data, 6, 8, true,
                  "likely rain_showers moderate 6-8; slight_chance thunderstorms  6-8");
    check_weather(o->data, 8, 12, true, "");   /* known: no weather */
    check_weather(o->data, 14, 24, false, ""); /* unknown */
    check_weather(o->data, 5, 5, false, "");
    object_release(o);
}

TEST(the_same_condition_after_a_dry_spell_is_merged)
{
    struct object *o =
        weather_of(RUN("00", "3", SHOWERS "," THUNDER) "," RUN("03", "3", NOTHING) "," RUN(
            "06", "2", SHOWERS "," THUNDER) "," RUN("08", "2", LIKELY) "," RUN("10", "2", SHOWERS));

    check_weather(o->data, 0, 10, true,
                  "chance rain_showers light 0-8; slight_chance thunderstorms  0-8; "
                  "likely rain_showers moderate 8-10");
    object_release(o);
}

TEST(a_condition_that_returns_after_another_is_repeated)
{
    struct object *o = weather_of(RUN("00", "3", SHOWERS) "," RUN("03", "3", LIKELY) "," RUN(
        "06", "3", LIKELY "," SHOWERS) "," RUN("09", "3", NOTHING) "," RUN("12", "3", SHOWERS));

    check_weather(o->data, 0, 24, true,
                  "chance rain_showers light 0-3; likely rain_showers moderate 3-9; "
                  "chance rain_showers light 6-15");
    object_release(o);
}

TEST(attributes_are_kept_up_to_four)
{
    struct object *o = weather_of(RUN("00", "3", THUNDER) "," RUN(
        "03", "3",
        ENTRY("'likely'", "'thunderstorms'", "'heavy'",
              "['heavy_rain','damaging_wind','large_hail','tornadoes','"
              "flooding']")) "," RUN("06", "3",
                                     ENTRY("'likely'", "'thunderstorms'", "'heavy'", "null")));
    struct grid_condition c[4];
    bool covered;

    CHECK_INT(grid_weather(o->data, H(0), H(9), c, 4, &covered), 3);
    CHECK_STR(c[0].attributes[0], "damaging_wind");
    CHECK_STR(c[0].attributes[1], "large_hail");
    CHECK(!c[0].attributes[2]);
    CHECK_STR(c[1].attributes[3], "tornadoes");
    CHECK(!c[2].attributes[0]);
    object_release(o);
}

TEST(words_that_are_not_codes_are_left_out)
{
    static const char *const bad[] = {
        ENTRY("'chance'", "'Rain & <b>'", "'light'", "[]"),
        ENTRY("'chance'", "7", "'light'", "[]"),
        ENTRY("['chance']", "'rain'", "'light'", "[]"),
        ENTRY("'chance'", "'abcdefghijklmnopqrstuvwxyzabcdefgh'", "'light'", "[]"),
        "7",
        "null",
        "[]",
    };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        char runs[1024];
        struct object *o;
        (void)snprintf(runs, sizeof runs,
                       "{'validTime':'2026-06-01T00:00:00+00:00/PT6H','value':[%s," SHOWERS "]}",
                       bad[i]);
        o = weather_of(runs);
        check_weather(o->data, 0, 6, true, "chance rain_showers light 0-6");
        object_release(o);
    }
}

TEST(an_instant_has_the_conditions_of_its_own_run)
{
    struct object *o = weather_of(RUN("00", "3", SHOWERS) "," RUN(
        "03", "3", SHOWERS "," THUNDER) "," RUN("06", "2", NOTHING));
    struct grid_condition c[4];
    bool covered;

    CHECK_INT(grid_weather_at(o->data, H(2), c, 4, &covered), 1);
    CHECK(covered && c[0].start == H(0) && c[0].end == H(3));
    CHECK_INT(grid_weather_at(o->data, H(3), c, 4, &covered), 2);
    CHECK_STR(c[1].weather, "thunderstorms");
    CHECK_INT(grid_weather_at(o->data, H(3), c, 1, &covered), 1);
    CHECK_INT(grid_weather_at(o->data, H(7), c, 4, &covered), 0);
    CHECK(covered); /* no weather */
    CHECK_INT(grid_weather_at(o->data, H(8), c, 4, &covered), 0);
    CHECK(!covered); /* no data */
    object_release(o);
}

TEST(the_number_of_conditions_is_limited)
{
    struct object *o = weather_of(RUN("00", "3", SHOWERS "," THUNDER) "," RUN("03", "3", LIKELY));
    struct grid_condition c[2];
    bool covered;

    CHECK_INT(grid_weather(o->data, H(0), H(6), c, 2, &covered), 2);
    CHECK_STR(c[1].weather, "thunderstorms");
    CHECK_INT(grid_weather(o->data, H(0), H(6), NULL, 0, &covered), 0);
    CHECK(covered);
    object_release(o);
}

TESTS(conditions_are_in_order_and_continued_ones_merged,
      the_same_condition_after_a_dry_spell_is_merged,
      a_condition_that_returns_after_another_is_repeated, attributes_are_kept_up_to_four,
      an_instant_has_the_conditions_of_its_own_run, words_that_are_not_codes_are_left_out,
      the_number_of_conditions_is_limited)
