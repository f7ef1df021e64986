/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/degraded.c -- /readyz says "degraded" when no weather has been received for a
 * while, however the weather service fails, and "ready" again with the first answer. */
#include <stdlib.h>

#include "server/base/clock.h"
#include "tests/e2e/harness.h"
#include "tests/test.h"

static int setup(void **state)
{
    (void)state;
    world.sets[0] = "admin.degraded_after=2";
    world_start(&world);
    return 0;
}

static void ask_for_weather(const char *place)
{
    struct client_response a = client_ask(&world, "user-degraded", "MetricIntent", "metric",
                                          "temperature", "location", place, NULL);

    CHECK_INT(a.status, 200);
    client_response_done(&a);
}

/* Asks until /readyz says so. */
static void wait_for(const char *words, const char *place)
{
    int64_t deadline = clock_mono_ms() + 40000;

    for (;;) {
        struct client_response a = client_admin_get(&world, "/readyz");
        bool found = a.status == 200 && strncmp(a.body, words, strlen(words)) == 0;
        if (!found && clock_left_ms(deadline) == 0)
            fail_msg("want \"%s\", got %d %s", words, a.status, a.body);
        client_response_done(&a);
        if (found)
            return;
        ask_for_weather(place);
        clock_sleep_ms(200);
    }
}

TEST(a_weather_service_that_fails_makes_it_degraded_until_the_next_answer)
{
    static const char *const faults[] = {
        "{\"match\":\"/\",\"kind\":\"status\",\"status\":503}",
        "{\"match\":\"/\",\"kind\":\"garbage\"}",
    };
    static const char *const places[] = { "miami florida", "seattle washington" };

    ask_for_weather("boulder colorado");
    wait_for("ready\n", "boulder colorado");
    for (size_t i = 0; i < 2; i++) {
        sim_add_fault(&world, faults[i]);
        wait_for("degraded\nweather: ", places[i]);
        CHECK(client_metric(&world, "climacast_weather_outage_seconds") >= 2);
        struct client_response a = client_admin_get(&world, "/healthz");
        CHECK_INT(a.status, 200);
        client_response_done(&a);
        sim_clear_faults(&world);
        wait_for("ready\n", places[i]);
        CHECK_INT(client_metric(&world, "climacast_weather_outage_seconds"), 0);
    }
}

TEST(a_place_that_does_not_exist_is_not_an_outage)
{
    int64_t deadline = clock_mono_ms() + 4000;

    while (clock_left_ms(deadline) > 0) {
        ask_for_weather("qwxyzville");
        ask_for_weather("paris france");
        clock_sleep_ms(300);
    }
    struct client_response a = client_admin_get(&world, "/readyz");
    CHECK_STR(a.body, "ready\n");
    client_response_done(&a);
}

TESTS_WITH(setup, world_teardown,
           a_weather_service_that_fails_makes_it_degraded_until_the_next_answer,
           a_place_that_does_not_exist_is_not_an_outage)
