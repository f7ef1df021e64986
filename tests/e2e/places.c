/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/places.c -- how often upstream is asked about a place, what is kept, and a second
 * geocoder. How places are named stands in tests/cases/skill. */
#include <stdlib.h>

#include "tests/e2e/harness.h"
#include "tests/test.h"

enum { ANSWER_MS = 7000 };

static struct client_response weather_in(struct world *w, const char *location)
{
    struct client_response a = client_ask(w, "user-places", "MetricIntent", "metric", "temperature",
                                          "when_any", "tomorrow", "location", location, NULL);

    speech_check_valid(&a);
    return a;
}

static void expect(struct world *w, const char *location, const char *words)
{
    struct client_response a = weather_in(w, location);

    speech_check_says(&a, words);
    client_response_done(&a);
}

static void restart(struct world *w)
{
    CHECK_INT(world_stop_daemon(w), 0);
    w->port = w->admin_port = 0;
    world_start_daemon(w);
}

TEST(a_place_is_asked_about_once_however_it_is_named)
{
    static const char *const names[] = { "boulder colorado", "Boulder, Colorado", "boulder co",
                                         "BOULDER COLORADO", " boulder  colorado " };
    struct world w = { .sim = 0 };

    world_start(&w);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        expect(&w, names[i], "Boulder, Colorado");
    CHECK_INT(sim_count_requests(&w, "/points/"), 1); /* and no redirect for its digits */
    CHECK_INT(sim_count_requests(&w, "/zones/county/"), 1);
    CHECK_INT(sim_count_requests(&w, "/zones/forecast/"), 1);
    /* It outlives the daemon, for all users. */
    restart(&w);
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

TEST(towns_of_one_name_are_kept_apart)
{
    struct world w = { .sim = 0 };

    world_start(&w);
    for (int round = 0; round < 2; round++) {
        expect(&w, "portland oregon", "Portland, Oregon");
        expect(&w, "portland maine", "Portland, Maine");
        expect(&w, "springfield illinois", "Springfield, Illinois");
        expect(&w, "springfield massachusetts", "Springfield, Massachusetts");
        expect(&w, "springfield", "Springfield, Missouri");
    }
    CHECK_INT(sim_count_requests(&w, "/points/"), 5);
    world_stop(&w);
}

TEST(a_place_that_lacks_its_zones_is_answered_and_completed_later)
{
    struct world w = { .sim = 0 };

    world_start(&w);
    sim_add_fault(&w, "{\"match\":\"/zones\",\"kind\":\"status\",\"status\":500}");
    expect(&w, "boulder colorado", "degrees");
    sim_clear_faults(&w);
    restart(&w);
    sim_clear_log(&w);
    expect(&w, "boulder colorado", "degrees");
    CHECK_INT(sim_count_requests(&w, "/zones/"), 2);
    restart(&w);
    sim_clear_log(&w);
    expect(&w, "boulder colorado", "degrees");
    CHECK_INT(sim_count_requests(&w, "/zones/"), 0);
    world_stop(&w);
}

TEST(a_place_outside_is_told_so)
{
    struct world w = { .sim = 0 };

    world_start(&w);
    sim_add_fault(&w, "{\"match\":\"/points/\",\"kind\":\"status\",\"status\":404}");
    struct client_response a = weather_in(&w, "boulder colorado");
    speech_check_omits(&a, "degrees");
    speech_check_says(&a, "boulder colorado");
    client_response_done(&a);
    a = client_ask(&w, "user-places", "SetLocationIntent", "location", "boulder colorado", NULL);
    speech_check_valid(&a);
    speech_check_omits(&a, "your location is now");
    client_response_done(&a);
    sim_clear_faults(&w);
    json_t *e = envelope_launch("user-places");
    a = client_post(&w, e, NULL);
    speech_check_omits(&a, "boulder, colorado, it is");
    client_response_done(&a);
    json_decref(e);
    world_stop(&w);
}

/* ---- a geocoder beside the gazetteer ---- */

static void start_with_here(struct world *w, char url[100])
{
    world_start_sim(w);
    snprintf(url, 100, "geocoder.here_base_url=http://127.0.0.1:%d/geocode/v1", w->sim_port);
    w->sets[0] = "geocoder.providers=gazetteer,here";
    w->sets[1] = "geocoder.here_api_key=secret-key-0123456789";
    w->sets[2] = url;
    world_start_daemon(w);
}

TEST(the_geocoder_is_asked_only_for_what_the_gazetteer_lacks)
{
    struct world w = { .sim = 0 };
    char url[100];

    start_with_here(&w, url);
    expect(&w, "boulder colorado", "Boulder, Colorado");
    CHECK_INT(sim_count_requests(&w, "/geocode"), 0);
    expect(&w, "zzyzx colorado", "couldn't find");
    CHECK(sim_count_requests(&w, "/geocode") > 0);
    char *log = world_log(&w);
    CHECK(!strstr(log, "secret-key"));
    free(log);
    world_stop(&w);
}

TEST(a_geocoder_that_talks_nonsense_does_no_harm)
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
        struct client_response a = weather_in(&w, name);
        speech_check_omits(&a, "degrees");
        speech_check_omits(&a, "something went wrong");
        if (a.ms > ANSWER_MS)
            fail_msg("%s: %.0f ms", kinds[i], a.ms);
        client_response_done(&a);
        sim_clear_faults(&w);
    }
    expect(&w, "boulder colorado", "degrees");
    sim_clear_log(&w);
    expect(&w, "qqyzq colorado", "couldn't find");
    char *target = sim_find_request(&w, "/geocode");
    CHECK(target);
    for (size_t i = 0; i < sizeof items / sizeof items[0]; i++) {
        sim_put_doc(&w, target, items[i], 200);
        restart(&w);
        struct client_response a = weather_in(&w, "qqyzq colorado");
        speech_check_omits(&a, "degrees");
        speech_check_omits(&a, "something went wrong");
        client_response_done(&a);
    }
    free(target);
    world_stop(&w);
}

TESTS(a_place_is_asked_about_once_however_it_is_named, towns_of_one_name_are_kept_apart,
      a_place_that_lacks_its_zones_is_answered_and_completed_later, a_place_outside_is_told_so,
      the_geocoder_is_asked_only_for_what_the_gazetteer_lacks,
      a_geocoder_that_talks_nonsense_does_no_harm)
