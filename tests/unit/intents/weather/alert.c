/* SPDX-License-Identifier: Apache-2.0 */
#include "intents/weather/alert.h"

#include "intents/weather/alert_internal.h"
#include "tests/test.h"
#include "tests/unit/intents/weather/nws_case.h"
#include "tests/unit/intents/weather/weather_world.h"

#define NOW "2026-06-01T12:00:00Z"

static struct world world;

/* ---- documents ---- */

/* An alert in force, quotes written as '; `more` are further members or others instead (the last of
 * two with one name counts). */
#define ALERT(id, event, more)                                                                    \
    "{'id':'https://api.weather.gov/alerts/" id "','properties':{'id':'" id "','event':'" event   \
    "','status':'Actual','messageType':'Alert','severity':'Severe','response':'Avoid',"           \
    "'areaDesc':'Here','headline':'" event                                                        \
    " issued','description':'What it is.','instruction':null,'sent':'2026-06-01T10:00:00+00:00'," \
    "'onset':'2026-06-01T11:00:00+00:00','expires':'2026-06-01T13:00:00+00:00',"                  \
    "'ends':'2026-06-01T18:00:00+00:00','references':[],'parameters':{}" more "}}"
#define LIST(alerts) "{'type':'FeatureCollection','features':[" alerts "]}"
#define REPLACES(id) \
    ",'references':[{'@id':'https://api.weather.gov/alerts/" id "','identifier':'" id "'}]"

static struct object *decode_text(const char *text)
{
    char *quoted = case_quoted(text);
    struct object *object = NULL;
    struct err err = ERR_NONE;

    if (alert_decode(str_of(quoted), &object, &err) != ST_OK)
        fail_msg("not decoded: %s", err.text);
    free(quoted);
    return object;
}

static const struct alert_list *list_of(const struct object *object)
{
    return object->data;
}

TEST(a_recorded_list_gives_its_alerts)
{
    char *text = case_read("alerts-norton-2026.json");
    struct object *object = NULL;
    const struct alert *a;

    CHECK(alert_decode(str_of(text), &object, NULL) == ST_OK);
    CHECK_INT(list_of(object)->count, 3);
    CHECK(list_of(object)->complete);
    a = &list_of(object)->at[0].alert;
    CHECK_STR(a->id, "urn:oid:2.49.0.1.840.0.5feca13a077b6cb54ff4489d45d6c829c936877e.001.1");
    CHECK_STR(a->event, "Air Quality Alert");
    CHECK_STR(a->instruction, ""); /* null */
    CHECK(a->severity == SEVERITY_UNKNOWN);
    CHECK(a->sent == case_time("2026-07-15T09:13:00-04:00"));
    CHECK(a->until == case_time("2026-07-16T00:00:00-04:00")); /* ends is null: expires */
    CHECK(list_of(object)->at[0].may_be_active);
    object_release(object);
    free(text);
}

TEST(the_lists_of_2019_are_read_and_ends_counts_before_expires)
{
    char *text = case_read("alerts-portland-2019.json");
    struct object *object = NULL;
    const struct listed_alert *l;

    CHECK(alert_decode(str_of(text), &object, NULL) == ST_OK);
    CHECK_INT(list_of(object)->count, 1);
    l = &list_of(object)->at[0];
    CHECK_STR(l->alert.id, "NWS-IDP-PROD-3965873-3369046");
    CHECK(l->alert.severity == SEVERITY_SEVERE);
    CHECK(l->alert.until == case_time("2019-12-22T10:00:00-08:00"));
    CHECK_INT(l->reference_count, 4);
    CHECK_STR(list_of(object)->references[l->first_reference + 3], "NWS-IDP-PROD-3963421-3367361");
    CHECK(strncmp(l->alert.instruction, "A Flood Watch means", 19) == 0);
    object_release(object);
    free(text);
}

TEST(an_empty_list_is_a_list)
{
    char *text = case_read("alerts-none-2025.json");
    struct object *object = NULL;

    CHECK(alert_decode(str_of(text), &object, NULL) == ST_OK);
    CHECK(list_of(object)->count == 0 && list_of(object)->complete);
    object_release(object);
    free(text);
}

