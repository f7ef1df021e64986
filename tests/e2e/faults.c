/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/faults.c -- upstream faults: every response must be in time, and there must be no crash
 * and no wrong number.
 *
 * Documents are cached for a while, so every request that meets a fault is about another town. */
#include <stdlib.h>

#include "server/base/clock.h"
#include "tests/e2e/harness.h"
#include "tests/e2e/harness/towns.h"
#include "tests/test.h"

enum { ANSWER_MS = 7000, FAILURE_TTL_MS = 5000, FRESH_MS = 61000 };

static struct world early; /* asked before the other tests, and again in the last one */
static int64_t early_asked;
static size_t towns_used;

static const char small_grid[] =
    "{\"properties\":{\"updateTime\":\"2026-06-17T12:00:00+00:00\","
    "\"validTimes\":\"2026-06-17T12:00:00+00:00/P3D\",\"maxTemperature\":{\"uom\":"
    "\"wmoUnit:degC\",\"values\":[{\"validTime\":\"2026-06-18T12:00:00+00:00/PT12H\",\"value\":"
    "25}]}}}";

static const char *next_town(void)
{
    return towns_name(towns_used++);
}

static struct client_response question(struct world *w, const char *metric, const char *when,
                                       const char *town)
{
    return when ? client_ask(w, "user-faults", "MetricIntent", "metric", metric, "when_any", when,
                             "location", town, NULL)
                : client_ask(w, "user-faults", "MetricIntent", "metric", metric, "location", town,
                             NULL);
}

static int setup(void **state)
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

static int teardown(void **state)
{
    (void)state;
    world_stop(&early);
    world_stop(&world);
    return 0;
}

/* ---- every fault of every document ---- */

static bool contains(const struct client_response *a, const char *words)
{
    return strstr(a->speech, words);
}

static bool apologizes(const struct client_response *a)
{
    return contains(a, "orry") || contains(a, "can't") || contains(a, "No weather station") ||
           contains(a, "No forecast is available") || contains(a, "doesn't cover");
}

/* A document that fails, a request that needs it, and what the response must contain. */
static const struct target {
    const char *match, *metric, *when;
    const char *expected; /* NULL: an apology */
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

static void ask_under_fault(struct world *w, const char *kind, const struct target *t)
{
    char fault[200];
    const char *town = next_town();

    snprintf(fault, sizeof fault, "{\"match\":\"%s\",%s}", t->match, kind);
    sim_add_fault(w, fault);
    struct client_response a = question(w, t->metric, t->when, town);
    if (a.status != 200 || a.ms > ANSWER_MS ||
        (t->expected ? !contains(&a, t->expected) : !apologizes(&a)))
        fail_msg("%s of %s: %s for %s: status %d after %.0f ms: %s %s", kind, t->match, t->metric,
                 town, a.status, a.ms, a.speech, a.error);
    speech_check_valid(&a);
    speech_check_omits(&a, "no alerts");
    speech_check_omits(&a, "something went wrong");
    client_response_done(&a);
    sim_clear_faults(w);
}

TEST(bad_documents_lead_to_an_apology)
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
            ask_under_fault(&world, kinds[k], &targets[t]);
}

TEST(a_slow_upstream_does_not_delay_the_response)
{
    static const char *const kinds[] = { "\"kind\":\"hang\"", "\"kind\":\"drip\"",
                                         "\"kind\":\"delay\",\"ms\":30000" };
    struct world impatient = { .sets = { "weather.timeout_ms=500" } };

    world_start(&impatient);
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++)
        for (size_t t = 0; t < TARGETS; t++)
            ask_under_fault(&impatient, kinds[k], &targets[t]);
    world_stop(&impatient);
    /* With the default timeout. */
    ask_under_fault(&world, "\"kind\":\"hang\"", &targets[0]);
    ask_under_fault(&world, "\"kind\":\"drip\"", &targets[1]);
    ask_under_fault(&world, "\"kind\":\"delay\",\"ms\":30000", &targets[2]);
    ask_under_fault(&world, "\"kind\":\"hang\"", &targets[3]);
}

TEST(total_upstream_failure_is_survived)
{
    static const struct target all = { "", "weather", NULL, NULL };
    static const struct target all_later = { "", "forecast", "tonight", NULL };

    ask_under_fault(&world, "\"kind\":\"reset\"", &all);
    ask_under_fault(&world, "\"kind\":\"hang\"", &all_later);
    ask_under_fault(&world, "\"kind\":\"status\",\"status\":500", &all);
    struct client_response a = question(&world, "temperature", "tomorrow", next_town());
    speech_check_says(&a, "degrees");
    client_response_done(&a);
}

