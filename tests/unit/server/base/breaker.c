/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/base/breaker.c -- when calls pass, when the breaker opens, and how it
 * closes. */
#include "server/base/breaker.h"

#include <stdlib.h>

#include "tests/test.h"

enum { FAILURES = 3, WINDOW_MS = 30000, FIRST_MS = 500, MAX_MS = 4000, STABLE_MS = 60000 };

static const struct breaker_settings settings = { .failures_max = FAILURES,
                                                  .window_ms = WINDOW_MS,
                                                  .first_ms = FIRST_MS,
                                                  .max_ms = MAX_MS,
                                                  .stable_ms = STABLE_MS };
static struct breaker breaker;
static int64_t now;

static int setup(void **state)
{
    (void)state;
    breaker_init(&breaker, &settings);
    now = 1000000;
    return 0;
}

/* A call that ends at once. Returns whether it was admitted. */
static bool call_ends(enum breaker_outcome outcome)
{
    struct breaker_call call = breaker_admit(&breaker, true, now);

    breaker_report(&breaker, call, outcome, now);
    return call.admitted;
}

static void trip(void)
{
    for (int i = 0; i < FAILURES; i++)
        CHECK(call_ends(BREAKER_FAILURE));
    CHECK_INT(breaker.state, BREAKER_OPEN);
}

/* Waits until the probe is due. Returns for how long. */
static int64_t await_probe(void)
{
    int64_t wait = breaker.probe_ms - now;

    now = breaker.probe_ms;
    return wait;
}

/* ---- closed ---- */

TEST(calls_pass_while_the_neighbor_responds)
{
    for (int i = 0; i < 100; i++)
        CHECK(call_ends(BREAKER_SUCCESS));
    CHECK_INT(breaker.state, BREAKER_CLOSED);
    CHECK_INT(breaker_failures(&breaker, now), 0);
}

TEST(failures_in_a_row_open_it)
{
    for (int i = 0; i < FAILURES - 1; i++) {
        CHECK(call_ends(BREAKER_FAILURE));
        CHECK_INT(breaker.state, BREAKER_CLOSED);
        CHECK_INT(breaker_failures(&breaker, now), i + 1);
    }
    CHECK(call_ends(BREAKER_FAILURE));
    CHECK_INT(breaker.state, BREAKER_OPEN);
    CHECK_INT(breaker_failures(&breaker, now), 0);
    CHECK(!call_ends(BREAKER_SUCCESS));
}

TEST(a_success_in_between_starts_the_count_again)
{
    for (int i = 0; i < 20; i++) {
        CHECK(call_ends(i % FAILURES ? BREAKER_FAILURE : BREAKER_SUCCESS));
        CHECK_INT(breaker.state, BREAKER_CLOSED);
    }
}

TEST(an_outcome_that_says_nothing_changes_nothing)
{
    for (int i = 0; i < FAILURES - 1; i++)
        CHECK(call_ends(BREAKER_FAILURE));
    for (int i = 0; i < 10; i++)
        CHECK(call_ends(BREAKER_NEITHER));
    CHECK_INT(breaker.state, BREAKER_CLOSED);
    CHECK(call_ends(BREAKER_FAILURE));
    CHECK_INT(breaker.state, BREAKER_OPEN);
}

TEST(only_failures_within_the_window_count)
{
    static const struct {
        int64_t at[5]; /* of failures; 0: none */
        bool opens;
    } rows[] = {
        { { 1, 2, 3 }, true },
        { { 1, 2, WINDOW_MS + 1 }, true },
        { { 1, 2, WINDOW_MS + 2 }, false },
        { { 1, WINDOW_MS, WINDOW_MS + 2, WINDOW_MS + 3 }, true }, /* without the first */
        { { 1, WINDOW_MS, 2 * WINDOW_MS, 3 * WINDOW_MS, 4 * WINDOW_MS }, false },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        (void)setup(NULL);
        for (size_t k = 0; k < 5 && rows[i].at[k]; k++) {
            now = 1000000 + rows[i].at[k];
            CHECK(call_ends(BREAKER_FAILURE));
        }
        CHECK_ROW(i, (breaker.state == BREAKER_OPEN) == rows[i].opens);
    }
}

