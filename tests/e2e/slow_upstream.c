/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/slow_upstream.c -- a weather service whose documents are all late, or one of which
 * never comes: the first question about a place is answered with weather, in time.
 *
 * Prints how long each question took. */
#include <stdlib.h>

#include "server/base/clock.h"
#include "tests/e2e/harness.h"
#include "tests/e2e/harness/towns.h"
#include "tests/test.h"

enum {
    TURN_MS = 6700,  /* Alexa waits 8 seconds */
    LATE_MS = 1500,  /* each document */
    TERM_MS = 12000, /* from SIGTERM to the exit, with the default drain timeout of 10 s */
};

static const char *const zips[] = { "80504", "98225", "33040", "61832", "01240", "81501" };
static size_t next_town;

/* ---- questions ---- */

/* Documents that must be asked for one after the other are steps: the point, then what it names.
 * A station's report, which its list names, is guessed and asked for along with that list. */
static const struct question {
    const char *name;
    const char *metric, *leadin, *when; /* NULL: not said */
    const char *right;                  /* heard when it is answered */
    int steps;
} questions[] = {
    { "current weather", NULL, NULL, NULL, "degrees", 2 },
    { "temperature", "temperature", NULL, NULL, "degrees", 2 },
    { "forecast", "forecast", NULL, "tomorrow", "high", 2 },
    { "will it rain", "rain", "will it", "tomorrow", "chance of precipitation", 2 },
    { "alerts", "alerts", NULL, NULL, "alert", 2 },
    { "extended forecast", "extended forecast", NULL, NULL, "extended forecast for", 2 },
};
enum { QUESTIONS = sizeof questions / sizeof questions[0] };

static struct client_response ask(struct world *w, const struct question *q, const char *slot,
                                  const char *place)
{
    json_t *e = envelope_intent("user-slow", "MetricIntent", slot, place, NULL);
    json_t *intent = json_object_get(json_object_get(e, "request"), "intent");
    const char *const said[][2] = { { "metric", q->metric },
                                    { "leadin", q->leadin },
                                    { "when_any", q->when } };

    for (size_t i = 0; i < 3; i++)
        if (said[i][1])
            json_object_set_new(json_object_get(intent, "slots"), said[i][0],
                                json_pack("{s:s, s:s}", "name", said[i][0], "value", said[i][1]));
    struct client_response a = client_post(w, e, NULL);
    json_decref(e);
    return a;
}

static void check_answer(struct client_response *a, const char *what, const char *right,
                         double ms_max)
{
    print_message("    %-20s %5.0f ms: %.70s\n", what, a->ms, a->speech);
    if (a->status != 200 || a->ms > ms_max)
        fail_msg("%s: status %d after %.0f ms: %s %s", what, a->status, a->ms, a->speech, a->error);
    speech_check_valid(a);
    speech_check_says(a, right);
    speech_check_omits(a, "sorry");
    client_response_done(a);
}

static void be_late(struct world *w, int ms)
{
    char fault[100];

    snprintf(fault, sizeof fault, "{\"match\":\"\",\"kind\":\"delay\",\"ms\":%d}", ms);
    sim_add_fault(w, fault);
}

/* Makes the certificate chain known. */
static void ask_for_no_weather(struct world *w)
{
    struct client_response a =
        client_ask(w, "user-slow", "GetSettingIntent", "setting", "rate", NULL);

    client_response_done(&a);
}

static int setup(void **state)
{
    (void)state;
    world_start(&world);
    ask_for_no_weather(&world);
    return 0;
}

/* ---- late documents ---- */

TEST(a_place_never_asked_for_before)
{
    be_late(&world, LATE_MS);
    for (size_t i = 0; i < QUESTIONS; i++) {
        const struct question *q = &questions[i];
        const double ms_max = q->steps * LATE_MS + 1400;
        struct client_response a = ask(&world, q, "location", towns_name(next_town++));
        /* A busy machine may delay one or two, and a guess may be wrong. */
        for (int round = 1; round < 3 && a.ms > ms_max; round++) {
            client_response_done(&a);
            a = ask(&world, q, "location", towns_name(next_town++));
        }
        check_answer(&a, q->name, q->right, ms_max);
    }
    sim_clear_faults(&world);
}

/* Of a user whose location has left the store: it is carried by the session. */
static struct client_response launch_at(struct world *w, const char *place)
{
    json_t *e = envelope_launch("user-slow");

    envelope_set(e, "session.new", json_false());
    envelope_set(e, "session.attributes", json_pack("{s:{s:s}}", "settings", "location", place));
    struct client_response a = client_post(w, e, NULL);
    json_decref(e);
    return a;
}