TEST(a_single_failure_is_retried_immediately)
{
    static const char *const kinds[] = { "\"kind\":\"status\",\"status\":500", "\"kind\":\"reset\"",
                                         "\"kind\":\"truncate\"", "\"kind\":\"html\"" };
    static const struct target answerable[] = {
        { "/gridpoints/", "temperature", "tomorrow", "degrees" },
        { "/points", "temperature", "tomorrow", "degrees" },
        { "/observations/latest", "temperature", NULL, "degrees" },
    };

    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++)
        for (size_t t = 0; t < sizeof answerable / sizeof answerable[0]; t++) {
            char once[100];
            snprintf(once, sizeof once, "%s,\"times\":1", kinds[k]);
            ask_under_fault(&world, once, &answerable[t]);
        }
}

TEST(failures_are_cached_only_briefly)
{
    const char *town = next_town();

    sim_add_fault(&world, "{\"match\":\"/gridpoints/\",\"kind\":\"status\",\"status\":500}");
    struct client_response a = question(&world, "temperature", "tomorrow", town);
    CHECK(apologizes(&a));
    client_response_done(&a);
    sim_clear_faults(&world);
    clock_sleep_ms(FAILURE_TTL_MS + 100);
    a = question(&world, "temperature", "tomorrow", town);
    speech_check_says(&a, "degrees");
    client_response_done(&a);
}

/* ---- stations, grids and alerts ---- */

TEST(failing_stations_are_skipped)
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

/* Makes the town's point refer to another grid cell. */
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

TEST(a_missing_grid_cell_refreshes_the_point)
{
    struct world w = { .sim = 0 };

    world_start(&w);
    move_grid(&w, "boulder colorado");
    char *grid = sim_find_request(&w, "/gridpoints/");
    char old[200];
    snprintf(old, sizeof old, "%.150s", grid);
    old[strcspn(old + 12, ",") + 12 + strspn(old + 12 + strcspn(old + 12, ","), ",0123456789")] =
        '\0'; /* cut off what follows the cell */
    sim_put_doc(&w, old, "{\"type\":\"https://api.weather.gov/problems/NotFound\",\"status\":404}",
                404);
    free(grid);
    world_restart_daemon(&w); /* empties the memory cache, but not the store */
    sim_clear_log(&w);
    struct client_response a = question(&w, "temperature", "tomorrow", "boulder colorado");
    speech_check_valid(&a);
    speech_check_says(&a, "77 degrees"); /* 25 C */
    CHECK(sim_count_requests(&w, "/points/") >= 1);
    client_response_done(&a);
    world_stop(&w);
}

TEST(a_grid_cell_that_stays_missing_leads_to_an_apology)
{
    const char *town = next_town();
    struct client_response a = question(&world, "temperature", NULL, town);

    client_response_done(&a);
    sim_clear_log(&world);
    sim_add_fault(&world, "{\"match\":\"/gridpoints/\",\"kind\":\"status\",\"status\":404}");
    a = question(&world, "temperature", "tomorrow", town);
    speech_check_valid(&a);
    CHECK(apologizes(&a));
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

TEST(no_alerts_is_not_claimed_when_part_of_the_data_is_missing)
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

TEST(stale_alerts_are_spoken_with_their_age)
{
    const char *town = next_town();

    sim_clear_log(&world);
    struct client_response a = question(&world, "alerts", NULL, town);
    client_response_done(&a);
    char *target = sim_find_request(&world, "/alerts/active?point");
    put_alert(&world, target);
    free(target);
    town = next_town(); /* the first one's response is still cached */
    sim_clear_log(&world);
    sim_add_fault(&world, "{\"match\":\"/alerts\",\"kind\":\"reset\"}");
    a = question(&world, "alerts", NULL, town);
    CHECK(apologizes(&a));
    client_response_done(&a);
    target = sim_find_request(&world, "/alerts/active?point");
    put_alert(&world, target);
    free(target);
    sim_clear_faults(&world);
    clock_sleep_ms(FAILURE_TTL_MS);
    a = question(&world, "alerts", NULL, town);
    speech_check_says(&a, "Flood Watch");
    client_response_done(&a);
    /* A document without a lifetime is fetched each time; now the fetch fails. */
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

/* ---- stale data ---- */

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
    clock_sleep_ms(FAILURE_TTL_MS);
    a = question(&early, "temperature", "tomorrow", "boulder colorado");
    speech_check_says(&a, "77 degrees");
    speech_check_omits(&a, "ago");
    client_response_done(&a);
}

TESTS_WITH(setup, teardown, bad_documents_lead_to_an_apology,
           a_slow_upstream_does_not_delay_the_response, total_upstream_failure_is_survived,
           a_single_failure_is_retried_immediately, failures_are_cached_only_briefly,
           failing_stations_are_skipped, a_missing_grid_cell_refreshes_the_point,
           a_grid_cell_that_stays_missing_leads_to_an_apology,
           no_alerts_is_not_claimed_when_part_of_the_data_is_missing,
           stale_alerts_are_spoken_with_their_age, a_stale_forecast_is_spoken_with_its_age)
