/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/absence_words.c -- that there is nothing is said only when it was read; and
 * what is heard when it was not. tests/cases/absences.tsv lists all sentences that deny
 * something. */
#include "tests/unit/intents/skill_world.h"

#define LATEST(id) "/stations/" id "/observations/latest"
#define C(value, flag) \
    "'temperature':{'unitCode':'wmoUnit:degC','value':" value ",'qualityControl':'" flag "'}"
#define ASK(metric) "metric=" metric ";location=boulder colorado"

static const char no_report[] = "No weather station nearby has a recent report";
static const char cannot_get[] = "I can't get that from the National Weather Service right now.";
static const char cannot_read[] = "I can't read what the National Weather Service says right now.";
static const char doubtful[] = "The weather stations nearby have no reading of the temperature in "
                               "Boulder that I can trust right now.";

/* The fake keeps the body that it is given. */
static void serve_with_status(struct skill_world *s, const char *path, int status, const char *body)
{
    enum { BODIES = 8 };
    static char texts[BODIES][2000];
    static size_t next;
    char *text = texts[next++ % BODIES];

    (void)snprintf(text, sizeof texts[0], "%s", body);
    for (char *p = text; *p; p++)
        if (*p == '\'')
            *p = '"';
    fake_set(&s->w.upstream, path, status, text);
}

static void serve(struct skill_world *s, const char *path, const char *body)
{
    serve_with_status(s, path, 200, body);
}

static void report(struct skill_world *s, const char *path, const char *members)
{
    char body[1000];

    (void)snprintf(body, sizeof body, "{'properties':{'timestamp':'2026-11-22T16:45:00Z',%s}}",
                   members);
    serve(s, path, body);
}

/* ---- reports ---- */

TEST(a_questioned_reading_is_left_to_the_next_station)
{
    static const char *const flags[] = { "Q", "X", "B", "qc:Q", "q" };
    struct skill_world s;

    for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
        char members[200];
        skill_start(&s);
        serve(&s, SKILL_GRID "/stations",
              "{'features':[{'properties':{'stationIdentifier':'KBDU','name':'One'}},"
              "{'properties':{'stationIdentifier':'KBJC','name':'Two'}}]}");
        (void)snprintf(members, sizeof members, C("10", "%s"), flags[i]);
        report(&s, LATEST("KBDU"), members);
        skill_says(&s, "MetricIntent", ASK("temperature"), doubtful);
        CHECK_STR(s.log.err.reason, "observation_doubtful");
        report(&s, LATEST("KBJC"), C("20", "V"));
        world_restart(&s.w);
        s.skill = (struct skill){ .nws = s.w.nws, .store = s.w.store, .shared = s.w.shared };
        skill_shows(&s, "MetricIntent", ASK("temperature"),
                    "Two reported: The temperature is 68 degrees.");
        skill_stop(&s);
    }
}

TEST(no_station_reports_it_only_if_each_has_answered_so)
{
    static const struct {
        int status;
        const char *body, *want;
    } cases[] = {
        { 404, "{'type':'https://api.weather.gov/problems/NotFound'}", no_report },
        { 200, "{'features':[]}", no_report },
        { 200, "{'properties':{'timestamp':'2026-11-22T16:45:00Z','temperature':null}}",
          no_report },
        { 200, "{'properties':{'timestamp':'2026-11-22T16:45:00Z'}}", no_report },
        { 200, "{'properties':{'timestamp':'2026-11-22T06:45:00Z'," C("10", "V") "}}", no_report },
        { 404, "<html>", cannot_get },
        { 404, "{'type':'https://api.weather.gov/problems/UnexpectedProblem'}", cannot_get },
        { 410, "{}", cannot_get },
        { 500, "{}", cannot_get },
        { 200, "{}", cannot_read },
        { 200, "[]", cannot_read },
        { 200, "{'features':[{'properties':{'timestamp':7}}]}", cannot_read },
        { 200, "{'properties':{'timestamp':'yesterday'," C("10", "V") "}}", cannot_read },
        { 200, "{'properties':{'timestamp':'2026-11-22T16:45:00Z','temperature':7}}", doubtful },
        { 200, "{'properties':{'timestamp':'2026-11-22T16:45:00Z','temperature':{'value':'7'}}}",
          doubtful },
        { 200,
          "{'properties':{'timestamp':'2026-11-22T16:45:00Z','temperature':{'unitCode':"
          "'wmoUnit:degR','value':500}}}",
          doubtful },
        { 200, "{'properties':{'timestamp':'2026-11-22T16:45:00Z'," C("700", "V") "}}", doubtful },
    };
    struct skill_world s;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        skill_start(&s);
        serve_with_status(&s, SKILL_LATEST, cases[i].status, cases[i].body);
        skill_says(&s, "MetricIntent", ASK("temperature"), cases[i].want);
        skill_stop(&s);
    }
}

TEST(no_station_is_nearby_only_if_the_list_is_empty)
{
    static const struct {
        int status;
        const char *body, *want;
    } cases[] = {
        { 200, "{'features':[]}", no_report },
        { 200, "{'features':[7,{'properties':{'stationIdentifier':'../x'}}]}", cannot_get },
        { 200, "{'observationStations':[7]}", cannot_get },
        { 200, "{}", "National Weather Service" },
        { 200, "{'features':7}", "National Weather Service" },
        { 404, "{'type':'https://api.weather.gov/problems/NotFound'}", "National Weather Service" },
        { 500, "{}", cannot_get },
    };
    struct skill_world s;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        skill_start(&s);
        serve_with_status(&s, SKILL_GRID "/stations", cases[i].status, cases[i].body);
        skill_says(&s, "MetricIntent", ASK("temperature"), cases[i].want);
        if (cases[i].want != no_report)
            skill_never_says(&s, "No weather station");
        skill_stop(&s);
    }
}

