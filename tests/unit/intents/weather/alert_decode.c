/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/weather/alert_decode.c -- decoding a document of alerts. */
#include "tests/unit/intents/weather/alert_case.h"

TEST(a_recorded_list_is_decoded)
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
    CHECK(list_of(object)->at[0].standing == ALERT_IN_FORCE);
    object_release(object);
    free(text);
}

TEST(lists_of_2019_are_decoded_and_ends_precedes_expires)
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

TEST(an_empty_list_is_valid)
{
    char *text = case_read("alerts-none-2025.json");
    struct object *object = NULL;

    CHECK(alert_decode(str_of(text), &object, NULL) == ST_OK);
    CHECK(list_of(object)->count == 0 && list_of(object)->complete);
    object_release(object);
    free(text);
}

TEST(json_ld_lists_are_decoded)
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

TEST(documents_without_a_list_are_rejected)
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

TEST(an_invalid_entry_makes_the_list_incomplete)
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

TEST(the_standing_follows_from_status_type_response_and_texts)
{
    static const struct {
        const char *more;
        enum alert_standing standing;
        bool replaces;
    } cases[] = {
        { "", ALERT_IN_FORCE, true },
        { ",'status':'actual'", ALERT_IN_FORCE, true },
        { ",'status':' Actual '", ALERT_IN_FORCE, true },
        { ",'messageType':null", ALERT_IN_FORCE, true },
        { ",'messageType':'Shout'", ALERT_IN_FORCE, true },
        { ",'messageType':7", ALERT_IN_FORCE, true },
        { ",'response':['AllClear']", ALERT_IN_FORCE, true },
        { ",'severity':'Awful'", ALERT_IN_FORCE, true },
        { ",'areaDesc':null", ALERT_IN_FORCE, true },
        { ",'event':null", ALERT_IN_FORCE, true }, /* there is a headline */
        { ",'status':'Test'", ALERT_NOT_IN_FORCE, false },
        { ",'status':'Draft','event':null,'headline':null", ALERT_NOT_IN_FORCE, false },
        { ",'messageType':' cancel'", ALERT_NOT_IN_FORCE, true },
        { ",'response':'AllClear'", ALERT_NOT_IN_FORCE, true },
        { ",'status':null,'messageType':'Cancel'", ALERT_NOT_IN_FORCE, false },
        { ",'note':'THIS_MESSAGE_IS_FOR_TEST_PURPOSES_ONLY'", ALERT_NOT_IN_FORCE, false },
        { ",'status':null", ALERT_UNREADABLE, false },
        { ",'status':''", ALERT_UNREADABLE, false },
        { ",'status':'Real'", ALERT_UNREADABLE, false },
        { ",'status':1", ALERT_UNREADABLE, false },
        { ",'status':['Actual']", ALERT_UNREADABLE, false },
        { ",'status':{}", ALERT_UNREADABLE, false },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[2048];
        struct object *object;
        (void)snprintf(text, sizeof text, LIST(ALERT("a", "Flood Warning", "%s")), cases[i].more);
        object = decode_text(text);
        CHECK_ROW(i, list_of(object)->count == 1 && list_of(object)->complete);
        CHECK_ROW(i, list_of(object)->at[0].standing == cases[i].standing);
        CHECK_ROW(i, list_of(object)->at[0].replaces == cases[i].replaces);
        object_release(object);
    }
}

TEST(an_end_that_cannot_be_read_is_unknown)
{
    static const struct {
        const char *more, *until; /* NULL: unknown */
    } cases[] = {
        { "", "2026-06-01T18:00:00Z" },
        { ",'ends':null", "2026-06-01T13:00:00Z" },
        { ",'ends':null,'expires':null", NULL },
        { ",'ends':null,'expires':'soon'", NULL },
        { ",'ends':null,'expires':1780000000", NULL },
        { ",'ends':'soon'", NULL }, /* not `expires`, which may have passed */
        { ",'ends':''", NULL },
        { ",'ends':1780000000", NULL },
        { ",'ends':{}", NULL },
        { ",'ends':'2026-06-01'", NULL },
        { ",'ends':'1970-01-01T00:00:00Z'", NULL }, /* before the onset */
        { ",'ends':'1970-01-01T00:00:00Z','onset':null", "1970-01-01T00:00:00Z" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[2048];
        struct object *object;
        (void)snprintf(text, sizeof text, LIST(ALERT("a", "Flood Warning", "%s")), cases[i].more);
        object = decode_text(text);
        CHECK_ROW(i, list_of(object)->at[0].alert.until ==
                         (cases[i].until ? case_time(cases[i].until) : 0));
        object_release(object);
    }
}

TEST(the_next_page_is_kept_and_an_odd_one_makes_the_list_incomplete)
{
    static const struct {
        const char *members, *next;
        bool complete;
    } cases[] = {
        { "", "", true },
        { ",'pagination':null", "", true },
        { ",'pagination':{}", "", true },
        { ",'pagination':{'next':null}", "", true },
        { ",'pagination':{'next':'https://api.weather.gov/alerts?cursor=x'}",
          "https://api.weather.gov/alerts?cursor=x", true },
        { ",'pagination':{'next':''}", "", false },
        { ",'pagination':{'next':true}", "", false },
        { ",'pagination':'https://api.weather.gov/alerts?cursor=x'", "", false },
        { ",'pagination':[]", "", false },
        { ",'@graph':[]", "", true },
        { ",'@graph':[{}]", "", false },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[512];
        struct object *object;
        (void)snprintf(text, sizeof text, "{'features':[]%s}", cases[i].members);
        object = decode_text(text);
        CHECK_ROW(i, list_of(object)->complete == cases[i].complete);
        CHECK_STR(list_of(object)->next, cases[i].next);
        object_release(object);
    }
}

TEST(too_many_alerts_make_the_list_incomplete)
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

TEST(long_texts_are_cut_between_characters)
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

TESTS(a_recorded_list_is_decoded, lists_of_2019_are_decoded_and_ends_precedes_expires,
      an_empty_list_is_valid, json_ld_lists_are_decoded, documents_without_a_list_are_rejected,
      an_invalid_entry_makes_the_list_incomplete,
      the_standing_follows_from_status_type_response_and_texts,
      an_end_that_cannot_be_read_is_unknown,
      the_next_page_is_kept_and_an_odd_one_makes_the_list_incomplete,
      too_many_alerts_make_the_list_incomplete, long_texts_are_cut_between_characters)
