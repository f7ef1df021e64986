/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/weather/alert.c -- querying the alerts of a place, and the all-clear. */
#include "tests/unit/intents/weather/alert_case.h"
#include "tests/unit/intents/weather/weather_world.h"

static struct world world;

#define POINT "/alerts/active?point=41.978,-91.67"
#define COUNTY "/alerts/active/zone/IAC113"
#define ZONE "/alerts/active/zone/IAZ052"
#define NONE_LIST "{\"type\":\"FeatureCollection\",\"features\":[]}"

static struct place cedar_rapids(void)
{
    return (struct place){ .city = STR("Cedar Rapids"),
                           .state = "IA",
                           .lat = 41.978,
                           .lon = -91.67,
                           .forecast_zone_id = STR("IAZ052"),
                           .county_zone_id = STR("IAC113") };
}

static enum status ask(const struct place *place, struct alerts *ret, struct err *err)
{
    struct call call = world_call(&world);

    call.now = case_time(NOW);
    return alert_get_active(world.nws, &call, place, ret, err);
}

static void upstream(const char *point, const char *county, const char *zone)
{
    const char *const paths[] = { POINT, COUNTY, ZONE }, *const bodies[] = { point, county, zone };

    for (size_t i = 0; i < 3; i++)
        fake_set(&world.upstream, paths[i], bodies[i] ? 200 : 503, bodies[i] ? bodies[i] : "{}");
}

TEST(point_county_and_forecast_zone_are_queried_and_merged)
{
    char *point = case_quoted(LIST(ALERT("a", "Tornado Warning", ",'severity':'Extreme'")));
    char *county = case_quoted(LIST(ALERT("b", "Flood Warning", "")));
    char *zone =
        case_quoted(LIST(ALERT("b", "Flood Warning", "") "," ALERT("c", "Wind Advisory", "")));
    struct place place = cedar_rapids();
    struct alerts a;

    world_start(&world);
    upstream(point, county, zone);
    CHECK(ask(&place, &a, NULL) == ST_OK);
    CHECK_INT(a.count, 3);
    CHECK_STR(a.at[0].event, "Tornado Warning");
    CHECK_STR(a.at[0].area, "Here");
    CHECK(a.asked == 3 && a.answered == 3 && !a.stale);
    CHECK(!alert_all_clear(&a));
    world_stop(&world);
    free(point);
    free(county);
    free(zone);
}

TEST(all_clear_needs_a_complete_list_from_every_query)
{
    static const struct {
        const char *point, *county, *zone; /* NULL: 503 */
        bool clear;
    } cases[] = {
        { NONE_LIST, NONE_LIST, NONE_LIST, true },
        { NONE_LIST, NONE_LIST, "{\"@graph\":[]}", true },
        { NULL, NONE_LIST, NONE_LIST, false },
        { NONE_LIST, NULL, NONE_LIST, false },
        { NONE_LIST, NONE_LIST, NULL, false },
        { NONE_LIST, NONE_LIST, "{}", false },
        { NONE_LIST, NONE_LIST, "{\"features\":null}", false },
        { NONE_LIST, NONE_LIST, "", false },
        { NONE_LIST, NONE_LIST, "<html>busy</html>", false },
        { NONE_LIST, NONE_LIST, "{\"features\":[null]}", false }, /* something, but what? */
        { NONE_LIST, NONE_LIST, "{\"features\":[[]]}", false },
        { NONE_LIST, NONE_LIST, "{\"features\":[{\"properties\":null}]}", false },
        { NONE_LIST, NONE_LIST, "{\"features\":{\"0\":{}}}", false },
        { NONE_LIST, NONE_LIST, "{\"@graph\":[{\"event\":\"Flood Warning\"}]}", false },
        { NONE_LIST, NONE_LIST, "{\"features\":[],\"pagination\":{\"next\":7}}", false },
        { NONE_LIST, NONE_LIST,
          "{\"features\":[],\"pagination\":{\"next\":\"https://example.com/\"}}", false },
    };
    struct place place = cedar_rapids();

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct alerts a;
        world_start(&world);
        upstream(cases[i].point, cases[i].county, cases[i].zone);
        CHECK_ROW(i, ask(&place, &a, NULL) == ST_OK);
        CHECK_ROW(i, a.count == 0 && a.asked == 3);
        CHECK_ROW(i, alert_all_clear(&a) == cases[i].clear);
        CHECK_ROW(i, (a.reading == ALERTS_READ) == cases[i].clear);
        world_stop(&world);
    }
}

