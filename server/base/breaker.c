/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/breaker.c -- a circuit breaker.
 *
 * The waits have equal jitter: at least half the ceiling passes before a probe, and several
 * instances that lost the same dependency do not probe it together. */
#include "server/base/breaker.h"

void breaker_init(struct breaker *b, const struct breaker_settings *settings)
{
    *b = (struct breaker){ .settings = *settings,
                           .state = BREAKER_CLOSED,
                           .backoff = { .first_ms = settings->first_ms,
                                        .max_ms = settings->max_ms,
                                        .jitter = BACKOFF_EQUAL_JITTER } };
}

/* ---- changes of state ---- */

static void open_breaker(struct breaker *b, int64_t now_ms)
{
    if (b->state == BREAKER_CLOSED) {
        if (now_ms - b->changed_ms > b->settings.stable_ms)
            backoff_reset(&b->backoff);
        b->changed_ms = now_ms;
    }
    b->state = BREAKER_OPEN;
    b->epoch++;
    b->probe_ms = now_ms + backoff_next_ms(&b->backoff);
}

static void close_breaker(struct breaker *b, int64_t now_ms)
{
    b->state = BREAKER_CLOSED;
    b->epoch++;
    b->failures = 0;
    b->changed_ms = now_ms;
}

/* ---- calls ---- */

struct breaker_call breaker_admit(struct breaker *b, bool may_probe, int64_t now_ms)
{
    struct breaker_call call = { .admitted = b->state == BREAKER_CLOSED };

    if (b->state == BREAKER_OPEN && may_probe && now_ms >= b->probe_ms) {
        b->state = BREAKER_HALF_OPEN;
        b->epoch++;
        call.admitted = call.is_probe = true;
    }
    call.epoch = b->epoch;
    return call;
}

/* The time of the failure before the last `back` ones. */
static int64_t failure_time(const struct breaker *b, int64_t back)
{
    return b->failed_ms[(b->failures - 1 - back) % BREAKER_FAILURES_MAX];
}

static bool is_within_window(const struct breaker *b, int64_t time_ms, int64_t now_ms)
{
    return b->settings.window_ms == 0 || now_ms - time_ms <= b->settings.window_ms;
}

static void count_failure(struct breaker *b, int64_t now_ms)
{
    int64_t others = b->settings.failures_max - 1;

    b->failed_ms[b->failures++ % BREAKER_FAILURES_MAX] = now_ms;
    if (b->failures > others && is_within_window(b, failure_time(b, others), now_ms))
        open_breaker(b, now_ms);
}

static void report_probe(struct breaker *b, enum breaker_outcome outcome, int64_t now_ms)
{
    if (outcome == BREAKER_SUCCESS) {
        close_breaker(b, now_ms);
    } else if (outcome == BREAKER_FAILURE) {
        open_breaker(b, now_ms);
    } else { /* the next call may be the probe */
        b->state = BREAKER_OPEN;
        b->epoch++;
    }
}

void breaker_report(struct breaker *b, struct breaker_call call, enum breaker_outcome outcome,
                    int64_t now_ms)
{
    if (!call.admitted || call.epoch != b->epoch)
        return;
    if (call.is_probe)
        report_probe(b, outcome, now_ms);
    else if (outcome == BREAKER_SUCCESS)
        b->failures = 0;
    else if (outcome == BREAKER_FAILURE)
        count_failure(b, now_ms);
}

void breaker_hasten(struct breaker *b, int64_t now_ms)
{
    if (b->probe_ms > now_ms)
        b->probe_ms = now_ms;
}

int64_t breaker_failures(const struct breaker *b, int64_t now_ms)
{
    if (b->state != BREAKER_CLOSED || b->failures == 0 ||
        !is_within_window(b, failure_time(b, 0), now_ms))
        return 0;
    return b->failures;
}

const char *breaker_state_name(enum breaker_state state)
{
    static const char *const names[BREAKER_STATES] = {
        [BREAKER_CLOSED] = "closed",
        [BREAKER_HALF_OPEN] = "half_open",
        [BREAKER_OPEN] = "open",
    };

    return state < BREAKER_STATES ? names[state] : "unknown";
}
