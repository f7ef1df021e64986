/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/hanging.c -- a weather service that hangs affects nothing that does not need it.
 *
 * HANGING_SECONDS sets how long each load lasts (default 8), HANGING_RATE how many questions about
 * new places are asked each second (default 40). */
#include <stdatomic.h>
#include <stdlib.h>

#include "server/base/clock.h"
#include "tests/e2e/harness.h"
#include "tests/e2e/harness/load_client.h"
#include "tests/test.h"

enum { ANSWER_MS = 8000, OTHERS_PER_SECOND = 30, RECOVERY_MS = 15000, ROUNDS = 4 };

static int number_from(const char *name, int otherwise)
{
    const char *value = getenv(name);

    return value && atoi(value) > 0 ? atoi(value) : otherwise;
}

/* ---- requests ---- */

/* A question about a place that nobody has asked for yet. */
static json_t *make_cold_question(size_t number)
{
    static atomic_uint used;
    static const int ranges[][2] = {
        { 90001, 90068 }, { 77002, 77099 }, { 98101, 98199 }, { 60601, 60661 }, { 10001, 10040 },
        { 94102, 94134 }, { 33125, 33190 }, { 75201, 75254 }, { 19102, 19154 }, { 85003, 85054 },
        { 30301, 30350 }, { 55401, 55450 }, { 63101, 63150 }, { 48201, 48240 }, { 44101, 44140 },
        { 21201, 21240 }, { 20001, 20040 }, { 2108, 2140 },   { 97201, 97240 }, { 80201, 80240 },
    };
    unsigned n = atomic_fetch_add(&used, 1);
    char zip[8];

    for (size_t i = 0;; i = (i + 1) % (sizeof ranges / sizeof ranges[0])) {
        unsigned count = (unsigned)(ranges[i][1] - ranges[i][0] + 1);
        if (n < count) {
            (void)snprintf(zip, sizeof zip, "%05d", ranges[i][0] + (int)n);
            break;
        }
        n -= count;
    }
    (void)number;
    return envelope_intent("user-cold", "MetricIntent", "metric", "temperature", "when_any",
                           "tomorrow", "zipcode", zip, NULL);
}

/* What needs no weather service: a launch without a place, settings read and written, a place in
 * memory, a hint. */
static json_t *make_other_request(size_t number)
{
    static const char *const rates[] = { "90", "100", "110" };

    switch (number % 5) {
    case 0:
        return envelope_launch("user-without-place");
    case 1:
        return envelope_intent("user-settings", "GetSettingIntent", "setting", "rate", NULL);
    case 2:
        return envelope_intent("user-settings", "SetRateIntent", "percent", rates[number % 3],
                               NULL);
    case 3:
        return envelope_intent("user-warm", "MetricIntent", "metric", "temperature", "when_any",
                               "tomorrow", "location", "boulder colorado", NULL);
    default:
        return envelope_intent("user-hint", "MetricIntent", "metric", "temperature", "zipcode",
                               "00000", NULL);
    }
}

static struct load_client *start_others(void)
{
    return load_client_start(&(struct load_client_settings){ .world = &world,
                                                             .persistent = 12,
                                                             .request = make_other_request,
                                                             .per_second = OTHERS_PER_SECOND });
}

static struct load_client *start_cold(void)
{
    return load_client_start(
        &(struct load_client_settings){ .world = &world,
                                        .persistent = 120,
                                        .request = make_cold_question,
                                        .per_second = number_from("HANGING_RATE", 40) });
}

static void print_counts(const char *what, const struct load_client_counts *c)
{
    print_message(
        "    %-22s %5ld answered, %3ld failed; median %7.1f, p99 %7.1f, max %7.1f ms %s\n", what,
        c->answered, c->failed, c->median_ms, c->p99_ms, c->max_ms, c->first_failure);
}

static struct client_response ask_warm(const char *metric)
{
    return client_ask(&world, "user-warm", "MetricIntent", "metric", metric, "when_any", "tomorrow",
                      "location", "boulder colorado", NULL);
}

static int setup(void **state)
{
    (void)state;
    world.sets[0] = "server.max_connections_per_ip=500"; /* one address plays many users */
    world_start(&world);
    return 0;
}

/* ---- tests ---- */

/* One load without and one with the fault, one after the other.  Is what needs no weather service
 * as fast in both?  Two loads share the machine, so some slack; waiting for the service takes
 * seconds. */
static bool others_are_as_fast_as_usual(int64_t length_ms)
{
    struct load_client *others = start_others();

    clock_sleep_ms(length_ms);
    struct load_client_counts calm = load_client_stop(others);
    print_counts("calm", &calm);
    sim_add_fault(&world, "{\"match\":\"\",\"kind\":\"hang\"}");
    struct load_client *cold = start_cold();
    others = start_others();
    clock_sleep_ms(length_ms);
    struct load_client_counts hanging = load_client_stop(others);
    struct load_client_counts questions = load_client_stop(cold);
    print_counts("while it hangs", &hanging);
    print_counts("questions meanwhile", &questions);
    sim_clear_faults(&world);
    CHECK_INT(calm.failed + hanging.failed, 0);
    CHECK_INT(questions.failed, 0);
    CHECK(questions.max_ms < ANSWER_MS);
    return hanging.p99_ms < 4 * calm.p99_ms + 150;
}

/* A machine that is busy with something else can make one round slow, a thread that waits for the
 * weather service makes all of them slow. */
TEST(requests_that_need_no_weather_service_are_answered_as_usual)
{
    int64_t length_ms = number_from("HANGING_SECONDS", 8) * 1000;
    struct client_response a = ask_warm("temperature");

    speech_check_says(&a, "degrees");
    client_response_done(&a);
    for (int round = 0; !others_are_as_fast_as_usual(length_ms); round++)
        CHECK(round < ROUNDS - 1);
}

/* Continues where the test before it has ended. */
TEST(a_service_that_is_known_to_hang_costs_no_time_and_is_found_again)
{
    struct client_response a;
    int64_t end;
    int slow = 0;

    sim_add_fault(&world, "{\"match\":\"\",\"kind\":\"hang\"}");
    for (int i = 0; i < 3; i++) {
        json_t *e = make_cold_question(0);
        a = client_post(&world, e, NULL);
        json_decref(e);
        CHECK(a.ms < ANSWER_MS);
        client_response_done(&a);
    }
    for (int i = 0; i < 20; i++) {
        json_t *e = make_cold_question(0);
        a = client_post(&world, e, NULL);
        json_decref(e);
        speech_check_valid(&a);
        speech_check_says(&a, "National Weather Service");
        slow += a.ms > 500;
        client_response_done(&a);
    }
    CHECK(slow < 5); /* those that wait for the service take seconds, all of them */
    CHECK(client_metric(&world, "climacast_breaker_state{breaker=\"point\"}") > 0);
    sim_clear_faults(&world);
    end = clock_mono_ms() + RECOVERY_MS;
    while (client_metric(&world, "climacast_breaker_state{breaker=\"point\"}") > 0)
        CHECK(clock_left_ms(end) > 0);
    json_t *e = make_cold_question(0);
    a = client_post(&world, e, NULL);
    json_decref(e);
    speech_check_says(&a, "degrees");
    client_response_done(&a);
}

TESTS_WITH(setup, world_teardown, requests_that_need_no_weather_service_are_answered_as_usual,
           a_service_that_is_known_to_hang_costs_no_time_and_is_found_again)