TEST(an_alert_whose_status_is_unreadable_is_not_told_and_nothing_is_clear)
{
    char *unclear = case_quoted(LIST(ALERT("a", "Tornado Warning", ",'status':null")));
    char *both = case_quoted(
        LIST(ALERT("a", "Tornado Warning", ",'status':null") "," ALERT("b", "Flood Warning", "")));
    struct place place = cedar_rapids();
    struct alerts a;

    world_start(&world);
    upstream(unclear, NONE_LIST, NONE_LIST);
    CHECK(ask(&place, &a, NULL) == ST_OK);
    CHECK(a.count == 0 && a.unreadable == 1 && a.failed == 0 && !alert_all_clear(&a));
    CHECK_INT(a.reading, ALERTS_READ_IN_PART);
    world_stop(&world);
    world_start(&world);
    upstream(both, NONE_LIST, NONE_LIST);
    CHECK(ask(&place, &a, NULL) == ST_OK);
    CHECK(a.count == 1 && a.unreadable == 1);
    CHECK_STR(a.at[0].event, "Flood Warning");
    CHECK_INT(a.reading, ALERTS_READ_IN_PART);
    world_stop(&world);
    free(both);
    free(unclear);
}

/* ---- pages ---- */

#define PAGE(alerts, next) \
    "{'features':[" alerts "],'pagination':{'next':'https://api.weather.gov" next "'}}"
#define SECOND "/alerts/active?cursor=b%3D"
#define THIRD "/alerts/active?cursor=c"

TEST(every_page_of_a_list_is_read)
{
    char *first = case_quoted(PAGE("", SECOND));
    char *second = case_quoted(PAGE(ALERT("a", "Flood Warning", ""), THIRD));
    char *third = case_quoted(LIST(ALERT("b", "Tornado Warning", ",'severity':'Extreme'")));
    struct place place = cedar_rapids();
    struct alerts a;

    world_start(&world);
    upstream(first, NONE_LIST, NONE_LIST);
    fake_set(&world.upstream, SECOND, 200, second);
    fake_set(&world.upstream, THIRD, 200, third);
    CHECK(ask(&place, &a, NULL) == ST_OK);
    CHECK(a.count == 2 && a.reading == ALERTS_READ && a.answered == 3 && a.failed == 0);
    CHECK_STR(a.at[0].event, "Tornado Warning");
    world_stop(&world);
    free(third);
    free(second);
    free(first);
}

/* The service ends some lists with a link to an empty page, which has such a link itself. */
TEST(an_empty_further_page_is_the_last_one)
{
    char *first = case_quoted(PAGE("", SECOND)), *last = case_quoted(PAGE("", THIRD));
    struct place place = cedar_rapids();
    struct alerts a;

    world_start(&world);
    upstream(first, NONE_LIST, NONE_LIST);
    fake_set(&world.upstream, SECOND, 200, last);
    CHECK(ask(&place, &a, NULL) == ST_OK);
    CHECK(alert_all_clear(&a));
    CHECK_INT(fake_asked(&world.upstream, THIRD), 0);
    world_stop(&world);
    free(last);
    free(first);
}

TEST(without_all_pages_there_is_no_all_clear)
{
    char *first = case_quoted(PAGE("", SECOND)), *again = case_quoted(PAGE("7", SECOND)),
         *endless = case_quoted(PAGE(ALERT("a", "Flood Warning", ""), SECOND));

    const struct {
        int status;
        const char *second;
        size_t count, failed;
    } cases[] = {
        { 404, "{}", 0, 1 },     { 500, "{}", 0, 1 },  { 200, "{}", 0, 1 },
        { 200, "<html>", 0, 1 }, { 200, again, 0, 0 }, { 200, endless, 1, 0 },
    };
    struct place place = cedar_rapids();

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct alerts a;
        world_start(&world);
        upstream(first, NONE_LIST, NONE_LIST);
        fake_set(&world.upstream, SECOND, cases[i].status, cases[i].second);
        CHECK_ROW(i, ask(&place, &a, NULL) == ST_OK);
        CHECK_ROW(i, !alert_all_clear(&a) && a.reading == ALERTS_READ_IN_PART);
        CHECK_ROW(i, a.count == cases[i].count && a.failed == cases[i].failed);
        CHECK_ROW(i, a.answered == 2 && fake_asked(&world.upstream, SECOND) <= 2);
        world_stop(&world);
    }
    free(endless);
    free(again);
    free(first);
}

TEST(an_expired_list_gives_its_alerts_but_counts_as_unanswered)
{
    char *zone = case_quoted(LIST(ALERT("c", "Wind Advisory", "")));
    struct place place = cedar_rapids();
    struct alerts a;

    world_start(&world);
    fake_set_max_age(&world.upstream, 0);
    upstream(NONE_LIST, NONE_LIST, zone);
    CHECK(ask(&place, &a, NULL) == ST_OK && a.count == 1 && !a.stale && a.answered == 3);
    upstream(NONE_LIST, NONE_LIST, NULL);
    CHECK(ask(&place, &a, NULL) == ST_OK);
    CHECK_INT(a.count, 1);
    CHECK_STR(a.at[0].event, "Wind Advisory");
    CHECK(a.stale && a.asked == 3 && a.answered == 2);
    upstream(NULL, NULL, NULL);
    CHECK(ask(&place, &a, NULL) == ST_OK && a.count == 1 && a.stale && a.answered == 0);
    world_stop(&world);
    free(zone);
}