TEST(a_launch_takes_as_many_steps_as_the_current_weather)
{
    const double ms_max = 2 * LATE_MS + 1400;

    be_late(&world, LATE_MS);
    struct client_response a = launch_at(&world, towns_name(next_town++));
    for (int round = 1; round < 3 && a.ms > ms_max; round++) {
        client_response_done(&a);
        a = launch_at(&world, towns_name(next_town++));
    }
    check_answer(&a, "launch", "degrees", ms_max);
    sim_clear_faults(&world);
}

TEST(a_zip_code_never_asked_for_before)
{
    be_late(&world, LATE_MS);
    for (size_t i = 0; i < QUESTIONS; i++) {
        struct client_response a = ask(&world, &questions[i], "zipcode", zips[i]);
        check_answer(&a, questions[i].name, questions[i].right, TURN_MS);
    }
    sim_clear_faults(&world);
}

/* After a restart memory is empty, but the store has the places. */
TEST(a_place_that_is_in_the_store)
{
    static const int late_ms[] = { LATE_MS, 3000 };
    struct world w = { .sim = 0 };
    struct client_response a;

    world_start(&w);
    a = client_ask(&w, "user-slow", "SetLocationIntent", "location", "boulder colorado", NULL);
    speech_check_says(&a, "Boulder");
    client_response_done(&a);
    for (size_t k = 0; k < 2; k++)
        for (size_t i = 0; i <= QUESTIONS; i++) {
            world_restart_daemon(&w);
            ask_for_no_weather(&w);
            be_late(&w, late_ms[k]);
            if (i == QUESTIONS) {
                json_t *e = envelope_launch("user-slow");
                a = client_post(&w, e, NULL);
                json_decref(e);
                check_answer(&a, "launch", "degrees", TURN_MS);
            } else {
                a = ask(&w, &questions[i], "location", "boulder colorado");
                check_answer(&a, questions[i].name, questions[i].right, TURN_MS);
            }
            sim_clear_faults(&w);
        }
    world_stop(&w);
}

/* ---- one document that never comes ---- */

TEST(one_document_that_hangs_does_not_take_the_others_with_it)
{
    static const struct {
        const char *hangs;
        size_t question;
        const char *heard;
    } rows[] = {
        { "/stations", 2, "high" },
        { "/zones/forecast", 2, "high" },
        { "/zones/county", 0, "degrees" },
        { "/zones/county", 4, "alert" },
        { "/observations?limit", 1, "degrees" },
        { "/stations", 5, "extended forecast for" },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char fault[100];
        snprintf(fault, sizeof fault, "{\"match\":\"%s\",\"kind\":\"hang\"}", rows[i].hangs);
        sim_add_fault(&world, fault);
        struct client_response a =
            ask(&world, &questions[rows[i].question], "location", towns_name(next_town++));
        check_answer(&a, rows[i].hangs, rows[i].heard, TURN_MS - 1500);
        sim_clear_faults(&world);
    }
}

TEST(the_next_station_is_heard_when_the_nearest_hangs)
{
    sim_add_fault(&world, "{\"match\":\"/stations/KSFF/observations\",\"kind\":\"hang\"}");
    struct client_response a = ask(&world, &questions[1], "location", "spokane washington");
    CHECK(!strstr(a.body, "Felts Field"));
    check_answer(&a, "KSFF hangs", "degrees", 4000);
    sim_clear_faults(&world);
    sim_add_fault(&world,
                  "{\"match\":\"/stations/KSFF/observations\",\"kind\":\"delay\",\"ms\":700}");
    a = ask(&world, &questions[1], "location", "spokane washington");
    speech_check_tells(&a, "Felts Field");
    check_answer(&a, "KSFF is late", "degrees", 4000);
    sim_clear_faults(&world);
}

/* ---- what is asked for ---- */

/* As many documents as the question uses, and each once. */
TEST(nothing_is_asked_for_in_vain)
{
    static const struct {
        size_t question;
        const char *metric;
        int documents; /* the point, the stations and two zones, and these */
    } rows[] = { { 2, "grid", 1 }, { 4, "alerts", 3 }, { 5, "periods", 1 } };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        const struct question *q = &questions[rows[i].question];
        int requests = 0, want = 4 + rows[i].documents;
        /* On a busy machine a document may have been late before, and be asked for again. */
        for (int round = 0; round < 3 && requests != want; round++) {
            sim_clear_log(&world);
            struct client_response a = ask(&world, q, "location", towns_name(next_town++));
            check_answer(&a, rows[i].metric, q->right, TURN_MS);
            requests = sim_count_requests(&world, "/");
        }
        CHECK_INT(requests, want);
    }
}

