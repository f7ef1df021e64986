/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/faults.c -- when upstream misbehaves: an answer in time, never a crash, never a wrong
 * number. SPEC section 5, "Upstream manners".
 *
 * What is fetched is kept for a while, so every question of a fault is about another town. */
#include <stdlib.h>

#include "server/base/clock.h"
#include "tests/e2e/harness.h"
#include "tests/test.h"

enum { ANSWER_MS = 7000, FAILURE_KEPT_MS = 5000, FRESH_MS = 61000 };

static const char *const towns[] = {
#define TOWN(name) name,
#include "tests/e2e/towns.def"
#undef TOWN
};
enum { TOWNS = sizeof towns / sizeof towns[0] };

static struct world early; /* `early` is asked first and again at last */
static int64_t early_asked;
static size_t towns_used;

static const char small_grid[] =
    "{\"properties\":{\"updateTime\":\"2026-06-17T12:00:00+00:00\","
    "\"validTimes\":\"2026-06-17T12:00:00+00:00/P3D\",\"maxTemperature\":{\"uom\":"
    "\"wmoUnit:degC\",\"values\":[{\"validTime\":\"2026-06-18T12:00:00+00:00/PT12H\",\"value\":"
    "25}]}}}";

static const char *next_town(void)
{
    return towns[towns_used++ % TOWNS];
}

static struct client_response question(struct world *w, const char *metric, const char *when,
                                       const char *town)
{
    return when ? client_ask(w, "user-faults", "MetricIntent", "metric", metric, "when_any", when,
                             "location", town, NULL)
                : client_ask(w, "user-faults", "MetricIntent", "metric", metric, "location", town,
                             NULL);
}

static int start(void **state)
{
    (void)state;
    world_start(&world);
    early.recordings = world_bundle("boulder-june");
    world_start(&early);
    sim_put_doc(&early, "/gridpoints/BOU/54,74", small_grid, 200);
    struct client_response a = question(&early, "temperature", "tomorrow", "boulder colorado");
    speech_check_says(&a, "77 degrees");
    speech_check_omits(&a, "ago");
    client_response_done(&a);
    early_asked = clock_mono_ms();
    return 0;
}

static int stop(void **state)
{
    (void)state;
    world_stop(&early);
    world_stop(&world);
    return 0;
}

/* ---- every fault of every document ---- */

static bool says(const struct client_response *a, const char *words)
{
    return strstr(a->speech, words);
}

static bool apologises(const struct client_response *a)
{
    return says(a, "orry") || says(a, "can't") || says(a, "No weather station") ||
           says(a, "No forecast is available") || says(a, "has no weather");
}

/* What is asked while a document fails, and whether it can be answered without. */
static const struct target {
    const char *match, *metric, *when;
    const char *without; /* words of the answer; NULL: an apology */
} targets[] = {
    { "/points", "temperature", "tomorrow", NULL },
    { "/gridpoints/", "temperature", "tomorrow", NULL },
    { "/observations", "temperature", NULL, NULL },
    { "/alerts", "alerts", NULL, NULL },
    { "/forecast", "extended forecast", NULL, NULL },
    { "/stations", "temperature", "tomorrow", "degrees" },
    { "/zones", "temperature", "tomorrow", "degrees" },
};
enum { TARGETS = sizeof targets / sizeof targets[0] };

static void suffer(struct world *w, const char *kind, const struct target *t)
{
    char fault[200];
    const char *town = next_town();

    snprintf(fault, sizeof fault, "{\"match\":\"%s\",%s}", t->match, kind);
    sim_add_fault(w, fault);
    struct client_response a = question(w, t->metric, t->when, town);
    if (a.status != 200 || a.ms > ANSWER_MS ||
        (t->without ? !says(&a, t->without) : !apologises(&a)))
        fail_msg("%s of %s: %s for %s: status %d after %.0f ms: %s %s", kind, t->match, t->metric,
                 town, a.status, a.ms, a.speech, a.error);
    speech_check_valid(&a);
    speech_check_omits(&a, "no alerts");
    speech_check_omits(&a, "something went wrong");
    client_response_done(&a);
    sim_clear_faults(w);
}

TEST(a_document_that_is_bad_is_told_and_not_spoken)
{
    static const char *const kinds[] = {
        "\"kind\":\"status\",\"status\":404",
        "\"kind\":\"status\",\"status\":500",
        "\"kind\":\"status\",\"status\":503",
        "\"kind\":\"status\",\"status\":403",
        "\"kind\":\"html\"",
        "\"kind\":\"html\",\"status\":503",
        "\"kind\":\"null\"",
        "\"kind\":\"empty\"",
        "\"kind\":\"garbage\"",
        "\"kind\":\"truncate\"",
        "\"kind\":\"deep\"",
        "\"kind\":\"huge\"",
        "\"kind\":\"reset\"",
    };

    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++)
        for (size_t t = 0; t < TARGETS; t++)
            suffer(&world, kinds[k], &targets[t]);
}

