/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/slow_upstream.c -- a weather service whose every document is late, but not too late: the
 * first question about a place is answered all the same kinds as the others.
 *
 * Prints what each question took. */
#include <stdlib.h>

#include "server/base/clock.h"
#include "tests/e2e/harness.h"
#include "tests/e2e/harness/towns.h"
#include "tests/test.h"

enum { TURN_MS = 6500 };

static size_t next_town = 0;
static size_t next_zip = 0;

static const char *const zips[] = { "80504", "98225", "33040", "61832", "01240", "81501", "78840",
                                    "79601", "77840", "85364", "85901", "97801", "97439", "83501" };

/* ---- questions ---- */

static const struct question {
    const char *name;
    const char *metric, *leadin, *when; /* NULL: not said */
    const char *right;                  /* heard when it is answered */
} questions[] = {
    { "current weather", NULL, NULL, NULL, "reported:" },
    { "temperature", "temperature", NULL, NULL, "degrees" },
    { "forecast", "forecast", NULL, "tomorrow", "high" },
    { "will it rain", "rain", "will it", "tomorrow", "chance of precipitation" },
    { "alerts", "alerts", NULL, NULL, "alert" },
    { "extended forecast", "extended forecast", NULL, NULL, "Here's the extended forecast" },
};
enum { QUESTIONS = sizeof questions / sizeof questions[0] };

static struct client_response ask(const struct question *q, const char *slot, const char *place)
{
    json_t *e = envelope_intent("user-slow", "MetricIntent", slot, place, NULL);
    json_t *slots = json_object_get(json_object_get(json_object_get(e, "request"), "intent"), "slots");
    const char *const said[][2] = { { "metric", q->metric },
                                    { "leadin", q->leadin },
                                    { "when_any", q->when } };

    for (size_t i = 0; i < 3; i++)
        if (said[i][1])
            json_object_set_new(slots, said[i][0],
                                json_pack("{s:s, s:s}", "name", said[i][0], "value", said[i][1]));
    struct client_response a = client_post(&world, e, NULL);
    json_decref(e);
    return a;
}

static int bad;
static void check_answered(const struct client_response *a, const char *what, const char *place,
                           const char *right)
{
    print_message("    %-20s %-24s %6.0f ms  %.60s\n", what, place, a->ms, a->speech);
    if (a->status != 200 || a->ms >= TURN_MS + 300 || !strstr(a->speech, right))
        bad++, print_message("BAD %s, %s: %.0f ms, status %d: %s\n", what, place, a->ms, a->status, a->speech);
}

static void ask_all(const char *slot, bool by_zip)
{
    for (size_t i = 0; i < QUESTIONS; i++) {
        const char *place = by_zip ? zips[next_zip++] : towns_name(next_town++);
        struct client_response a = ask(&questions[i], slot, place);
        check_answered(&a, questions[i].name, place, questions[i].right);
        client_response_done(&a);
    }
}

static int setup(void **state)
{
    (void)state;
    world_start(&world);
    /* so that the certificate chain is known */
    struct client_response a = client_ask(&world, "user-slow", "GetSettingIntent", "setting", "rate", NULL);
    client_response_done(&a);
    return 0;
}

TEST(a_place_never_asked_for)
{
    sim_add_fault(&world, "{\"match\":\"\",\"kind\":\"delay\",\"ms\":1500}");
    ask_all("location", false);
    ask_all("location", false);
    ask_all("location", false);
    ask_all("zipcode", true);
    sim_clear_faults(&world);
    CHECK_INT(bad, 0);
}

TESTS_WITH(setup, world_teardown, a_place_never_asked_for)