/* The stations behind the nearest one, whose report will do, are not asked. */
TEST(a_guessed_report_is_the_only_one_asked_for)
{
    static const char *const towns[] = { "albuquerque", "oklahoma city", "hilo" };
    int requests = 0, want = 4 + 2; /* the report, and the list for the trend of the pressure */

    for (size_t i = 0; i < 3 && requests != want; i++) {
        sim_clear_log(&world);
        struct client_response a = ask(&world, &questions[0], "location", towns[i]);
        check_answer(&a, towns[i], questions[0].right, TURN_MS);
        requests = sim_count_requests(&world, "/");
    }
    CHECK_INT(requests, want);
}

/* ---- a grid that moved ---- */

TEST(a_grid_that_moved_is_found_and_answered_in_the_same_turn)
{
    struct world w = { .sim = 0 };
    char old[200], moved[200];
    struct client_response a;

    world_start(&w);
    a = ask(&w, &questions[2], "location", "boulder colorado");
    check_answer(&a, "before", "high", TURN_MS);
    char *grid = sim_find_request(&w, "/gridpoints/BOU/"),
         *point = sim_find_request(&w, "/points/");
    size_t cell = strcspn(grid + strlen("/gridpoints/BOU/"), "/?") + strlen("/gridpoints/BOU/");
    snprintf(old, sizeof old, "%.*s", (int)cell, grid);
    snprintf(moved, sizeof moved, "/gridpoints/BOU/%d,%d", 60, 60);
    char document[1200];
    snprintf(document, sizeof document,
             "{\"properties\":{\"cwa\":\"BOU\",\"gridId\":\"BOU\",\"gridX\":60,\"gridY\":60,"
             "\"forecastGridData\":\"https://api.weather.gov%s\","
             "\"forecast\":\"https://api.weather.gov%s/forecast\","
             "\"observationStations\":\"https://api.weather.gov%s/stations\","
             "\"forecastZone\":\"https://api.weather.gov/zones/forecast/COZ039\","
             "\"county\":\"https://api.weather.gov/zones/county/COC013\","
             "\"timeZone\":\"America/Denver\"}}",
             moved, moved, moved);
    sim_put_doc(&w, point, document, 200);
    sim_put_doc(&w, old, "{\"type\":\"https://api.weather.gov/problems/NotFound\",\"status\":404}",
                404);
    free(grid);
    free(point);
    world_restart_daemon(&w); /* empties memory, but not the store */
    ask_for_no_weather(&w);
    be_late(&w, LATE_MS);
    a = ask(&w, &questions[2], "location", "boulder colorado");
    check_answer(&a, "the grid moved", "high", TURN_MS);
    world_restart_daemon(&w);
    ask_for_no_weather(&w);
    sim_clear_log(&w);
    a = ask(&w, &questions[2], "location", "boulder colorado");
    check_answer(&a, "afterwards", "high", TURN_MS);
    CHECK_INT(sim_count_requests(&w, "/points/"), 0); /* the place has been updated */
    world_stop(&w);
}

/* ---- the end ---- */

TEST(sigterm_is_obeyed_while_documents_are_awaited)
{
    struct world w = { .sets = { "server.drain_timeout=1" } };
    struct client_options quick = { .timeout_ms = 300 };

    world_start(&w);
    ask_for_no_weather(&w);
    sim_add_fault(&w, "{\"match\":\"/\",\"kind\":\"hang\"}");
    json_t *e = envelope_intent("user-slow", "MetricIntent", "location", "miami florida", NULL);
    struct client_response a = client_post(&w, e, &quick);
    json_decref(e);
    client_response_done(&a);
    int64_t began = clock_mono_ms();
    CHECK_INT(world_stop_daemon(&w), 0);
    CHECK(clock_mono_ms() - began < TERM_MS);
    world_stop(&w);
}

TESTS_WITH(setup, world_teardown, a_place_never_asked_for_before,
           a_launch_takes_as_many_steps_as_the_current_weather, a_zip_code_never_asked_for_before,
           a_place_that_is_in_the_store, one_document_that_hangs_does_not_take_the_others_with_it,
           the_next_station_is_heard_when_the_nearest_hangs, nothing_is_asked_for_in_vain,
           a_guessed_report_is_the_only_one_asked_for,
           a_grid_that_moved_is_found_and_answered_in_the_same_turn,
           sigterm_is_obeyed_while_documents_are_awaited)
