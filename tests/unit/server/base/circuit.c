/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/base/circuit.c -- what a circuit breaker says, counts and reports, and that
 * threads may share it. */
#include "server/base/circuit.h"

#include <pthread.h>
#include <stdatomic.h>

#include "server/base/clock.h"
#include "tests/test.h"

enum { FAILURES = 2, WAIT_MS = 40, CHANGES_MAX = 20 };

static struct metrics *metrics;
static struct circuit circuit;
static struct {
    enum breaker_state from, to;
    struct err why;
    int64_t rejected, open_ms;
} changes[CHANGES_MAX];
static size_t change_count;
static pthread_mutex_t change_lock = PTHREAD_MUTEX_INITIALIZER;

static void note(void *data, const struct circuit_change *change)
{
    CHECK(data == &circuit);
    CHECK_STR(change->name, "grid");
    (void)pthread_mutex_lock(&change_lock);
    if (change_count < CHANGES_MAX) {
        changes[change_count].from = change->from;
        changes[change_count].to = change->to;
        changes[change_count].why = *change->why;
        changes[change_count].open_ms = change->open_ms;
        changes[change_count++].rejected = change->rejected;
    }
    (void)pthread_mutex_unlock(&change_lock);
}

static int setup(void **state)
{
    const struct circuit_settings settings = {
        .name = "grid",
        .breaker = { .failures_max = FAILURES, .first_ms = WAIT_MS, .max_ms = WAIT_MS },
        .report = { note, &circuit },
        .metrics = metrics = metrics_create(),
    };

    (void)state;
    change_count = 0;
    CHECK(circuit_init(&circuit, &settings));
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    circuit_done(&circuit);
    metrics_free(metrics);
    return 0;
}

/* Makes a call. Returns whether the breaker is open afterwards. */
static bool make_call(enum breaker_outcome outcome, const char *why)
{
    struct breaker_call call;
    struct err err = ERR_NONE;

    CHECK_INT(circuit_enter(&circuit, true, &call, &err), ST_OK);
    (void)err_reason(&err, ST_TIMEOUT, "timeout", "%s", why);
    return circuit_leave(&circuit, call, outcome, outcome == BREAKER_FAILURE ? &err : NULL);
}

static double metric_of(const char *name, enum metric_kind kind, const char *to)
{
    return metric_value(metric_get(metrics_family(metrics, kind, name, "", ""), "grid", to, NULL));
}

static void check_rejected(void)
{
    struct breaker_call call;
    struct err err = ERR_NONE;

    CHECK_INT(circuit_enter(&circuit, false, &call, &err), ST_UNAVAILABLE);
    CHECK_STR(err.reason, "timeout");
    CHECK_STR(err.text, "not called again yet: it hangs");
    CHECK(!call.admitted);
    err_clear(&err);
    CHECK_INT(circuit_check(&circuit, &err), ST_UNAVAILABLE);
    CHECK_STR(err.text, "not called again yet: it hangs");
}

TEST(an_open_breaker_says_why_it_rejects)
{
    CHECK(!make_call(BREAKER_FAILURE, "it is slow"));
    CHECK_INT(circuit_failures(&circuit), 1);
    CHECK_INT(circuit_check(&circuit, NULL), ST_OK);
    CHECK_INT(circuit_probe_ms(&circuit), INT64_MAX);
    CHECK(make_call(BREAKER_FAILURE, "it hangs"));
    check_rejected();
    CHECK(circuit_probe_ms(&circuit) <= clock_mono_ms() + WAIT_MS);
}

TEST(each_change_is_reported_and_counted)
{
    (void)make_call(BREAKER_FAILURE, "it is slow");
    (void)make_call(BREAKER_FAILURE, "it hangs");
    CHECK_INT(metric_of("climacast_breaker_state", METRIC_GAUGE, NULL), BREAKER_OPEN);
    check_rejected();
    clock_sleep_ms(WAIT_MS + 5);
    CHECK(make_call(BREAKER_FAILURE, "it still hangs"));
    clock_sleep_ms(WAIT_MS + 5);
    CHECK(!make_call(BREAKER_SUCCESS, ""));
    static const struct {
        enum breaker_state from, to;
        const char *why;
        int64_t rejected;
    } want[] = {
        { BREAKER_CLOSED, BREAKER_OPEN, "it hangs", 0 },
        { BREAKER_OPEN, BREAKER_HALF_OPEN, "it hangs", 2 },
        { BREAKER_HALF_OPEN, BREAKER_OPEN, "it still hangs", 2 },
        { BREAKER_OPEN, BREAKER_HALF_OPEN, "it still hangs", 2 },
        { BREAKER_HALF_OPEN, BREAKER_CLOSED, "it still hangs", 2 },
    };
    CHECK_INT(change_count, sizeof want / sizeof want[0]);
    for (size_t i = 0; i < change_count; i++) {
        CHECK_ROW(i, changes[i].from == want[i].from && changes[i].to == want[i].to);
        CHECK_STR(changes[i].why.text, want[i].why);
        CHECK_INT(changes[i].rejected, want[i].rejected);
        CHECK_ROW(i, (changes[i].open_ms > 0) == (i > 0));
    }
    CHECK_INT(metric_of("climacast_breaker_state", METRIC_GAUGE, NULL), BREAKER_CLOSED);
    CHECK_INT(metric_of("climacast_breaker_changes_total", METRIC_COUNTER, "open"), 2);
    CHECK_INT(metric_of("climacast_breaker_changes_total", METRIC_COUNTER, "half_open"), 2);
    CHECK_INT(metric_of("climacast_breaker_changes_total", METRIC_COUNTER, "closed"), 1);
    CHECK_INT(metric_of("climacast_breaker_rejected_total", METRIC_COUNTER, NULL), 2);
    (void)make_call(BREAKER_FAILURE, "it hangs");
    (void)make_call(BREAKER_FAILURE, "it hangs");
    CHECK_INT(changes[5].rejected, 0); /* counted anew */
}

static atomic_int probes, probes_max;

static void *call_many(void *data)
{
    bool works = data;

    for (int i = 0; i < 3000; i++) {
        struct breaker_call call;
        if (circuit_enter(&circuit, true, &call, NULL) != ST_OK)
            continue;
        if (call.is_probe) {
            int now = atomic_fetch_add(&probes, 1) + 1;
            probes_max = now > probes_max ? now : probes_max;
            atomic_fetch_sub(&probes, 1);
        }
        (void)circuit_leave(&circuit, call, works ? BREAKER_SUCCESS : BREAKER_FAILURE, NULL);
    }
    return NULL;
}

TEST(threads_share_it)
{
    pthread_t threads[6];

    for (int i = 0; i < 6; i++)
        CHECK(pthread_create(&threads[i], NULL, call_many, i % 2 ? &circuit : NULL) == 0);
    for (int i = 0; i < 6; i++)
        (void)pthread_join(threads[i], NULL);
    CHECK(probes_max <= 1);
    while (circuit_check(&circuit, NULL) != ST_OK) {
        struct breaker_call call;
        if (circuit_enter(&circuit, true, &call, NULL) == ST_OK)
            (void)circuit_leave(&circuit, call, BREAKER_SUCCESS, NULL);
        clock_sleep_ms(5);
    }
}

TESTS_EACH_WITH(setup, teardown, an_open_breaker_says_why_it_rejects,
                each_change_is_reported_and_counted, threads_share_it)
