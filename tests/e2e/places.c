/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/places.c -- how often upstream is asked about a place, what is cached, and a second
 * geocoder. Names of places are tested in tests/cases/skill. */
#include <stdlib.h>

#include "tests/e2e/harness.h"
#include "tests/test.h"

enum { ANSWER_MS = 7000 };

static struct client_response ask_forecast(struct world *w, const char *location)
{
    struct client_response a = client_ask(w, "user-places", "MetricIntent", "metric", "temperature",
                                          "when_any", "tomorrow", "location", location, NULL);

    speech_check_valid(&a);
    return a;
}

static void expect_forecast(struct world *w, const char *location, const char *words)
{
    struct client_response a = ask_forecast(w, location);

    speech_check_says(&a, words);
    client_response_done(&a);
}

TEST(a_place_is_fetched_once_however_it_is_spelled)
{
    static const char *const names[] = { "boulder colorado", "Boulder, Colorado", "boulder co",
                                         "BOULDER COLORADO", " boulder  colorado " };
    struct world w = { .sim = 0 };

    world_start(&w);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        expect_forecast(&w, names[i], "Boulder, Colorado");
    CHECK_INT(sim_count_requests(&w, "/points/"), 1); /* and no redirect to rounded coordinates */
    CHECK_INT(sim_count_requests(&w, "/zones/county/"), 1);
    CHECK_INT(sim_count_requests(&w, "/zones/forecast/"), 1);
    /* It survives a restart, and is shared by all users. */
    world_restart_daemon(&w);
    sim_clear_log(&w);
    struct client_response a =
        client_ask(&w, "user-another", "MetricIntent", "metric", "temperature", "when_any",
                   "tomorrow", "location", "boulder colorado", NULL);
    speech_check_says(&a, "Boulder, Colorado");
    client_response_done(&a);
    CHECK_INT(sim_count_requests(&w, "/points/"), 0);
    CHECK_INT(sim_count_requests(&w, "/zones/"), 0);
    CHECK_INT(sim_count_requests(&w, "/stations"), 0);
    world_stop(&w);
}

TEST(towns_with_the_same_name_are_distinguished)
{
    struct world w = { .sim = 0 };

    world_start(&w);
    for (int round = 0; round < 2; round++) {
        expect_forecast(&w, "portland oregon", "Portland, Oregon");
        expect_forecast(&w, "portland maine", "Portland, Maine");
        expect_forecast(&w, "springfield illinois", "Springfield, Illinois");
        expect_forecast(&w, "springfield massachusetts", "Springfield, Massachusetts");
        expect_forecast(&w, "springfield", "Do you mean Springfield, Missouri");
    }
    CHECK_INT(sim_count_requests(&w, "/points/"), 4);
    world_stop(&w);
}

TEST(a_place_without_zones_is_answered_and_completed_later)
{
    struct world w = { .sim = 0 };

    world_start(&w);
    sim_add_fault(&w, "{\"match\":\"/zones\",\"kind\":\"status\",\"status\":500}");
    expect_forecast(&w, "boulder colorado", "degrees");
    sim_clear_faults(&w);
    world_restart_daemon(&w);
    sim_clear_log(&w);
    expect_forecast(&w, "boulder colorado", "degrees");
    CHECK_INT(sim_count_requests(&w, "/zones/"), 2);
    world_restart_daemon(&w);
    sim_clear_log(&w);
    expect_forecast(&w, "boulder colorado", "degrees");
    CHECK_INT(sim_count_requests(&w, "/zones/"), 0);
    world_stop(&w);
}

/* The first 404 of a point is not the last word. */
TEST(a_point_that_is_not_found_once_is_asked_for_again)
{
    struct world w = { .sim = 0 };

    world_start(&w);
    sim_add_fault(&w, "{\"match\":\"/points/\",\"kind\":\"status\",\"status\":404,\"times\":1}");
    expect_forecast(&w, "boulder colorado", "degrees");
    CHECK_INT(sim_count_requests(&w, "/points/"), 2);
    world_stop(&w);
}

TEST(a_point_that_stays_not_found_leads_to_an_apology_and_is_not_outside_the_coverage)
{
    struct world w = { .sim = 0 };

    world_start(&w);
    sim_add_fault(&w, "{\"match\":\"/points/\",\"kind\":\"status\",\"status\":404}");
    struct client_response a = ask_forecast(&w, "boulder colorado");
    speech_check_omits(&a, "degrees");
    speech_check_omits(&a, "cover");
    speech_check_says(&a, "I can't get that from the National Weather Service right now");
    client_response_done(&a);
    a = client_ask(&w, "user-places", "SetLocationIntent", "location", "boulder colorado", NULL);
    speech_check_valid(&a);
    speech_check_omits(&a, "your location is now");
    speech_check_omits(&a, "cover");
    client_response_done(&a);
    sim_clear_faults(&w);
    json_t *e = envelope_launch("user-places");
    a = client_post(&w, e, NULL);
    speech_check_omits(&a, "boulder, colorado, it is");
    client_response_done(&a);
    json_decref(e);
    world_stop(&w);
}