TEST(without_a_window_old_failures_count)
{
    struct breaker_settings endless = settings;

    endless.window_ms = 0;
    breaker_init(&breaker, &endless);
    for (int i = 0; i < FAILURES; i++) {
        CHECK(call_ends(BREAKER_FAILURE));
        now += 86400000;
    }
    CHECK_INT(breaker.state, BREAKER_OPEN);
}

TEST(it_is_failing_only_for_a_while)
{
    CHECK(call_ends(BREAKER_FAILURE));
    now += WINDOW_MS;
    CHECK_INT(breaker_failures(&breaker, now), 1);
    CHECK_INT(breaker_failures(&breaker, now + 1), 0);
    CHECK(call_ends(BREAKER_SUCCESS));
    CHECK_INT(breaker_failures(&breaker, now), 0);
}

TEST(any_allowed_number_of_failures_opens_it)
{
    for (int max = 1; max <= BREAKER_FAILURES_MAX; max++) {
        struct breaker_settings some = settings;
        some.failures_max = max;
        breaker_init(&breaker, &some);
        for (int i = 0; i < 20; i++) { /* more than the ring holds */
            CHECK(call_ends(BREAKER_FAILURE));
            if (max > 1)
                CHECK(call_ends(BREAKER_SUCCESS));
            if (max == 1)
                break;
        }
        for (int i = 0; max > 1 && i < max; i++) {
            CHECK_ROW(max, breaker.state == BREAKER_CLOSED);
            CHECK(call_ends(BREAKER_FAILURE));
        }
        CHECK_ROW(max, breaker.state == BREAKER_OPEN);
    }
}

/* ---- open ---- */

TEST(nothing_passes_until_the_probe_is_due)
{
    int64_t due;

    trip();
    due = breaker.probe_ms;
    CHECK(due - now >= FIRST_MS / 2 && due - now <= FIRST_MS);
    for (; now < due; now += 10)
        CHECK(!call_ends(BREAKER_SUCCESS));
    now = due - 1;
    CHECK(!call_ends(BREAKER_SUCCESS));
    now = due;
    CHECK(call_ends(BREAKER_SUCCESS));
    CHECK_INT(breaker.state, BREAKER_CLOSED);
}

TEST(only_one_call_is_the_probe)
{
    struct breaker_call probe;

    trip();
    await_probe();
    probe = breaker_admit(&breaker, true, now);
    CHECK(probe.admitted && probe.is_probe);
    CHECK_INT(breaker.state, BREAKER_HALF_OPEN);
    for (int i = 0; i < 10; i++, now += 1000)
        CHECK(!call_ends(BREAKER_SUCCESS));
    breaker_report(&breaker, probe, BREAKER_SUCCESS, now);
    CHECK_INT(breaker.state, BREAKER_CLOSED);
    CHECK(call_ends(BREAKER_SUCCESS));
}

TEST(calls_that_must_not_be_the_probe_are_rejected)
{
    trip();
    await_probe();
    now += 60000;
    CHECK(!breaker_admit(&breaker, false, now).admitted);
    CHECK_INT(breaker.state, BREAKER_OPEN);
    CHECK(breaker_admit(&breaker, true, now).is_probe);
    CHECK(!breaker_admit(&breaker, false, now).admitted);
}

TEST(a_failed_probe_doubles_the_wait_up_to_the_maximum)
{
    int64_t ceiling = FIRST_MS;

    trip();
    for (int i = 0; i < 10; i++) {
        int64_t wait = await_probe();
        CHECK_ROW(i, wait >= ceiling / 2 && wait <= ceiling);
        ceiling = ceiling * 2 < MAX_MS ? ceiling * 2 : MAX_MS;
        CHECK(call_ends(BREAKER_FAILURE));
        CHECK_INT(breaker.state, BREAKER_OPEN);
    }
}

TEST(a_probe_without_an_outcome_may_be_repeated_at_once)
{
    trip();
    await_probe();
    CHECK(call_ends(BREAKER_NEITHER));
    CHECK_INT(breaker.state, BREAKER_OPEN);
    CHECK(call_ends(BREAKER_SUCCESS));
    CHECK_INT(breaker.state, BREAKER_CLOSED);
}

