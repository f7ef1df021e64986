/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/alerts_words.c -- what alerts and the extended forecast sound like. */
#include "tests/unit/intents/skill_world.h"

#define NONE "{\"features\":[]}"
#define POINT "/alerts/active?point="
#define COUNTY "/alerts/active/zone/COC013"
#define FORECAST_ZONE "/alerts/active/zone/COZ039"

static const char storm[] =
    "{'features':[{'properties':{'id':'urn:1','status':'Actual','messageType':'Alert',"
    "'event':'Winter Storm Warning','severity':'Severe','areaDesc':'Boulder; Larimer & Weld',"
    "'sent':'2026-11-22T10:00:00-07:00','onset':'2026-11-22T12:00:00-07:00',"
    "'expires':'2026-11-22T20:00:00-07:00','ends':'2026-11-23T06:00:00-07:00',"
    "'headline':'Winter Storm Warning issued November 22 at 10:00AM MST by NWS Boulder CO',"
    "'description':'* WHAT...Heavy snow, 6 to 10 inches, winds 35 mph.\\n\\n* WHERE...Boulder.',"
    "'instruction':'Stay home.','parameters':{},'references':[]}}]}";

static char *quoted(const char *text)
{
    char *copy = malloc(strlen(text) + 1);

    CHECK(copy);
    strcpy(copy, text);
    for (char *p = copy; *p; p++)
        if (*p == '\'')
            *p = '"';
    return copy;
}

static void serve(struct skill_world *s, const char *point, const char *county, const char *zone)
{
    fake_set(&s->w.upstream, skill_at_boulder(POINT), point ? 200 : 500, point ? point : "{}");
    fake_set(&s->w.upstream, COUNTY, county ? 200 : 500, county ? county : "{}");
    fake_set(&s->w.upstream, FORECAST_ZONE, zone ? 200 : 500, zone ? zone : "{}");
}

#define ASK "metric=alerts;location=boulder colorado"

TEST(no_alerts_is_said_when_every_query_succeeded)
{
    struct skill_world s;

    skill_start(&s);
    serve(&s, NONE, NONE, NONE);
    skill_says(&s, "MetricIntent", ASK, "There are no alerts for Boulder, Colorado.");
    skill_stop(&s);
}

TEST(no_alerts_is_not_said_when_one_query_failed)
{
    const char *answers[3] = { NONE, NONE, NONE };

    for (int failing = 0; failing < 4; failing++) {
        struct skill_world s;
        skill_start(&s);
        serve(&s, failing == 0 || failing == 3 ? NULL : answers[0],
              failing == 1 || failing == 3 ? NULL : answers[1],
              failing == 2 || failing == 3 ? NULL : answers[2]);
        skill_says(&s, "MetricIntent", ASK, "I can't reach the alert service right now");
        skill_never_says(&s, "no alerts");
        CHECK_STR(s.log.outcome, "apology");
        CHECK_STR(s.log.err.reason, "alerts_unknown");
        skill_stop(&s);
    }
}

/* Says yes to the question that ends the last answer. */
static void skill_says_on_yes(struct skill_world *s, const char *want)
{
    CHECK(!skill_ended(s));
    skill_says(s, "AMAZON.YesIntent", "", want);
}

TEST(an_alert_is_told_in_a_sentence_and_then_in_full)
{
    struct skill_world s;
    char *body = quoted(storm);

    skill_start(&s);
    serve(&s, body, body, body);
    skill_says(&s, "MetricIntent", ASK,
               "from noon today until 6 A.M. tomorrow. What: Heavy snow, 6 to 10 inches, winds 35 "
               "miles per hour. Where: Boulder. Stay home.</speak>");
    CHECK(skill_ended(&s));
    s.session_new = false;
    skill_says(&s, "MetricIntent", ASK,
               "<speak>There is 1 alert for Boulder, Colorado. Winter Storm Warning for Boulder, "
               "Larimer and Weld, from noon today until 6 A.M. tomorrow. Do you want the "
               "details?</speak>");
    CHECK(strstr(json_str(s.answer, "response.card.content").p, "Stay home."));
    skill_says_on_yes(&s, "<speak>What: Heavy snow, 6 to 10 inches, winds 35 miles per hour. "
                          "Where: Boulder. Stay home. ");
    skill_stop(&s);
    free(body);
}