TEST(a_place_that_the_service_calls_invalid_is_outside_the_coverage)
{
    static const char problem[] =
        "{\"type\":\"https://api.weather.gov/problems/InvalidPoint\",\"status\":404}";
    struct world w = { .sim = 0 };

    world_start(&w);
    sim_add_fault(&w, "{\"match\":\"/points/\",\"kind\":\"status\",\"status\":404}");
    struct client_response a = ask_forecast(&w, "boulder colorado");
    client_response_done(&a);
    sim_clear_faults(&w);
    char *path = sim_find_request(&w, "/points/");
    assert_non_null(path);
    sim_put_doc(&w, path, problem, 404);
    a = ask_forecast(&w, "boulder colorado");
    speech_check_says(&a, "The National Weather Service doesn't cover boulder colorado");
    client_response_done(&a);
    free(path);
    world_stop(&w);
}

/* ---- a geocoder in addition to the gazetteer ---- */

static void start_with_here(struct world *w, char url[100])
{
    world_start_sim(w);
    snprintf(url, 100, "geocoder.here_base_url=http://127.0.0.1:%d/geocode/v1", w->sim_port);
    w->sets[0] = "geocoder.providers=gazetteer,here";
    w->sets[1] = "geocoder.here_api_key=secret-key-0123456789";
    w->sets[2] = url;
    world_start_daemon(w);
}

TEST(the_geocoder_is_asked_only_about_unknown_places)
{
    struct world w = { .sim = 0 };
    char url[100];

    start_with_here(&w, url);
    expect_forecast(&w, "boulder colorado", "Boulder, Colorado");
    CHECK_INT(sim_count_requests(&w, "/geocode"), 0);
    expect_forecast(&w, "zzyzx colorado", "couldn't find");
    CHECK(sim_count_requests(&w, "/geocode") > 0);
    char *log = world_log(&w);
    CHECK(!strstr(log, "secret-key"));
    free(log);
    world_stop(&w);
}

TEST(nonsense_from_the_geocoder_does_no_harm)
{
    static const char *const kinds[] = {
        "\"kind\":\"status\",\"status\":401",
        "\"kind\":\"status\",\"status\":500",
        "\"kind\":\"html\"",
        "\"kind\":\"null\"",
        "\"kind\":\"empty\"",
        "\"kind\":\"deep\"",
        "\"kind\":\"garbage\"",
        "\"kind\":\"truncate\"",
        "\"kind\":\"reset\"",
        "\"kind\":\"huge\"",
        "\"kind\":\"hang\"",
    };
    static const char *const items[] = {
        "{}",
        "{\"items\":null}",
        "{\"items\":[null,5,\"x\",{}]}",
        "{\"items\":[{\"address\":{\"countryCode\":\"USA\",\"stateCode\":\"CO\",\"city\":"
        "\"<b>&\"},\"position\":{\"lat\":\"40\",\"lng\":null}}]}",
        "{\"items\":[{\"address\":{\"countryCode\":\"USA\",\"stateCode\":\"CO\",\"city\":\"X\"},"
        "\"position\":{\"lat\":1e308,\"lng\":-1e308}}]}",
        "{\"items\":[{\"address\":{\"countryCode\":\"FRA\",\"city\":\"Paris\"},\"position\":"
        "{\"lat\":48.8,\"lng\":2.3}}]}",
    };
    struct world w = { .sim = 0 };
    char url[100], name[40], fault[200];

    start_with_here(&w, url);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        snprintf(fault, sizeof fault, "{\"match\":\"/geocode\",%s}", kinds[i]);
        snprintf(name, sizeof name, "zzyzx %c colorado", (char)('a' + i));
        sim_add_fault(&w, fault);
        struct client_response a = ask_forecast(&w, name);
        speech_check_omits(&a, "degrees");
        speech_check_omits(&a, "something went wrong");
        if (a.ms > ANSWER_MS)
            fail_msg("%s: %.0f ms", kinds[i], a.ms);
        client_response_done(&a);
        sim_clear_faults(&w);
    }
    expect_forecast(&w, "boulder colorado", "degrees");
    sim_clear_log(&w);
    expect_forecast(&w, "qqyzq colorado", "couldn't find");
    char *target = sim_find_request(&w, "/geocode");
    CHECK(target);
    for (size_t i = 0; i < sizeof items / sizeof items[0]; i++) {
        sim_put_doc(&w, target, items[i], 200);
        world_restart_daemon(&w);
        struct client_response a = ask_forecast(&w, "qqyzq colorado");
        speech_check_omits(&a, "degrees");
        speech_check_omits(&a, "something went wrong");
        client_response_done(&a);
    }
    free(target);
    world_stop(&w);
}

TESTS(a_place_is_fetched_once_however_it_is_spelled, towns_with_the_same_name_are_distinguished,
      a_place_without_zones_is_answered_and_completed_later,
      a_point_that_is_not_found_once_is_asked_for_again,
      a_point_that_stays_not_found_leads_to_an_apology_and_is_not_outside_the_coverage,
      a_place_that_the_service_calls_invalid_is_outside_the_coverage,
      the_geocoder_is_asked_only_about_unknown_places, nonsense_from_the_geocoder_does_no_harm)