TEST(json_ld_is_a_list_too)
{
    struct object *object = decode_text(
        "{'@graph':[{'@id':'https://api.weather.gov/alerts/urn:oid:1','id':'urn:oid:1',"
        "'event':'Wind "
        "Advisory','status':'Actual','references':['https://api.weather.gov/alerts/urn:oid:0',"
        "{'@id':'https://api.weather.gov/alerts/urn:oid:9'}]}]}");
    const struct alert_list *list = list_of(object);

    CHECK_INT(list->count, 1);
    CHECK_STR(list->at[0].alert.id, "urn:oid:1");
    CHECK_INT(list->at[0].reference_count, 2);
    CHECK_STR(list->references[0], "urn:oid:0");
    CHECK_STR(list->references[1], "urn:oid:9");
    CHECK(list->at[0].alert.until == 0);
    object_release(object);
}

TEST(documents_without_a_list_are_refused)
{
    static const char *const texts[] = {
        "",
        "[]",
        "null",
        "{}",
        "{'features':null}",
        "{'features':{}}",
        "{'@graph':'x'}",
        "{'type':'https://api.weather.gov/problems/ServiceUnavailable','status':503}",
        "<html></html>",
        "{'features':[",
    };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char *text = case_quoted(texts[i]);
        struct object *object = NULL;
        CHECK_ROW(i, alert_decode(str_of(text), &object, NULL) == ST_INVALID && !object);
        free(text);
    }
}

TEST(an_entry_that_cannot_be_read_makes_the_list_not_whole)
{
    static const char *const entries[] = { "null",
                                           "7",
                                           "{}",
                                           "{'properties':{}}",
                                           "{'properties':[]}",
                                           "{'properties':{'id':'a','status':'Actual'}}" };

    for (size_t i = 0; i < sizeof entries / sizeof entries[0]; i++) {
        char text[2048];
        struct object *object;
        (void)snprintf(text, sizeof text, LIST(ALERT("a", "Flood Warning", "") ",%s"), entries[i]);
        object = decode_text(text);
        CHECK_ROW(i, list_of(object)->count == 1 && !list_of(object)->complete);
        object_release(object);
    }
}

TEST(more_alerts_than_a_place_can_have_are_cut_and_told)
{
    struct buf b = BUF_INIT(1 << 20);
    struct object *object;

    buf_putz(&b, "{'features':[");
    for (int i = 0; i < 700; i++)
        buf_printf(&b, "%s{'properties':{'id':'a%d','event':'E','status':'Actual'}}", i ? "," : "",
                   i);
    buf_putz(&b, "]}");
    object = decode_text(buf_z(&b));
    CHECK(list_of(object)->count == 500 && !list_of(object)->complete);
    object_release(object);
    buf_free(&b);
}

TEST(long_texts_are_cut_at_a_whole_character)
{
    struct buf b = BUF_INIT(1 << 20);
    struct object *object;
    const char *description;

    buf_putz(&b, "{'features':[{'properties':{'id':'a','event':'E','description':'x");
    for (int i = 0; i < 20000; i++)
        buf_putz(&b, "\xC3\xA9");
    buf_putz(&b, "'}}]}");
    object = decode_text(buf_z(&b));
    description = list_of(object)->at[0].alert.description;
    CHECK(strlen(description) == 16383 && str_is_utf8(str_of(description)));
    object_release(object);
    buf_free(&b);
}

/* ---- what is active ---- */

/* "Event; Event" of what is active in up to three lists, in order. */
static void check_active(const char *const texts[3], const char *want)
{
    struct arena *arena = arena_create(1 << 20);
    struct object *objects[3] = { NULL };
    const struct alert_list *lists[3];
    struct alerts got = { 0 };
    struct buf b = BUF_INIT(4096);
    size_t count = 0;

    for (; count < 3 && texts[count]; count++) {
        objects[count] = decode_text(texts[count]);
        lists[count] = list_of(objects[count]);
    }
    CHECK(alert_merge(arena, lists, count, case_time(NOW), &got, NULL) == ST_OK);
    for (size_t i = 0; i < got.count; i++)
        buf_printf(&b, "%s%s", i ? "; " : "", got.at[i].event);
    CHECK_STR(buf_z(&b), want);
    buf_free(&b);
    for (size_t i = 0; i < count; i++)
        object_release(objects[i]);
    arena_free(arena);
}

