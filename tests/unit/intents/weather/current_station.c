/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/weather/current_station.c -- choosing the station for the current conditions,
 * and the pressure trend. */
#include "intents/weather/observation.h"

#include "intents/weather/observation_internal.h"
#include "tests/test.h"
#include "tests/unit/intents/weather/nws_case.h"
#include "tests/unit/intents/weather/weather_world.h"

static struct world world;

/* ---- choosing ---- */

TEST(the_nearest_fresh_station_wins_otherwise_the_nearest_old_one)
{
    enum { NONE = -1 }; /* no observation */
    static const struct {
        int minutes[4];  /* age of each station's latest observation */
        const char *has; /* 't': it has a temperature */
        int want;
        bool fresh;
    } cases[] = {
        { { 10, 10, 10, 10 }, "tttt", 0, true },
        { { 10, 10, 10, 10 }, "-ttt", 1, true },
        { { 119, 10, 10, 10 }, "tttt", 0, true },
        { { 120, 10, 10, 10 }, "tttt", 1, true }, /* less than two hours */
        { { 121, 130, 240, 119 }, "tttt", 3, true },
        { { 121, 125, 240, 300 }, "tttt", 0, false }, /* nearest, not newest */
        { { 361, 360, 240, 300 }, "tttt", 1, false }, /* up to six hours */
        { { 361, 400, 500, 9000 }, "tttt", 4, false },
        { { NONE, NONE, 30, NONE }, "tttt", 2, true },
        { { NONE, NONE, NONE, NONE }, "tttt", 4, false },
        { { 10, 10, 200, 10 }, "--t-", 2, false },
        { { -9, 10, 10, 10 }, "tttt", 0, true },  /* a clock ahead */
        { { -11, 10, 10, 10 }, "tttt", 1, true }, /* from the future: not used */
    };
    const int64_t now = 1780000000;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct observation o[4] = { 0 };
        const struct observation *newest[4];
        bool fresh;
        for (int k = 0; k < 4; k++) {
            o[k].time = now - cases[i].minutes[k] * 60;
            o[k].temperature.has = cases[i].has[k] == 't';
            newest[k] = cases[i].minutes[k] == NONE ? NULL : &o[k];
        }
        CHECK_ROW(i, observation_choose(newest, 4, now, NEED_TEMPERATURE, &fresh) ==
                         (size_t)cases[i].want);
        CHECK_ROW(i, fresh == cases[i].fresh);
    }
}

TEST(each_metric_needs_its_own_value)
{
    static const struct {
        enum observation_need need;
        struct observation o;
    } cases[] = {
        { NEED_ANY_TEMPERATURE, { .temperature.has = true } },
        { NEED_TEMPERATURE, { .temperature.has = true } },
        { NEED_WIND, { .wind_speed.has = true } },
        { NEED_PRESSURE, { .pressure.has = true } },
        { NEED_HUMIDITY, { .humidity.has = true } },
        { NEED_DEWPOINT, { .dewpoint.has = true } },
        { NEED_DESCRIPTION, { .description = { "Clear", 5 } } },
        { NEED_WEATHER, { .weather_known = true } },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        for (size_t k = 0; k < sizeof cases / sizeof cases[0]; k++) {
            bool both_temperature = i < 2 && k < 2;
            CHECK_ROW(i * 10 + k,
                      observation_has(&cases[k].o, cases[i].need) == (i == k || both_temperature));
        }
    CHECK(observation_has(&(struct observation){ .rain_last_hour.has = true }, NEED_WEATHER));
}

TEST(the_trend_compares_with_about_an_hour_earlier)
{
    static const struct {
        struct {
            int minutes; /* before */
            double pascal;
        } earlier[4];
        enum pressure_trend want;
    } cases[] = { /* now 101325 Pa, 29.92 inHg; a hundredth is 33.9 Pa */
                  { { { 60, 101000 } }, TREND_RISING },
                  { { { 60, 101700 } }, TREND_FALLING },
                  { { { 60, 101325 } }, TREND_STEADY },
                  { { { 60, 101345 } }, TREND_STEADY }, /* 29.93 */
                  { { { 60, 101250 } }, TREND_RISING }, /* 29.90 */
                  { { { 39, 101000 }, { 101, 101000 } }, TREND_UNKNOWN },
                  { { { 40, 101000 } }, TREND_RISING },
                  { { { 100, 101000 } }, TREND_RISING },
                  { { { 45, 101700 }, { 55, 101000 }, { 70, 101700 } }, TREND_RISING },
                  { { { 58, 0 }, { 75, 101000 } }, TREND_RISING }, /* one without a pressure */
                  { { { 60, 0 } }, TREND_UNKNOWN }
    };
    const int64_t now = 1780000000;
    const struct observation o = { .time = now, .pressure = { .has = true, .value = 101325.0 } };
    struct observation_list *list = calloc(1, sizeof *list + 4 * sizeof(struct observation));

    CHECK(list);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        list->count = 4;
        for (int k = 0; k < 4; k++)
            list->at[k] =
                (struct observation){ .time = now - cases[i].earlier[k].minutes * 60,
                                      .pressure = { .has = cases[i].earlier[k].pascal > 0.0,
                                                    .value = cases[i].earlier[k].pascal } };
        CHECK_ROW(i, observation_pressure_trend(&o, list) == cases[i].want);
    }
    list->count = 0;
    CHECK(observation_pressure_trend(&o, list) == TREND_UNKNOWN);
    CHECK(observation_pressure_trend(&(struct observation){ .time = now }, list) == TREND_UNKNOWN);
    free(list);
}

