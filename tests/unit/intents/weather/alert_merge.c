/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/weather/alert_merge.c -- which alerts of several lists are active. */
#include "tests/unit/intents/weather/alert_case.h"

/* "Event; Event" of what is active in up to three lists, in order, and the number of alerts that
 * may be in force but cannot be read. */
static void check_merged(const char *const texts[3], const char *want, size_t unreadable)
{
    struct arena *arena = arena_create(1 << 20);
    struct object *objects[3] = { NULL };
    const struct alert_list *lists[3];
    const struct alert_scope boulder = { case_time(NOW), 40.015, -105.2705, 6.0 };
    struct alerts got = { 0 };
    struct buf b = BUF_INIT(4096);
    size_t count = 0;

    for (; count < 3 && texts[count]; count++) {
        objects[count] = decode_text(texts[count]);
        lists[count] = list_of(objects[count]);
    }
    CHECK(alert_merge(arena, lists, count, &boulder, &got, NULL) == ST_OK);
    for (size_t i = 0; i < got.count; i++)
        buf_printf(&b, "%s%s", i ? "; " : "", got.at[i].event);
    CHECK_STR(buf_z(&b), want);
    CHECK_INT(got.unreadable, unreadable);
    buf_free(&b);
    for (size_t i = 0; i < count; i++)
        object_release(objects[i]);
    arena_free(arena);
}

static void check_active(const char *const texts[3], const char *want)
{
    check_merged(texts, want, 0);
}

static void check_one(const char *text, const char *want)
{
    check_active((const char *const[3]){ text, NULL, NULL }, want);
}

TEST(only_actual_alerts_in_force_are_active)
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
        { ",'messageType':'Update'", true },
        { ",'messageType':'Cancel'", false },
        { ",'messageType':null", true },
        { ",'response':'AllClear'", false },
        { ",'response':null", true },
        { ",'severity':null", true },
        { ",'onset':null", true },
        { ",'onset':'2026-06-01T17:00:00+00:00'", true }, /* still to come */
        { ",'ends':'2026-06-01T12:00:01+00:00'", true },
        { ",'ends':'2026-06-01T12:00:00+00:00'", false }, /* ends are exclusive */
        { ",'ends':'2026-06-01T07:00:00-05:00'", false },
        { ",'ends':null", true },
        { ",'ends':null,'expires':'2026-06-01T11:59:00+00:00'", false },
        { ",'expires':'2026-06-01T11:59:00+00:00'",
          true },                                /* the message has expired, the event has not */
        { ",'ends':null,'expires':null", true }, /* better safe than sorry */
        { ",'ends':'soon','expires':'2026-06-01T11:59:00+00:00'", true },
        { ",'ends':null,'expires':'soon'", true },
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