static void check_one(const char *text, const char *want)
{
    check_active((const char *const[3]){ text, NULL, NULL }, want);
}

TEST(only_what_is_actual_and_in_force_is_active)
{
    static const struct {
        const char *more;
        bool active;
    } cases[] = {
        { "", true },
        { ",'status':'Test'", false },
        { ",'status':'Exercise'", false },
        { ",'status':'System'", false },
        { ",'status':'Draft'", false },
        { ",'status':null", false },
        { ",'messageType':'Update'", true },
        { ",'messageType':'Cancel'", false },
        { ",'messageType':null", true },
        { ",'response':'AllClear'", false },
        { ",'response':null", true },
        { ",'severity':null", true },
        { ",'onset':null", true },
        { ",'onset':'2026-06-01T17:00:00+00:00'", true }, /* still to come */
        { ",'ends':'2026-06-01T12:00:01+00:00'", true },
        { ",'ends':'2026-06-01T12:00:00+00:00'", false }, /* after now */
        { ",'ends':'2026-06-01T07:00:00-05:00'", false },
        { ",'ends':null", true },
        { ",'ends':null,'expires':'2026-06-01T11:59:00+00:00'", false },
        { ",'expires':'2026-06-01T11:59:00+00:00'",
          true },                                /* the message is old, the event is not */
        { ",'ends':null,'expires':null", true }, /* better said than lost */
        { ",'ends':'soon'", true },              /* expires */
        { ",'description':'x THIS_MESSAGE_IS_FOR_TEST_PURPOSES_ONLY y'", false },
        { ",'headline':'THIS_MESSAGE_IS_FOR_TEST_PURPOSES_ONLY'", false },
        { ",'instruction':'...THIS MESSAGE IS FOR TEST PURPOSES ONLY...'", false },
        { ",'note':'THIS_MESSAGE_IS_FOR_TEST_PURPOSES_ONLY'", false },
        { ",'parameters':{'NWSheadline':['A','THIS_MESSAGE_IS_FOR_TEST_PURPOSES_ONLY']}", false },
        { ",'parameters':{'CMAMtext':'THIS_MESSAGE_IS_FOR_TEST_PURPOSES_ONLY'}", false },
        { ",'description':'A test of this message: THIS_MESSAGE_IS_REAL'", true },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[2048];
        (void)snprintf(text, sizeof text, LIST(ALERT("a", "Flood Warning", "%s")), cases[i].more);
        check_one(text, cases[i].active ? "Flood Warning" : "");
    }
}

TEST(lists_are_merged_by_id_and_each_alert_comes_once)
{
    check_active((const char *const[3]){ LIST(ALERT("a", "Flood Warning", "")),
                                         LIST(ALERT("a", "Flood Warning",
                                                    "") "," ALERT("b", "Wind Advisory", "")),
                                         LIST(ALERT("b", "Wind Advisory", "")) },
                 "Flood Warning; Wind Advisory");
}

TEST(the_most_severe_is_first_and_then_the_latest)
{
    check_one(
        LIST(
            ALERT("a", "Minor", ",'severity':'Minor'") "," ALERT("b", "Unknown", ",'severity':'Unknown'") "," ALERT(
                "c", "Extreme",
                ",'severity':'Extreme'") "," ALERT("d", "Severe early",
                                                   "") "," ALERT("e", "Severe late",
                                                                 ",'sent':'2026-06-01T11:00:00+00:"
                                                                 "00'") "," ALERT("f", "Moderate",
                                                                                  ",'severity':'"
                                                                                  "Moderate'")),
        "Extreme; Severe late; Severe early; Moderate; Minor; Unknown");
}