TEST(a_sign_of_life_makes_the_probe_due)
{
    breaker_hasten(&breaker, now);
    CHECK_INT(breaker.state, BREAKER_CLOSED);
    trip();
    breaker_hasten(&breaker, now);
    CHECK(call_ends(BREAKER_SUCCESS));
    CHECK_INT(breaker.state, BREAKER_CLOSED);
}

/* ---- closed again ---- */

TEST(after_it_has_closed_it_takes_as_many_failures_as_before)
{
    trip();
    await_probe();
    CHECK(call_ends(BREAKER_SUCCESS));
    trip();
}

TEST(the_backoff_goes_on_unless_it_was_closed_for_long)
{
    trip();
    for (int i = 0; i < 10; i++) {
        await_probe();
        CHECK(call_ends(BREAKER_FAILURE));
    }
    await_probe();
    CHECK(call_ends(BREAKER_SUCCESS));
    now += STABLE_MS;
    trip();
    CHECK(await_probe() >= MAX_MS / 2);
    CHECK(call_ends(BREAKER_SUCCESS));
    now += STABLE_MS + 1;
    trip();
    CHECK(await_probe() <= FIRST_MS);
}

/* ---- calls from before a change ---- */

/* Several calls hang at once: their failures arrive one after the other, the last ones when the
 * breaker is open or closed again. */
TEST(late_results_have_no_say)
{
    struct breaker_call calls[FAILURES + 3];
    int64_t due;

    for (int i = 0; i < FAILURES + 3; i++)
        calls[i] = breaker_admit(&breaker, true, now);
    now += 3000;
    for (int i = 0; i < FAILURES; i++)
        breaker_report(&breaker, calls[i], BREAKER_FAILURE, now);
    CHECK_INT(breaker.state, BREAKER_OPEN);
    due = breaker.probe_ms;
    breaker_report(&breaker, calls[FAILURES], BREAKER_FAILURE, now + 1);
    CHECK(breaker.probe_ms == due); /* the wait is not drawn again */
    breaker_report(&breaker, calls[FAILURES + 1], BREAKER_SUCCESS, now + 1);
    CHECK_INT(breaker.state, BREAKER_OPEN);
    await_probe();
    CHECK(call_ends(BREAKER_SUCCESS));
    breaker_report(&breaker, calls[FAILURES + 2], BREAKER_FAILURE, now);
    CHECK_INT(breaker_failures(&breaker, now), 0);
}

TEST(a_late_result_does_not_end_a_probe)
{
    struct breaker_call late = breaker_admit(&breaker, true, now), probe;

    trip();
    await_probe();
    probe = breaker_admit(&breaker, true, now);
    breaker_report(&breaker, late, BREAKER_SUCCESS, now);
    CHECK_INT(breaker.state, BREAKER_HALF_OPEN);
    breaker_report(&breaker, probe, BREAKER_FAILURE, now);
    CHECK_INT(breaker.state, BREAKER_OPEN);
    breaker_report(&breaker, probe, BREAKER_SUCCESS, now); /* a second report is ignored */
    CHECK_INT(breaker.state, BREAKER_OPEN);
}

TEST(the_report_of_a_rejected_call_is_ignored)
{
    struct breaker_call call;

    trip();
    call = breaker_admit(&breaker, true, now);
    CHECK(!call.admitted);
    breaker_report(&breaker, call, BREAKER_SUCCESS, now);
    CHECK_INT(breaker.state, BREAKER_OPEN);
}

/* ---- every sequence ---- */

/* A second description of the same machine, for short sequences without time: what is the state
 * after these steps? Steps: 's' success, 'f' failure, 'n' neither, 'w' wait for the probe. */
static enum breaker_state expected_state(const char *steps)
{
    int failures = 0;
    bool open = false, due = false;