TEST(a_list_of_metrics_finds_a_station_that_has_one_of_them)
{
    struct skill_world s;

    skill_start(&s);
    report(&s, SKILL_LATEST,
           "'relativeHumidity':{'unitCode':'wmoUnit:percent','value':40,'qualityControl':'V'}");
    skill_shows(&s, "MetricIntent", ASK("weather"),
                "reported: The relative humidity is 40 percent.");
    skill_stop(&s);
}

/* ---- alerts ---- */

#define NO_ALERTS "{\"features\":[]}"
#define POINT(zones)                                                                            \
    "{'properties':{'cwa':'BOU','forecastGridData':'" SKILL_API SKILL_GRID "','forecast':null," \
    "'observationStations':null" zones ",'timeZone':'America/Denver'}}"
#define ZONE(name, id) ",'" name "':'" SKILL_API "/zones/" id "'"

TEST(there_are_no_alerts_only_if_the_zones_are_known)
{
    static const struct {
        const char *point;
        bool known;
    } cases[] = {
        { POINT(ZONE("forecastZone", "forecast/COZ039") ZONE("county", "county/COC013")), true },
        { POINT(ZONE("forecastZone", "forecast/COZ039") ",'county':null"), true },
        { POINT(ZONE("county", "county/COC013") ",'forecastZone':null"), true },
        { POINT(ZONE("county", "county/COC013") ",'forecastZone':7"), false },
        { POINT(ZONE("county", "county/COC013") ",'forecastZone':''"), false },
        { POINT(ZONE("county", "county/COC013") ",'forecastZone':['COZ039']"), false },
        { POINT(ZONE("county", "county/COC013") ",'forecastZone':'COZ039'"), false },
        { POINT(ZONE("county", "county/COC013") ",'forecastZone':'https://x.org/zones/Z'"), false },
        { POINT(ZONE("county", "county/COC013") ZONE("forecastZone", "forecast/CO%5A039")), false },
        { POINT(ZONE("county", "county/COC013")), false },
        { POINT(ZONE("forecastZone", "forecast/COZ039") ",'county':{}"), false },
        { POINT(",'forecastZone':null,'county':null"), false },
        { POINT(""), false },
    };
    struct skill_world s;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        skill_start(&s);
        serve(&s, skill_at_boulder("/points/"), cases[i].point);
        fake_set(&s.w.upstream, skill_at_boulder("/alerts/active?point="), 200, NO_ALERTS);
        fake_set(&s.w.upstream, "/alerts/active/zone/COC013", 200, NO_ALERTS);
        fake_set(&s.w.upstream, "/alerts/active/zone/COZ039", 200, NO_ALERTS);
        skill_says(&s, "MetricIntent", ASK("alerts"),
                   cases[i].known ? "There are no alerts for Boulder, Colorado."
                                  : "so I don't know whether there are any alerts for Boulder");
        skill_says(&s, "MetricIntent", ASK("tornado warnings"),
                   cases[i].known ? "There are no tornado alerts for Boulder, Colorado."
                                  : "so I don't know whether there are any alerts for Boulder");
        skill_stop(&s);
    }
}

/* ---- the extended forecast ---- */

#define PERIOD(start, end) \
    "{'name':'Today','startTime':'" start "','endTime':'" end "','detailedForecast':'Fog.'}"
#define TODAY PERIOD("2026-11-22T10:00:00-07:00", "2026-11-22T18:00:00-07:00")
#define OVER PERIOD("2026-11-21T10:00:00-07:00", "2026-11-21T18:00:00-07:00")

TEST(there_is_no_forecast_only_if_its_list_is_empty)
{
    static const struct {
        const char *periods, *want;
    } cases[] = {
        { "[]", "No forecast is available for Boulder." },
        { "[7]", cannot_read },
        { "[{}]", cannot_read },
        { "{}", cannot_read },
        { "null", cannot_read },
        { "[" OVER "]", cannot_get },
        { "[" OVER ",7]", cannot_read },
        { "[" TODAY ",7]", "Today: Fog. I couldn't read all of it." },
        { "[" TODAY "]", "Today: Fog.<" },
    };
    struct skill_world s;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char body[1000];
        skill_start(&s);
        (void)snprintf(body, sizeof body, "{'properties':{'periods':%s}}", cases[i].periods);
        serve(&s, SKILL_GRID "/forecast", body);
        skill_says(&s, "MetricIntent", ASK("extended forecast"), cases[i].want);
        skill_stop(&s);
    }
}

TESTS(a_questioned_reading_is_left_to_the_next_station,
      no_station_reports_it_only_if_each_has_answered_so,
      no_station_is_nearby_only_if_the_list_is_empty,
      a_list_of_metrics_finds_a_station_that_has_one_of_them,
      there_are_no_alerts_only_if_the_zones_are_known,
      there_is_no_forecast_only_if_its_list_is_empty)