TEST(what_another_alert_of_the_answer_replaces_is_not_said)
{
    /* An update, in another list. */
    check_active(
        (const char *const[3]){
            LIST(ALERT("old", "Old", "")),
            LIST(ALERT("new", "New", ",'messageType':'Update'" REPLACES("old"))), NULL },
        "New");
    /* A cancellation takes its alert along. */
    check_one(LIST(ALERT("old", "Old", "") "," ALERT("new", "New",
                                                     ",'messageType':'Cancel'" REPLACES("old"))),
              "");
    /* The update is over already. */
    check_one(LIST(ALERT("old", "Old", "") "," ALERT(
                  "new", "New", ",'ends':'2026-06-01T11:00:00+00:00'" REPLACES("old"))),
              "");
    /* What is not in the answer matters not, nor does an alert that names itself. */
    check_one(LIST(ALERT("a", "A", REPLACES("other"))), "A");
    check_one(LIST(ALERT("a", "A", REPLACES("a"))), "A");
    /* Nothing replaces what was sent after it. */
    check_one(LIST(ALERT("a", "A", REPLACES("b")) "," ALERT(
                  "b", "B", ",'sent':'2026-06-01T11:00:00+00:00'" REPLACES("a"))),
              "B");
}

TEST(alerts_without_an_id_are_told_apart_by_their_text)
{
#define NAMELESS(text) \
    "{'properties':{'event':'E','status':'Actual','headline':'H','description':'" text "'}}"
    check_active(
        (const char *const[3]){ LIST(NAMELESS("a") "," NAMELESS("b")), LIST(NAMELESS("a")), NULL },
        "E; E");
}

/* ---- asking ---- */

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

TEST(point_county_and_forecast_zone_are_asked_and_merged)
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

TEST(all_clear_only_when_every_query_succeeded_with_a_whole_list)
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
    };
    struct place place = cedar_rapids();

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct alerts a;
        world_start(&world);
        upstream(cases[i].point, cases[i].county, cases[i].zone);
        CHECK_ROW(i, ask(&place, &a, NULL) == ST_OK);
        CHECK_ROW(i, a.count == 0 && a.asked == 3);
        CHECK_ROW(i, alert_all_clear(&a) == cases[i].clear);
        CHECK_ROW(i, (a.answered == 3) == cases[i].clear);
        world_stop(&world);
    }
}

TEST(an_expired_list_may_name_its_alerts_but_is_no_success)
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

TEST(an_expired_empty_list_is_no_all_clear)
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

TEST(when_all_queries_fail_the_service_is_unavailable)
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

TEST(zones_that_are_not_known_are_not_asked)
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

TEST(a_zone_that_cannot_be_asked_is_one_that_did_not_answer)
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

TEST(nothing_asked_is_no_all_clear)
{
    CHECK(!alert_all_clear(&(struct alerts){ 0 }));
}

TEST(one_who_may_not_wait_is_told_so_until_all_lists_are_there)
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

TESTS(a_recorded_list_gives_its_alerts, the_lists_of_2019_are_read_and_ends_counts_before_expires,
      an_empty_list_is_a_list, json_ld_is_a_list_too, documents_without_a_list_are_refused,
      an_entry_that_cannot_be_read_makes_the_list_not_whole,
      more_alerts_than_a_place_can_have_are_cut_and_told, long_texts_are_cut_at_a_whole_character,
      only_what_is_actual_and_in_force_is_active, lists_are_merged_by_id_and_each_alert_comes_once,
      the_most_severe_is_first_and_then_the_latest,
      what_another_alert_of_the_answer_replaces_is_not_said,
      alerts_without_an_id_are_told_apart_by_their_text,
      point_county_and_forecast_zone_are_asked_and_merged,
      all_clear_only_when_every_query_succeeded_with_a_whole_list,
      an_expired_list_may_name_its_alerts_but_is_no_success, an_expired_empty_list_is_no_all_clear,
      when_all_queries_fail_the_service_is_unavailable, zones_that_are_not_known_are_not_asked,
      a_zone_that_cannot_be_asked_is_one_that_did_not_answer, nothing_asked_is_no_all_clear,
      one_who_may_not_wait_is_told_so_until_all_lists_are_there)