TEST(an_expired_empty_list_is_not_an_all_clear)
{
    struct place place = cedar_rapids();
    struct alerts a;

    world_start(&world);
    fake_set_max_age(&world.upstream, 0);
    upstream(NONE_LIST, NONE_LIST, NONE_LIST);
    CHECK(ask(&place, &a, NULL) == ST_OK && alert_all_clear(&a));
    upstream(NONE_LIST, NONE_LIST, NULL);
    CHECK(ask(&place, &a, NULL) == ST_OK);
    CHECK(a.stale && a.count == 0 && !alert_all_clear(&a));
    upstream(NONE_LIST, NONE_LIST, NONE_LIST); /* a failure just now is not held against it */
    CHECK(ask(&place, &a, NULL) == ST_OK && alert_all_clear(&a));
    world_stop(&world);
}

TEST(if_all_queries_fail_the_service_is_unavailable)
{
    struct place place = cedar_rapids();
    struct alerts a;
    struct err err = ERR_NONE;

    world_start(&world);
    upstream(NULL, NULL, NULL);
    CHECK(ask(&place, &a, &err) == ST_UNAVAILABLE && err.status == ST_UNAVAILABLE);
    world_stop(&world);
    world_start(&world); /* every path is 404 */
    err_clear(&err);
    CHECK(ask(&place, &a, &err) == ST_UNAVAILABLE && err.status == ST_UNAVAILABLE);
    world_stop(&world);
}

TEST(unknown_zones_are_not_queried)
{
    struct place place = cedar_rapids();
    struct alerts a;

    place.county_zone_id = place.forecast_zone_id = STR_NONE;
    place.lat = 41.9;
    place.lon = -91.0;
    world_start(&world);
    fake_set(&world.upstream, "/alerts/active?point=41.9,-91", 200, NONE_LIST);
    CHECK(ask(&place, &a, NULL) == ST_OK);
    CHECK(a.asked == 1 && alert_all_clear(&a));
    CHECK_INT(fake_asked(&world.upstream, NULL), 1);
    world_stop(&world);
}

TEST(a_zone_with_an_invalid_id_counts_as_unanswered)
{
    struct place place = cedar_rapids();
    struct alerts a;

    place.county_zone_id = STR("../../x");
    world_start(&world);
    upstream(NONE_LIST, NONE_LIST, NONE_LIST);
    CHECK(ask(&place, &a, NULL) == ST_OK);
    CHECK(a.asked == 3 && a.answered == 2 && !alert_all_clear(&a));
    world_stop(&world);
}

TEST(without_queries_there_is_no_all_clear)
{
    CHECK(!alert_all_clear(&(struct alerts){ 0 }));
}

TEST(a_call_that_may_not_wait_needs_cached_lists)
{
    struct place place = cedar_rapids();
    struct call call;
    struct alerts a;
    struct err err = ERR_NONE;

    world_start(&world);
    upstream(NONE_LIST, NONE_LIST, NONE_LIST);
    call = world_call(&world);
    call.deadline = NO_WAIT;
    CHECK(alert_get_active(world.nws, &call, &place, &a, &err) == ST_WOULD_WAIT);
    CHECK(err.status == ST_OK && fake_asked(&world.upstream, NULL) == 0);
    CHECK(ask(&place, &a, &err) == ST_OK);
    CHECK(alert_get_active(world.nws, &call, &place, &a, &err) == ST_OK && alert_all_clear(&a));
    CHECK_INT(fake_asked(&world.upstream, NULL), 3);
    world_stop(&world);
}

TESTS(point_county_and_forecast_zone_are_queried_and_merged,
      all_clear_needs_a_complete_list_from_every_query,
      an_alert_whose_status_is_unreadable_is_not_told_and_nothing_is_clear,
      every_page_of_a_list_is_read, an_empty_further_page_is_the_last_one,
      without_all_pages_there_is_no_all_clear,
      an_expired_list_gives_its_alerts_but_counts_as_unanswered,
      an_expired_empty_list_is_not_an_all_clear, if_all_queries_fail_the_service_is_unavailable,
      unknown_zones_are_not_queried, a_zone_with_an_invalid_id_counts_as_unanswered,
      without_queries_there_is_no_all_clear, a_call_that_may_not_wait_needs_cached_lists)