TEST(an_unreadable_alert_counts_unless_it_is_over_replaced_or_readable_elsewhere)
{
    static const struct {
        const char *others, *more;
        size_t unreadable;
        const char *active;
    } cases[] = {
        { "", ",'status':null", 1, "" },
        { "", ",'status':'Real','severity':'Extreme'", 1, "" },
        { "", ",'status':null,'ends':'2026-06-01T11:59:00Z'", 0, "" },
        { "", ",'status':null,'ends':null", 1, "" },
        { "", ",'status':null,'ends':'soon','expires':'2026-06-01T11:59:00Z'", 1, "" },
        { "", ",'status':null,'messageType':'Cancel'", 0, "" },
        { "", ",'status':null,'instruction':'THIS_MESSAGE_IS_FOR_TEST_PURPOSES_ONLY'", 0, "" },
        { ALERT("b", "Flood Watch", REPLACES("a")) ",", ",'status':null", 0, "Flood Watch" },
        { ALERT("b", "Flood Watch", "") ",", ",'status':null", 1, "Flood Watch" },
        { ALERT("a", "Flood Watch", "") ",", ",'status':null", 0, "Flood Watch" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[4096];
        (void)snprintf(text, sizeof text, LIST("%s" ALERT("a", "Flood Warning", "%s")),
                       cases[i].others, cases[i].more);
        check_merged((const char *const[3]){ text, NULL, NULL }, cases[i].active,
                     cases[i].unreadable);
    }
}

TEST(a_test_or_an_unreadable_alert_replaces_nothing)
{
    static const struct {
        const char *more, *active;
        size_t unreadable;
    } cases[] = {
        { ",'status':'Test'", "Flood Warning", 0 },
        { ",'status':'Exercise'", "Flood Warning", 0 },
        { ",'description':'THIS_MESSAGE_IS_FOR_TEST_PURPOSES_ONLY'", "Flood Warning", 0 },
        { ",'status':null", "Flood Warning", 1 },
        { ",'messageType':'Cancel'", "", 0 },
        { ",'messageType':'Cancel','event':null,'headline':null", "", 0 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[4096];
        (void)snprintf(
            text, sizeof text,
            LIST(ALERT("a", "Flood Warning", "") "," ALERT(
                "b", "Flood Statement", REPLACES("a") ",'sent':'2026-06-01T11:00:00Z'%s")),
            cases[i].more);
        check_merged((const char *const[3]){ text, NULL, NULL }, cases[i].active,
                     cases[i].unreadable);
    }
}

TEST(lists_are_merged_without_duplicates)
{
    check_active((const char *const[3]){ LIST(ALERT("a", "Flood Warning", "")),
                                         LIST(ALERT("a", "Flood Warning",
                                                    "") "," ALERT("b", "Wind Advisory", "")),
                                         LIST(ALERT("b", "Wind Advisory", "")) },
                 "Flood Warning; Wind Advisory");
}

TEST(alerts_are_sorted_by_severity_then_by_time)
{
    /* clang-format off */
    check_one(LIST(ALERT("a", "Minor", ",'severity':'Minor'") ","
                   ALERT("b", "Unknown", ",'severity':'Unknown'") ","
                   ALERT("c", "Extreme", ",'severity':'Extreme'") ","
                   ALERT("d", "Severe early", "") ","
                   ALERT("e", "Severe late", ",'sent':'2026-06-01T11:00:00+00:00'") ","
                   ALERT("f", "Moderate", ",'severity':'Moderate'")),
              "Extreme; Severe late; Severe early; Moderate; Minor; Unknown");
    /* clang-format on */
}

TEST(replaced_alerts_are_left_out)
{
    /* By an update in another list. */
    check_active(
        (const char *const[3]){
            LIST(ALERT("old", "Old", "")),
            LIST(ALERT("new", "New", ",'messageType':'Update'" REPLACES("old"))), NULL },
        "New");
    /* By a cancellation, which is not active itself. */
    check_one(LIST(ALERT("old", "Old", "") "," ALERT("new", "New",
                                                     ",'messageType':'Cancel'" REPLACES("old"))),
              "");
    /* By an update that has ended. */
    check_one(LIST(ALERT("old", "Old", "") "," ALERT(
                  "new", "New", ",'ends':'2026-06-01T11:00:00+00:00'" REPLACES("old"))),
              "");
    /* References to missing alerts, or to itself, have no effect. */
    check_one(LIST(ALERT("a", "A", REPLACES("other"))), "A");
    check_one(LIST(ALERT("a", "A", REPLACES("a"))), "A");
    /* An alert can't replace one that was sent after it. */
    check_one(LIST(ALERT("a", "A", REPLACES("b")) "," ALERT(
                  "b", "B", ",'sent':'2026-06-01T11:00:00+00:00'" REPLACES("a"))),
              "B");
}

TEST(alerts_without_an_id_are_compared_by_text)
{
#define NAMELESS(text) \
    "{'properties':{'event':'E','status':'Actual','headline':'H','description':'" text "'}}"
    check_active(
        (const char *const[3]){ LIST(NAMELESS("a") "," NAMELESS("b")), LIST(NAMELESS("a")), NULL },
        "E; E");
}

TEST(the_same_text_under_two_ids_counts_once)
{
#define SENT(time) ",'sent':'2026-06-01T" time ":00+00:00'"
    /* The later one is kept, in either order, and white space, case and headline don't matter. */
    check_active((const char *const[3]){ LIST(ALERT("a", "Flood Warning",
                                                    SENT("09:00") ",'severity':'Minor'")),
                                         LIST(ALERT("b", "Wind Advisory", SENT("10:00")) "," ALERT(
                                             "c", "FLOOD WARNING",
                                             SENT("11:00") ",'headline':'Another',"
                                                           "'description':'What\\n it is.'")),
                                         NULL },
                 "FLOOD WARNING; Wind Advisory");
    check_one(LIST(ALERT("a", "Flood Warning", SENT("11:00")) "," ALERT("b", "FLOOD WARNING",
                                                                        SENT("09:00"))),
              "Flood Warning");
    /* Another area, text or instruction is another alert. */
    check_one(LIST(ALERT("a", "A", "") "," ALERT("b", "A", ",'areaDesc':'There'")), "A; A");
    check_one(LIST(ALERT("a", "A", "") "," ALERT("b", "A", ",'description':'More'")), "A; A");
    check_one(LIST(ALERT("a", "A", "") "," ALERT("b", "A", ",'instruction':'Go'")), "A; A");
}

/* An alert whose area is a geometry. */
#define AREA(id, geometry)                                                            \
    "{'id':'" id "','geometry':" geometry ",'properties':{'id':'" id "','event':'" id \
    "','status':'Actual','messageType':'Alert'}}"
#define SQUARE(south, west, north, east)                                                    \
    "[[" west "," south "],[" east "," south "],[" east "," north "],[" west "," north "]," \
    "[" west "," south "]]"

#define POLYGON(rings) "{'type':'Polygon','coordinates':[" rings "]}"
#define AROUND AREA("around", POLYGON(SQUARE("39.9", "-105.4", "40.1", "-105.1")))
#define FAR AREA("far", POLYGON(SQUARE("40.2", "-105.4", "40.4", "-105.1")))
#define EDGE AREA("edge of town", POLYGON(SQUARE("40.06", "-105.4", "40.4", "-105.1")))
#define OUTER_RING SQUARE("39", "-106", "41", "-104")
#define INNER_RING SQUARE("39.5", "-105.7", "40.5", "-104.5")
#define HOLE AREA("hole", POLYGON(OUTER_RING "," INNER_RING))
#define ELSEWHERE SQUARE("10", "-20", "11", "-19")
#define HERE SQUARE("39.9", "-105.4", "40.1", "-105.1")
#define TWO "{'type':'MultiPolygon','coordinates':[[" ELSEWHERE "],[" HERE "]]}"

TEST(alerts_with_a_polygon_are_for_the_places_that_it_reaches)
{
    check_one(LIST(AROUND "," FAR "," EDGE "," HOLE "," AREA("second of two", TWO)),
              "around; edge of town; second of two");
}

#define POINT "{'type':'Point','coordinates':[0,0]}"
#define TEXT "'POLYGON((1 2,3 4))'"
#define SHORT POLYGON("[[1,2],[3,4],[1,2]]")
#define WILD POLYGON("[[1,2],[3,400],[5,6],[1,2]]")

TEST(an_alert_whose_area_is_unknown_is_for_its_zones)
{
    check_one(LIST(AREA("null", "null") "," AREA("of another type", POINT) "," AREA(
                  "text", TEXT) "," AREA("too short", SHORT) "," AREA("wild", WILD)),
              "null; of another type; text; too short; wild");
}

TESTS(the_same_text_under_two_ids_counts_once,
      alerts_with_a_polygon_are_for_the_places_that_it_reaches,
      an_alert_whose_area_is_unknown_is_for_its_zones, only_actual_alerts_in_force_are_active,
      an_unreadable_alert_counts_unless_it_is_over_replaced_or_readable_elsewhere,
      a_test_or_an_unreadable_alert_replaces_nothing, lists_are_merged_without_duplicates,
      alerts_are_sorted_by_severity_then_by_time, replaced_alerts_are_left_out,
      alerts_without_an_id_are_compared_by_text)