TEST(an_upstream_that_is_slow_is_not_waited_for)
{
    static const char *const kinds[] = { "\"kind\":\"hang\"", "\"kind\":\"drip\"",
                                         "\"kind\":\"delay\",\"ms\":30000" };
    struct world hurried = { .sets = { "weather.timeout_ms=500" } };

    world_start(&hurried);
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++)
        for (size_t t = 0; t < TARGETS; t++)
            suffer(&hurried, kinds[k], &targets[t]);
    world_stop(&hurried);
    /* With the time that is usual. */
    suffer(&world, "\"kind\":\"hang\"", &targets[0]);
    suffer(&world, "\"kind\":\"drip\"", &targets[1]);
    suffer(&world, "\"kind\":\"delay\",\"ms\":30000", &targets[2]);
    suffer(&world, "\"kind\":\"hang\"", &targets[3]);
}

TEST(everything_failing_at_once_is_survived)
{
    static const struct target all = { "", "weather", NULL, NULL };
    static const struct target all_later = { "", "forecast", "tonight", NULL };

    suffer(&world, "\"kind\":\"reset\"", &all);
    suffer(&world, "\"kind\":\"hang\"", &all_later);
    suffer(&world, "\"kind\":\"status\",\"status\":500", &all);
    struct client_response a = question(&world, "temperature", "tomorrow", next_town());
    speech_check_says(&a, "degrees");
    client_response_done(&a);
}

TEST(one_failure_is_tried_again_at_once)
{
    static const char *const kinds[] = { "\"kind\":\"status\",\"status\":500", "\"kind\":\"reset\"",
                                         "\"kind\":\"truncate\"", "\"kind\":\"html\"" };
    static const struct target sound[] = {
        { "/gridpoints/", "temperature", "tomorrow", "degrees" },
        { "/points", "temperature", "tomorrow", "degrees" },
        { "/observations/latest", "temperature", NULL, "degrees" },
    };

    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++)
        for (size_t t = 0; t < sizeof sound / sizeof sound[0]; t++) {
            char once[100];
            snprintf(once, sizeof once, "%s,\"times\":1", kinds[k]);
            suffer(&world, once, &sound[t]);
        }
}

TEST(a_failure_is_soon_forgotten)
{
    const char *town = next_town();

    sim_add_fault(&world, "{\"match\":\"/gridpoints/\",\"kind\":\"status\",\"status\":500}");
    struct client_response a = question(&world, "temperature", "tomorrow", town);
    CHECK(apologises(&a));
    client_response_done(&a);
    sim_clear_faults(&world);
    clock_sleep_ms(FAILURE_KEPT_MS + 100);
    a = question(&world, "temperature", "tomorrow", town);
    speech_check_says(&a, "degrees");
    client_response_done(&a);
}

/* ---- stations, grids and alerts ---- */

TEST(stations_that_fail_make_room_for_the_next)
{
    const char *town = next_town();
    struct client_response a = question(&world, "temperature", "tomorrow", town);

    client_response_done(&a);
    sim_clear_log(&world);
    sim_add_fault(&world, "{\"match\":\"/observations/latest\",\"kind\":\"status\",\"status\":500,"
                          "\"times\":3}");
    a = question(&world, "temperature", NULL, town);
    speech_check_valid(&a);
    speech_check_says(&a, "degrees");
    CHECK(sim_count_requests(&world, "/observations/latest") > 3);
    client_response_done(&a);
    sim_clear_faults(&world);
}

/* The point of a town now leads to another cell, and the old one is gone. */
static void move_grid(struct world *w, const char *town)
{
    char point[600];
    struct client_response a = question(w, "temperature", "tomorrow", town);

    speech_check_says(&a, "degrees");
    client_response_done(&a);
    char *target = sim_find_request(w, "/points/");
    snprintf(point, sizeof point,
             "{\"properties\":{\"cwa\":\"BOU\",\"gridId\":\"BOU\",\"gridX\":900,\"gridY\":901,"
             "\"forecastGridData\":\"https://api.weather.gov/gridpoints/BOU/900,901\","
             "\"timeZone\":\"America/Denver\"}}");
    sim_put_doc(w, target, point, 200);
    sim_put_doc(w, "/gridpoints/BOU/900,901", small_grid, 200);
    free(target);
}

TEST(a_grid_that_is_gone_makes_the_point_be_asked_again)
{
    struct world w = { .sim = 0 };

    world_start(&w);
    move_grid(&w, "boulder colorado");
    char *grid = sim_find_request(&w, "/gridpoints/");
    char old[200];
    snprintf(old, sizeof old, "%.150s", grid);
    old[strcspn(old + 12, ",") + 12 + strspn(old + 12 + strcspn(old + 12, ","), ",0123456789")] =
        '\0'; /* the cell alone: without /stations behind it */
    sim_put_doc(&w, old, "{\"type\":\"https://api.weather.gov/problems/NotFound\",\"status\":404}",
                404);
    free(grid);
    CHECK_INT(world_stop_daemon(&w), 0); /* what it kept in memory is gone, the place is not */
    w.port = w.admin_port = 0;
    world_start_daemon(&w);
    sim_clear_log(&w);
    struct client_response a = question(&w, "temperature", "tomorrow", "boulder colorado");
    speech_check_valid(&a);
    speech_check_says(&a, "77 degrees"); /* 25 C */
    CHECK(sim_count_requests(&w, "/points/") >= 1);
    client_response_done(&a);
    world_stop(&w);
}