TEST(areas_are_read_as_a_list)
{
    static const struct {
        const char *area, *want;
    } cases[] = {
        { "Boone", "Warning for Boone, from" },
        { "Boone; Clay", "Warning for Boone and Clay, from" },
        { "Boone; Clay; Story", "Warning for Boone, Clay and Story, from" },
        { "Boone, IA; Clay, IA", "Warning for Boone, Iowa, and Clay, Iowa, from" },
        { "Boone; Clay & Story", "Warning for Boone, Clay and Story, from" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        static const char areas[] = "'areaDesc':'Boulder; Larimer & Weld'";
        struct skill_world s;
        char text[4000];
        const char *at = strstr(storm, areas);
        (void)snprintf(text, sizeof text, "%.*s'areaDesc':'%s'%s", (int)(at - storm), storm,
                       cases[i].area, at + sizeof areas - 1);
        char *body = quoted(text);
        skill_start(&s);
        serve(&s, body, NONE, NONE);
        skill_says(&s, "MetricIntent", ASK, cases[i].want);
        skill_stop(&s);
        free(body);
    }
}

TEST(alerts_are_read_when_part_of_the_service_fails)
{
    struct skill_world s;
    char *body = quoted(storm);

    skill_start(&s);
    serve(&s, body, NULL, NONE);
    skill_says(&s, "MetricIntent", ASK, "There is 1 alert");
    skill_says(&s, "MetricIntent", ASK, "there may be more.");
    skill_stop(&s);
    free(body);
}

/* `storm`, with the member status replaced. */
static char *storm_with_status(const char *status)
{
    static const char actual[] = "'status':'Actual'";
    const char *at = strstr(storm, actual);
    char text[4000];

    (void)snprintf(text, sizeof text, "%.*s'id2':0%s%s", (int)(at - storm), storm, status,
                   at + sizeof actual - 1);
    return quoted(text);
}

TEST(an_alert_that_cannot_be_read_prevents_an_all_clear)
{
    static const char *const statuses[] = { "", ",'status':null", ",'status':'Real'",
                                            ",'status':['Actual']", ",'status':7" };

    for (size_t i = 0; i < sizeof statuses / sizeof statuses[0]; i++) {
        struct skill_world s;
        char *body = storm_with_status(statuses[i]);
        skill_start(&s);
        serve(&s, body, NONE, NONE);
        skill_says(&s, "MetricIntent", ASK, "so I don't know whether there are any alerts for");
        skill_never_says(&s, "no alerts");
        CHECK_STR(s.log.err.reason, "alerts_unreadable");
        skill_says(&s, "MetricIntent", "metric=tornado warnings;location=boulder colorado",
                   "so I don't know whether there are any alerts for");
        skill_stop(&s);
        free(body);
    }
}

TEST(alerts_that_can_be_read_are_told_and_that_there_may_be_more)
{
    static const char *const others[] = {
        "null",
        "7",
        "[]",
        "{}",
        "{'properties':null}",
        "{'properties':{'status':'Actual'}}",
        "{'properties':{'id':'b','event':'Tornado Warning','status':null}}",
    };

    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        struct skill_world s;
        char text[4000];
        (void)snprintf(text, sizeof text, "%.*s,%s]}", (int)(sizeof storm - 1 - strlen("]}")),
                       storm, others[i]);
        char *body = quoted(text);
        skill_start(&s);
        serve(&s, body, NONE, NONE);
        s.session_new = false;
        skill_says(&s, "MetricIntent", ASK, "There is 1 alert");
        skill_says(&s, "MetricIntent", ASK,
                   " I couldn't read all of the alerts, so there may be more.");
        skill_says_on_yes(&s, "Stay home.");
        skill_stop(&s);
        free(body);
    }
}

TEST(an_alert_without_a_readable_end_is_told_without_one)
{
    static const char ends[] = "'ends':'2026-11-23T06:00:00-07:00'";
    static const char *const others[] = { "'ends':'tomorrow'", "'ends':7",
                                          "'ends':null,'expires':'later'" };

    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        struct skill_world s;
        const char *at = strstr(storm, ends);
        char text[4000];
        (void)snprintf(text, sizeof text, "%.*s%s%s", (int)(at - storm), storm, others[i],
                       at + sizeof ends - 1);
        char *body = quoted(text);
        skill_start(&s);
        serve(&s, body, NONE, NONE);
        s.session_new = false;
        skill_says(&s, "MetricIntent", ASK,
                   "Larimer and Weld, from noon today. Do you want the details?</speak>");
        skill_says_on_yes(&s, "Stay home. ");
        skill_stop(&s);
        free(body);
    }
}