/* ---- querying ---- */

#define NOW "2026-06-01T12:30:00Z"

static char bodies[16][1024];
static size_t body_count;

static void setup(void)
{
    body_count = 0;
    world_start(&world);
}

/* Station `id` reports this at `time`. */
static void station(const char *id, const char *time, const char *members)
{
    char path[128], *quoted;

    (void)snprintf(bodies[body_count], sizeof bodies[0], "{'properties':{'timestamp':'%s',%s}}",
                   time, members);
    quoted = case_quoted(bodies[body_count]);
    strcpy(bodies[body_count], quoted);
    free(quoted);
    (void)snprintf(path, sizeof path, "/stations/%s/observations/latest", id);
    fake_set(&world.upstream, path, 200, bodies[body_count++]);
}

static int asked(const char *id)
{
    char path[128];

    (void)snprintf(path, sizeof path, "/stations/%s/observations/latest", id);
    return fake_asked(&world.upstream, path);
}

static enum status current_for(const char *stations, enum observation_need need, bool may_wait,
                               struct current_observation *ret, struct err *err)
{
    struct call call = world_call(&world);
    struct place place = { .city = STR("Boulder"), .state = "CO" };
    struct str rest = str_of(stations), id;

    while (str_word(&rest, &id) && place.station_count < PLACE_STATIONS_MAX)
        place.stations[place.station_count++] = id;
    call.now = case_time(NOW);
    if (!may_wait)
        call.deadline = NO_WAIT;
    return observation_get_current(world.nws, &call, &place, need, ret, err);
}

#define COLD "'temperature':{'unitCode':'wmoUnit:degC','value':1}"
#define WARM "'temperature':{'unitCode':'wmoUnit:degC','value':20}"
#define NULLS "'temperature':{'unitCode':'wmoUnit:degC','value':null},'presentWeather':[]"
#define PRESSURE(pa) "'barometricPressure':{'unitCode':'wmoUnit:Pa','value':" pa "}"

TEST(the_nearest_station_is_used_and_at_most_three_are_queried)
{
    struct current_observation c;

    setup();
    station("KA", "2026-06-01T12:00:00Z", WARM);
    station("KB", "2026-06-01T12:29:00Z", COLD);
    station("KC", "2026-06-01T12:29:00Z", COLD);
    station("KD", "2026-06-01T12:29:00Z", COLD);
    CHECK(current_for("KA KB KC KD", NEED_TEMPERATURE, true, &c, NULL) == ST_OK);
    CHECK_SLICE(c.observation.station_id, "KA");
    CHECK(c.observation.temperature.value == 20.0 && c.fresh);
    CHECK_INT(c.age_s, 1800);
    CHECK_INT(asked("KA"), 1);
    CHECK_INT(asked("KD"), 0);
    world_stop(&world);
}

TEST(silent_empty_and_future_stations_are_skipped)
{
    struct current_observation c;

    setup();
    station("KB", "2026-06-01T12:20:00Z", NULLS); /* KA answers 404 */
    station("KC", "2026-06-01T12:50:00Z", WARM);  /* twenty minutes ahead */
    station("KD", "2026-06-01T07:00:00Z", WARM);  /* old */
    station("KE", "2026-06-01T11:00:00Z", COLD);
    CHECK(current_for("KA KB KC KD KE", NEED_ANY_TEMPERATURE, true, &c, NULL) == ST_OK);
    CHECK_SLICE(c.observation.station_id, "KE");
    CHECK(c.fresh && c.pressure_trend == TREND_UNKNOWN);
    world_stop(&world);
}