TEST(a_grid_that_stays_gone_is_apologised_for)
{
    const char *town = next_town();
    struct client_response a = question(&world, "temperature", NULL, town);

    client_response_done(&a);
    sim_clear_log(&world);
    sim_add_fault(&world, "{\"match\":\"/gridpoints/\",\"kind\":\"status\",\"status\":404}");
    a = question(&world, "temperature", "tomorrow", town);
    speech_check_valid(&a);
    CHECK(apologises(&a));
    CHECK(sim_count_requests(&world, "/points/") <= 2);
    client_response_done(&a);
    sim_clear_faults(&world);
}

static void put_alert(struct world *w, const char *target)
{
    sim_put_doc(w, target,
                "{\"type\":\"FeatureCollection\",\"features\":[{\"id\":\"urn:oid:1\","
                "\"properties\":{\"id\":\"urn:oid:1\",\"status\":\"Actual\",\"messageType\":"
                "\"Alert\",\"event\":\"Flood Watch\",\"severity\":\"Severe\",\"areaDesc\":"
                "\"Somewhere\",\"sent\":\"2026-06-17T12:00:00Z\",\"expires\":"
                "\"2026-06-18T12:00:00Z\"}}]}",
                200);
}

TEST(no_alerts_is_never_said_on_part_of_the_evidence)
{
    static const char *const matches[] = { "/alerts/active?point", "/alerts/active/zone/" };

    for (size_t i = 0; i < sizeof matches / sizeof matches[0]; i++) {
        char fault[200];
        snprintf(fault, sizeof fault, "{\"match\":\"%s\",\"kind\":\"status\",\"status\":503}",
                 matches[i]);
        sim_add_fault(&world, fault);
        struct client_response a = question(&world, "alerts", NULL, next_town());
        speech_check_valid(&a);
        speech_check_omits(&a, "no alerts");
        client_response_done(&a);
        sim_clear_faults(&world);
    }
}

TEST(alerts_that_were_heard_before_are_told_with_their_age)
{
    const char *town = next_town();

    sim_clear_log(&world);
    struct client_response a = question(&world, "alerts", NULL, town);
    client_response_done(&a);
    char *target = sim_find_request(&world, "/alerts/active?point");
    put_alert(&world, target);
    free(target);
    town = next_town(); /* the kept answer of the first is not asked again yet */
    sim_clear_log(&world);
    sim_add_fault(&world, "{\"match\":\"/alerts\",\"kind\":\"reset\"}");
    a = question(&world, "alerts", NULL, town);
    CHECK(apologises(&a));
    client_response_done(&a);
    target = sim_find_request(&world, "/alerts/active?point");
    put_alert(&world, target);
    free(target);
    sim_clear_faults(&world);
    clock_sleep_ms(FAILURE_KEPT_MS);
    a = question(&world, "alerts", NULL, town);
    speech_check_says(&a, "Flood Watch");
    client_response_done(&a);
    /* A document without a lifetime is asked for each time; now it cannot be had. */
    sim_add_fault(&world, "{\"match\":\"/alerts\",\"kind\":\"status\",\"status\":500}");
    a = question(&world, "alerts", NULL, town);
    speech_check_valid(&a);
    speech_check_says(&a, "Flood Watch");
    speech_check_says(&a, "ago");
    speech_check_omits(&a, "no alerts");
    client_response_done(&a);
    sim_clear_faults(&world);
    sim_clear_docs(&world);
}

/* ---- what is stale ---- */

TEST(a_stale_forecast_is_spoken_with_its_age)
{
    clock_sleep_ms(clock_left_ms(early_asked + FRESH_MS));
    sim_add_fault(&early, "{\"match\":\"\",\"kind\":\"status\",\"status\":500}");
    struct client_response a = question(&early, "temperature", "tomorrow", "boulder colorado");
    speech_check_valid(&a);
    speech_check_says(&a, "77 degrees");
    speech_check_says(&a, "minute");
    speech_check_says(&a, "ago");
    client_response_done(&a);
    sim_clear_faults(&early);
    clock_sleep_ms(FAILURE_KEPT_MS);
    a = question(&early, "temperature", "tomorrow", "boulder colorado");
    speech_check_says(&a, "77 degrees");
    speech_check_omits(&a, "ago");
    client_response_done(&a);
}

TESTS_WITH(start, stop, a_document_that_is_bad_is_told_and_not_spoken,
           an_upstream_that_is_slow_is_not_waited_for, everything_failing_at_once_is_survived,
           one_failure_is_tried_again_at_once, a_failure_is_soon_forgotten,
           stations_that_fail_make_room_for_the_next,
           a_grid_that_is_gone_makes_the_point_be_asked_again,
           a_grid_that_stays_gone_is_apologised_for,
           no_alerts_is_never_said_on_part_of_the_evidence,
           alerts_that_were_heard_before_are_told_with_their_age,
           a_stale_forecast_is_spoken_with_its_age)
