/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/weather/past.c -- reports of the past: what is kept, hostile documents, and
 * which request is made. */
#include "intents/weather/past.h"

#include <stdlib.h>

#include "server/base/object.h"
#include "tests/unit/intents/weather/nws_case.h"
#include "tests/unit/intents/weather/weather_world.h"

static struct object *decode(const char *text)
{
    struct object *object = NULL;
    struct err err = ERR_NONE;
    char *quoted = case_quoted(text);

    (void)past_decode(str_of(quoted), NULL, &object, &err);
    free(quoted);
    return object;
}

#define REPORT(time, members) "{'properties':{'timestamp':'" time "'" members "}}"
#define DEGREES(name, value) ",'" name "':{'unitCode':'wmoUnit:degC','value':" value "}"

TEST(values_are_kept_and_null_is_unknown)
{
    struct object *o = decode("{'features':[" REPORT(
        "2026-11-21T17:00:00+00:00",
        DEGREES("temperature", "5.5")
            DEGREES("dewpoint", "null")) "," REPORT("2026-11-21T16:40:00+00:00",
                                                    ",'windSpeed':{'unitCode':'wmoUnit:km_h-1','"
                                                    "value':36},'windGust':{'unitCode':"
                                                    "'wmoUnit:km_h-1','value':null}") "]}");
    const struct past *past = o->data;

    CHECK_INT(past->count, 2);
    CHECK(past->at[0].temperature.has && !past->at[0].dewpoint.has && !past->at[0].wind.has);
    CHECK_NEAR(past->at[0].felt.value, 5.5, 1e-9);
    CHECK(!past->at[1].temperature.has && past->at[1].wind.has);
    CHECK_NEAR(past->at[1].gust.value, 10, 1e-9); /* it was not gusting */
    object_release(o);
}

TEST(what_it_felt_like_is_computed)
{
    struct object *o = decode(
        "{'features':[" REPORT("2026-11-21T17:00:00+00:00",
                               DEGREES("temperature", "-10") ",'windSpeed':{'unitCode':"
                                                             "'wmoUnit:km_h-1','value':36}") "]}");
    const struct past *past = o->data;

    CHECK(past->at[0].felt.has && past->at[0].felt.value < -15);
    object_release(o);
}

TEST(hostile_documents_are_bounded_or_refused)
{
    static const char *const bad[] = { "", "[]", "{}", "{'features':5}", "{'features':[" };
    struct buf b = BUF_INIT(1 << 20);
    struct object *o;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        o = decode(bad[i]);
        CHECK_ROW(i, !o);
    }
    buf_putz(&b, "{'features':[");
    for (int i = 0; i < 700; i++)
        buf_printf(&b, "%s" REPORT("2026-11-21T17:00:00+00:00", "%s"), i ? "," : "",
                   DEGREES("temperature", "1e99"));
    buf_putz(&b, "]}");
    o = decode(buf_z(&b));
    CHECK(o);
    CHECK_INT(((const struct past *)o->data)->count, 500);
    CHECK(!((const struct past *)o->data)->at[0].temperature.has);
    object_release(o);
    buf_free(&b);
    o = decode("{'features':[{'properties':{'timestamp':'yesterday'}},7,null]}");
    CHECK(o);
    CHECK_INT(((const struct past *)o->data)->count, 0);
    CHECK(((const struct past *)o->data)->unread);
    object_release(o);
}

#define PAST \
    "/stations/KBDU/observations?start=2026-11-21T16:00:00Z&end=2026-11-21T18:00:00Z&limit=500"

TEST(a_time_is_widened_to_whole_hours_and_cached)
{
    struct world w;
    struct err err = ERR_NONE;
    const struct past *past = NULL;
    struct call call;
    int64_t from;

    CHECK(time_parse_rfc3339(STR("2026-11-21T16:20:00Z"), &from));
    world_start(&w);
    fake_set(&w.upstream, PAST, 200, "{\"features\":[]}");
    call = world_call(&w);
    for (int i = 0; i < 3; i++) {
        CHECK_INT(
            past_get(w.nws, &call, STR("KBDU"), from + i * 60, from + 4800 + i * 60, &past, &err),
            ST_OK);
        CHECK_INT(past->count, 0);
    }
    CHECK_INT(fake_asked(&w.upstream, PAST), 1);
    world_stop(&w);
}

TEST(a_silent_station_is_not_a_failure_but_a_failure_is)
{
    static const struct {
        int status;
        const char *body;
        enum status want;
    } rows[] = {
        { 404, "{\"type\":\"https://api.weather.gov/problems/NotFound\"}", ST_OK },
        { 404, "<html>", ST_UNAVAILABLE },
        { 500, "{}", ST_UNAVAILABLE },
        { 200, "<html>", ST_UNAVAILABLE },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        struct world w;
        struct err err = ERR_NONE;
        const struct past *past = NULL;
        struct call call;
        int64_t from;
        CHECK(time_parse_rfc3339(STR("2026-11-21T16:00:00Z"), &from));
        world_start(&w);
        fake_set(&w.upstream, PAST, rows[i].status, rows[i].body);
        call = world_call(&w);
        CHECK_ROW(i, past_get(w.nws, &call, STR("KBDU"), from, from + 7200, &past, &err) ==
                         rows[i].want);
        CHECK_ROW(i, rows[i].want != ST_OK || past->count == 0);
        world_stop(&w);
    }
}

TEST(an_id_that_is_none_goes_into_no_request)
{
    struct world w;
    struct err err = ERR_NONE;
    const struct past *past = NULL;
    struct call call;

    world_start(&w);
    call = world_call(&w);
    CHECK_INT(past_get(w.nws, &call, STR("../alerts"), 0, 3600, &past, &err), ST_UNAVAILABLE);
    CHECK_INT(fake_asked(&w.upstream, NULL), 0);
    world_stop(&w);
}

TESTS(values_are_kept_and_null_is_unknown, what_it_felt_like_is_computed,
      hostile_documents_are_bounded_or_refused, a_time_is_widened_to_whole_hours_and_cached,
      a_silent_station_is_not_a_failure_but_a_failure_is, an_id_that_is_none_goes_into_no_request)