    for (; *steps; steps++) {
        if (*steps == 'w') {
            due = open;
        } else if (open && due) {
            open = *steps != 's';
            due = *steps == 'n';
            failures = 0;
        } else if (!open) {
            failures = *steps == 's' ? 0 : failures + (*steps == 'f');
            open = failures == FAILURES;
            due = false;
        }
    }
    return open ? BREAKER_OPEN : BREAKER_CLOSED;
}

TEST(every_sequence_of_seven_steps_ends_in_the_expected_state)
{
    enum { STEPS = 7, SEQUENCES = 4 * 4 * 4 * 4 * 4 * 4 * 4 };

    for (int i = 0; i < SEQUENCES; i++) {
        char steps[STEPS + 1] = "";
        (void)setup(NULL);
        for (int k = 0, rest = i; k < STEPS; k++, rest /= 4) {
            steps[k] = "sfnw"[rest % 4];
            if (steps[k] == 'w')
                now = breaker.state == BREAKER_OPEN && now < breaker.probe_ms ? breaker.probe_ms
                                                                              : now;
            else
                (void)call_ends(steps[k] == 's'   ? BREAKER_SUCCESS
                                : steps[k] == 'f' ? BREAKER_FAILURE
                                                  : BREAKER_NEITHER);
        }
        if (breaker.state != expected_state(steps))
            fail_msg("%s: %s", steps, breaker_state_name(breaker.state));
    }
}

/* Calls that overlap at random: at most one probe is under way, and once the neighbor responds
 * again, the breaker closes. */
TEST(with_overlapping_calls_at_most_one_probes_and_it_always_recovers)
{
    enum { CALLS = 12, STEPS = 20000 };
    struct breaker_call calls[CALLS] = { { false, false, 0 } };
    int probes = 0;

    srand(7);
    for (int i = 0; i < STEPS; i++) {
        int at = rand() % CALLS;
        bool healthy = i / 1000 % 2;
        now += rand() % 50;
        if (!calls[at].admitted) {
            calls[at] = breaker_admit(&breaker, true, now);
            probes += calls[at].is_probe;
            CHECK(probes <= 1);
            CHECK(calls[at].admitted || breaker.state != BREAKER_CLOSED);
        } else {
            breaker_report(&breaker, calls[at],
                           healthy            ? BREAKER_SUCCESS
                           : rand() % 10 == 0 ? BREAKER_NEITHER
                                              : BREAKER_FAILURE,
                           now);
            probes -= calls[at].is_probe;
            calls[at] = (struct breaker_call){ false, false, 0 };
        }
        CHECK((breaker.state == BREAKER_HALF_OPEN) == (probes == 1));
        if (healthy && i % 1000 == 999)
            CHECK_INT(breaker.state, BREAKER_CLOSED);
    }
}

TEST(states_have_names)
{
    CHECK_STR(breaker_state_name(BREAKER_CLOSED), "closed");
    CHECK_STR(breaker_state_name(BREAKER_HALF_OPEN), "half_open");
    CHECK_STR(breaker_state_name(BREAKER_OPEN), "open");
    CHECK_STR(breaker_state_name(BREAKER_STATES), "unknown");
}

TESTS_EACH_WITH(setup, NULL, calls_pass_while_the_neighbor_responds, failures_in_a_row_open_it,
                a_success_in_between_starts_the_count_again,
                an_outcome_that_says_nothing_changes_nothing, only_failures_within_the_window_count,
                without_a_window_old_failures_count, it_is_failing_only_for_a_while,
                any_allowed_number_of_failures_opens_it, nothing_passes_until_the_probe_is_due,
                only_one_call_is_the_probe, calls_that_must_not_be_the_probe_are_rejected,
                a_failed_probe_doubles_the_wait_up_to_the_maximum,
                a_probe_without_an_outcome_may_be_repeated_at_once,
                a_sign_of_life_makes_the_probe_due,
                after_it_has_closed_it_takes_as_many_failures_as_before,
                the_backoff_goes_on_unless_it_was_closed_for_long, late_results_have_no_say,
                a_late_result_does_not_end_a_probe, the_report_of_a_rejected_call_is_ignored,
                every_sequence_of_seven_steps_ends_in_the_expected_state,
                with_overlapping_calls_at_most_one_probes_and_it_always_recovers, states_have_names)