TEST(an_old_observation_is_used_if_there_is_no_newer_one)
{
    struct current_observation c;

    setup();
    station("KB", "2026-06-01T07:30:00Z", WARM);
    station("KC", "2026-06-01T09:30:00Z", COLD);
    CHECK(current_for("KA KB KC", NEED_TEMPERATURE, true, &c, NULL) == ST_OK);
    CHECK_SLICE(c.observation.station_id, "KB");
    CHECK(!c.fresh);
    CHECK_INT(c.age_s, 5 * 3600);
    world_stop(&world);
}

TEST(nothing_is_found_if_all_are_too_old_or_lack_the_metric)
{
    struct current_observation c;
    struct err err = ERR_NONE;

    setup();
    station("KA", "2026-06-01T06:00:00Z", WARM);
    station("KB", "2026-06-01T12:00:00Z", NULLS);
    CHECK(current_for("KA KB", NEED_TEMPERATURE, true, &c, &err) == ST_NOT_FOUND);
    CHECK_STR(err.reason, "no_observation");
    err_clear(&err);
    CHECK(current_for("", NEED_TEMPERATURE, true, &c, &err) == ST_NOT_FOUND);
    CHECK_STR(err.reason, "no_observation");
    err_clear(&err);
    CHECK(current_for("../KA K?x=1", NEED_TEMPERATURE, true, &c, &err) == ST_NOT_FOUND);
    world_stop(&world);
}

TEST(a_failing_service_is_not_a_missing_observation)
{
    struct current_observation c;
    struct err err = ERR_NONE;

    setup();
    fake_set(&world.upstream, "/stations/KA/observations/latest", 500, "{}");
    CHECK(current_for("KA", NEED_TEMPERATURE, true, &c, &err) == ST_UNAVAILABLE);
    CHECK(err.status == ST_UNAVAILABLE && err.text[0] != '\0');
    world_stop(&world);
}

TEST(the_trend_comes_from_the_same_station_and_may_be_unknown)
{
    static const char earlier[] =
        "{\"features\":[{\"properties\":{\"timestamp\":\"2026-06-01T11:00:00Z\","
        "\"barometricPressure\":{\"unitCode\":\"wmoUnit:Pa\",\"value\":100900}}}]}";
    struct current_observation c;

    setup();
    station("KA", "2026-06-01T12:00:00Z", WARM);
    station("KB", "2026-06-01T12:00:00Z", PRESSURE("101325"));
    CHECK(current_for("KA KB", NEED_PRESSURE, true, &c, NULL) == ST_OK);
    CHECK_SLICE(c.observation.station_id, "KB");
    CHECK(c.pressure_trend == TREND_UNKNOWN); /* 404 */
    world_stop(&world);

    setup();
    station("KA", "2026-06-01T12:00:00Z", WARM);
    station("KB", "2026-06-01T12:00:00Z", PRESSURE("101325"));
    fake_set(&world.upstream, "/stations/KB/observations?limit=20", 200, earlier);
    CHECK(current_for("KA KB", NEED_PRESSURE, true, &c, NULL) == ST_OK);
    CHECK(c.pressure_trend == TREND_RISING);
    CHECK(current_for("KA KB", NEED_WIND, true, &c, NULL) == ST_NOT_FOUND);
    world_stop(&world);
}

TEST(a_call_that_may_not_wait_uses_cached_observations)
{
    struct current_observation c;
    struct err err = ERR_NONE;

    setup();
    station("KA", "2026-06-01T12:00:00Z", WARM);
    station("KB", "2026-06-01T12:00:00Z", COLD);
    CHECK(current_for("KA KB", NEED_TEMPERATURE, false, &c, &err) == ST_WOULD_WAIT);
    CHECK(err.status == ST_OK && fake_asked(&world.upstream, NULL) == 0);
    CHECK(current_for("KA", NEED_TEMPERATURE, true, &c, &err) == ST_OK);
    /* KB is not cached, but the nearest station is. */
    CHECK(current_for("KA KB", NEED_TEMPERATURE, false, &c, &err) == ST_OK);
    CHECK(current_for("KB KA", NEED_TEMPERATURE, false, &c, &err) == ST_WOULD_WAIT);
    world_stop(&world);
}

TESTS(the_nearest_fresh_station_wins_otherwise_the_nearest_old_one, each_metric_needs_its_own_value,
      the_trend_compares_with_about_an_hour_earlier,
      the_nearest_station_is_used_and_at_most_three_are_queried,
      silent_empty_and_future_stations_are_skipped,
      an_old_observation_is_used_if_there_is_no_newer_one,
      nothing_is_found_if_all_are_too_old_or_lack_the_metric,
      a_failing_service_is_not_a_missing_observation,
      the_trend_comes_from_the_same_station_and_may_be_unknown,
      a_call_that_may_not_wait_uses_cached_observations)