TEST(a_kind_of_alert_is_ruled_out_only_by_alerts_with_a_name)
{
    struct skill_world s;
    char *body = quoted("{'features':[{'properties':{'id':'a','status':'Actual','event':null,"
                        "'headline':'Take shelter'}}]}");

    skill_start(&s);
    serve(&s, body, NONE, NONE);
    s.session_new = false;
    skill_says(&s, "MetricIntent", ASK, "There is 1 alert for Boulder, Colorado. An alert. Do you");
    skill_says_on_yes(&s, "<speak>Take shelter. ");
    skill_says(&s, "MetricIntent", "metric=tornado warnings;location=boulder colorado",
               "so I don't know whether there are any alerts for");
    skill_stop(&s);
    free(body);
}

TEST(without_details_nothing_is_asked)
{
    struct skill_world s;
    char *body = quoted("{'features':[{'properties':{'id':'a','status':'Actual','event':"
                        "'Flood Watch','headline':'Flood Watch','description':null}}]}");

    skill_start(&s);
    serve(&s, body, NONE, NONE);
    skill_says(&s, "MetricIntent", ASK, "Colorado. Flood Watch.</speak>");
    CHECK(skill_ended(&s));
    skill_stop(&s);
    free(body);
}

TEST(an_alert_that_is_chosen_may_have_no_details)
{
    struct skill_world s;
    char *body = quoted("{'features':[{'properties':{'id':'a','status':'Actual','event':"
                        "'Flood Warning','severity':'Severe','description':'Stay away.'}},"
                        "{'properties':{'id':'b','status':'Actual','event':'Flood Watch',"
                        "'severity':'Moderate','description':null}}]}");

    skill_start(&s);
    serve(&s, body, NONE, NONE);
    s.session_new = false;
    skill_says(&s, "MetricIntent", ASK, "Flood Warning. Flood Watch. Do you want the details?");
    s.session_new = false;
    skill_says(&s, "ChooseIntent", "ordinal=second", "There are no more details about that one.");
    skill_says(&s, "ChooseIntent", "ordinal=first", "<speak>Flood Warning: Stay away.");
    free(body);
    skill_stop(&s);
}

#define PERIODS SKILL_GRID "/forecast"

TEST(the_extended_forecast_names_every_period)
{
    struct skill_world s;
    char *body = quoted(
        "{'properties':{'periods':["
        "{'number':1,'name':'Today','startTime':'2026-11-22T06:00:00-07:00','endTime':"
        "'2026-11-22T18:00:00-07:00','isDaytime':true,'shortForecast':'Sunny','detailedForecast':"
        "'Sunny, with a high near 55. NW wind 5 to 10 mph.'},"
        "{'number':2,'name':'Tonight','startTime':'2026-11-22T18:00:00-07:00','endTime':"
        "'2026-11-23T06:00:00-07:00','isDaytime':false,'shortForecast':'Clear',"
        "'detailedForecast':''}]}}");

    skill_start(&s);
    fake_set(&s.w.upstream, PERIODS, 200, body);
    skill_says(&s, "MetricIntent", "metric=extended forecast;location=boulder colorado",
               "Here's the extended forecast for Boulder, Colorado. Today: Sunny, with a high "
               "near 55. Northwest wind 5 to 10 miles per hour. Tonight: Clear.");
    skill_stop(&s);
    free(body);
}

TESTS(no_alerts_is_said_when_every_query_succeeded, no_alerts_is_not_said_when_one_query_failed,
      an_alert_is_told_in_a_sentence_and_then_in_full, areas_are_read_as_a_list,
      alerts_are_read_when_part_of_the_service_fails,
      an_alert_that_cannot_be_read_prevents_an_all_clear,
      alerts_that_can_be_read_are_told_and_that_there_may_be_more,
      an_alert_without_a_readable_end_is_told_without_one,
      a_kind_of_alert_is_ruled_out_only_by_alerts_with_a_name, without_details_nothing_is_asked,
      an_alert_that_is_chosen_may_have_no_details, the_extended_forecast_names_every_period)
