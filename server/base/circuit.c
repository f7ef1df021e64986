/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/circuit.c -- a circuit breaker that several threads share. */
#include "server/base/circuit.h"

#include <stdio.h>

#include "server/base/clock.h"

bool circuit_init(struct circuit *c, const struct circuit_settings *settings)
{
    struct metrics *m = settings->metrics;
    struct metric_family *changes =
        metrics_family(m, METRIC_COUNTER, "climacast_breaker_changes_total", "breaker,to",
                       "Changes of a circuit breaker, by its new state.");

    *c = (struct circuit){ .report = settings->report };
    (void)snprintf(c->name, sizeof c->name, "%s", settings->name);
    if (pthread_mutex_init(&c->lock, NULL) != 0)
        return false;
    breaker_init(&c->breaker, &settings->breaker);
    c->state =
        metric_get(metrics_family(m, METRIC_GAUGE, "climacast_breaker_state", "breaker",
                                  "Circuit breakers: 0 closed, 1 half open (probing), 2 open."),
                   c->name, NULL, NULL);
    c->rejections =
        metric_get(metrics_family(m, METRIC_COUNTER, "climacast_breaker_rejected_total", "breaker",
                                  "Calls that were not made because a circuit breaker was open."),
                   c->name, NULL, NULL);
    for (int to = 0; to < BREAKER_STATES; to++)
        c->changes[to] =
            metric_get(changes, c->name, breaker_state_name((enum breaker_state)to), NULL);
    return true;
}

void circuit_done(struct circuit *c)
{
    (void)pthread_mutex_destroy(&c->lock);
}

/* ---- changes ---- */

/* What has changed while the lock was held, to be reported after it is released. */
struct noted {
    struct circuit_change change;
    struct err why;
};

static void note_change(struct circuit *c, enum breaker_state from, struct noted *noted)
{
    enum breaker_state to = c->breaker.state;

    if (to == from)
        return;
    noted->why = c->why;
    noted->change = (struct circuit_change){
        .name = c->name, .from = from, .to = to, .why = &noted->why, .rejected = c->rejected
    };
    if (from != BREAKER_CLOSED)
        noted->change.open_ms = clock_mono_ms() - c->opened_ms;
    metric_set(c->state, (double)to);
    metric_add(c->changes[to], 1);
}

static void report_change(struct circuit *c, const struct noted *noted)
{
    if (noted->change.name && c->report.fn)
        c->report.fn(c->report.data, &noted->change);
}

/* ---- calls ---- */

/* The lock is held. */
static enum status reject_call(struct circuit *c, struct err *err)
{
    if (err) {
        c->rejected++;
        metric_add(c->rejections, 1);
    }
    return err_reason(err, ST_UNAVAILABLE, c->why.reason, "not called again yet: %s", c->why.text);
}

enum status circuit_enter(struct circuit *c, bool may_probe, struct breaker_call *ret_call,
                          struct err *err)
{
    struct noted noted = { .why = ERR_NONE };
    enum status st = ST_OK;

    (void)pthread_mutex_lock(&c->lock);
    enum breaker_state before = c->breaker.state;
    *ret_call = breaker_admit(&c->breaker, may_probe, clock_mono_ms());
    if (!ret_call->admitted)
        st = reject_call(c, err);
    note_change(c, before, &noted);
    (void)pthread_mutex_unlock(&c->lock);
    report_change(c, &noted);
    return st;
}

bool circuit_leave(struct circuit *c, struct breaker_call call, enum breaker_outcome outcome,
                   const struct err *why)
{
    struct noted noted = { .why = ERR_NONE };
    bool is_open;

    (void)pthread_mutex_lock(&c->lock);
    enum breaker_state before = c->breaker.state;
    if (outcome == BREAKER_FAILURE && why && why->status != ST_OK)
        c->why = *why;
    breaker_report(&c->breaker, call, outcome, clock_mono_ms());
    is_open = c->breaker.state == BREAKER_OPEN;
    if (is_open && before == BREAKER_CLOSED) {
        c->opened_ms = clock_mono_ms();
        c->rejected = 0;
    }
    note_change(c, before, &noted);
    (void)pthread_mutex_unlock(&c->lock);
    report_change(c, &noted);
    return is_open;
}

enum status circuit_check(struct circuit *c, struct err *err)
{
    enum status st = ST_OK;

    (void)pthread_mutex_lock(&c->lock);
    if (c->breaker.state != BREAKER_CLOSED)
        st = reject_call(c, err);
    (void)pthread_mutex_unlock(&c->lock);
    return st;
}

int64_t circuit_failures(struct circuit *c)
{
    (void)pthread_mutex_lock(&c->lock);
    int64_t failures = breaker_failures(&c->breaker, clock_mono_ms());
    (void)pthread_mutex_unlock(&c->lock);
    return failures;
}

void circuit_hasten(struct circuit *c)
{
    (void)pthread_mutex_lock(&c->lock);
    breaker_hasten(&c->breaker, clock_mono_ms());
    (void)pthread_mutex_unlock(&c->lock);
}

int64_t circuit_probe_ms(struct circuit *c)
{
    (void)pthread_mutex_lock(&c->lock);
    int64_t due = c->breaker.state == BREAKER_OPEN ? c->breaker.probe_ms : INT64_MAX;
    (void)pthread_mutex_unlock(&c->lock);
    return due;
}
