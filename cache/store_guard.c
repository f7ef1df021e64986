/* SPDX-License-Identifier: Apache-2.0 */
/* cache/store_guard.c -- how long a turn waits for the store. */
#include "cache/store_guard.h"

#include <stdlib.h>

#include "server/base/clock.h"
#include "server/base/deadline.h"
#include "server/base/ticker.h"

enum {
    FAILURES_OPEN = 3,
    FAILURES_WINDOW_MS = 60 * 1000,
    PROBE_FIRST_MS = 250,
    PROBE_MAX_MS = 2000,
    PROBE_MS = 1000, /* how long a probe may take */
    STABLE_MS = 30 * 1000,
    SLOW_MS = 75, /* an error that comes sooner delays nobody */
};

/* Milliseconds: usually, after a failure, and with an open breaker (0: rejected). */
static const struct budget {
    int64_t usual, failing, open;
} budgets[] = {
    [STORE_READ] = { 1000, 75, 0 },
    [STORE_WRITE_ENTRY] = { 3000, 500, 0 },
    [STORE_SAVE] = { 3000, 500, 250 },
};

struct store_guard {
    struct circuit reads, writes;
    store_probe_fn *probe;
    void *data;
    struct ticker *ticker;
};

/* ---- calls ---- */

enum status store_guard_begin(struct store_guard *g, enum store_access access, int64_t *deadline,
                              struct store_guard_call *ret_call, struct err *err)
{
    struct circuit *c = access == STORE_READ ? &g->reads : &g->writes;
    const struct budget *budget = &budgets[access];
    bool rejects = budget->open == 0;
    int64_t now = clock_mono_ms(), ms = budget->usual;
    enum status st;

    *ret_call = (struct store_guard_call){ .circuit = c, .began_ms = now };
    st = circuit_enter(c, !rejects, &ret_call->breaker, rejects ? err : NULL);
    if (st != ST_OK && rejects)
        return st;
    if (!ret_call->breaker.admitted || ret_call->breaker.is_probe)
        ms = budget->open;
    else if (circuit_failures(c) > 0)
        ms = budget->failing;
    if (*deadline > now + ms)
        *deadline = now + ms;
    ret_call->allowed_ms = *deadline - now;
    return ST_OK;
}

/* A definite answer is a success, even if it is a refusal. An error that comes at once, such as a
 * full disk, is neither: it needs no breaker. */
static enum breaker_outcome judge(const struct store_guard_call *call, enum status st)
{
    switch (st) {
    case ST_OK:
    case ST_MISS:
    case ST_CONFLICT:
    case ST_INVALID:
    case ST_TOO_LARGE:
    case ST_NOT_FOUND:
        return BREAKER_SUCCESS;
    case ST_TIMEOUT:
        return call->allowed_ms >= SLOW_MS ? BREAKER_FAILURE : BREAKER_NEITHER;
    case ST_UNAVAILABLE:
    case ST_DENIED:
        /* Retries go on until the deadline, so most of the time allowed has passed. */
        return clock_mono_ms() - call->began_ms >= SLOW_MS / 2 ? BREAKER_FAILURE : BREAKER_NEITHER;
    case ST_SYSTEM:
    case ST_WOULD_WAIT:
    case ST_UNTRUSTED:
        break;
    }
    return BREAKER_NEITHER;
}

void store_guard_end(struct store_guard *g, const struct store_guard_call *call, enum status st,
                     const struct err *err)
{
    if (circuit_leave(call->circuit, call->breaker, judge(call, st), err))
        ticker_wake(g->ticker);
}

/* ---- probes ---- */

static int64_t probe_if_due(struct store_guard *g, struct circuit *c, enum store_access access)
{
    struct breaker_call call;
    struct err err = ERR_NONE;
    enum status st;

    if (circuit_probe_ms(c) <= clock_mono_ms() && circuit_enter(c, true, &call, NULL) == ST_OK) {
        st = g->probe(g->data, access, clock_mono_ms() + PROBE_MS, &err);
        (void)circuit_leave(c, call, st == ST_OK ? BREAKER_SUCCESS : BREAKER_FAILURE, &err);
    }
    return circuit_probe_ms(c);
}

static int64_t guard_step(void *data)
{
    struct store_guard *g = data;
    int64_t reads = probe_if_due(g, &g->reads, STORE_READ),
            writes = probe_if_due(g, &g->writes, STORE_SAVE);

    return reads < writes ? reads : writes;
}

/* ---- creating and freeing ---- */

static bool init_circuits(struct store_guard *g, struct circuit_report report,
                          struct metrics *metrics)
{
    struct circuit_settings settings = {
        .name = "store_reads",
        .breaker = { .failures_max = FAILURES_OPEN,
                     .window_ms = FAILURES_WINDOW_MS,
                     .first_ms = PROBE_FIRST_MS,
                     .max_ms = PROBE_MAX_MS,
                     .stable_ms = STABLE_MS },
        .report = report,
        .metrics = metrics,
    };

    if (!circuit_init(&g->reads, &settings))
        return false;
    settings.name = "store_writes";
    if (circuit_init(&g->writes, &settings))
        return true;
    circuit_done(&g->reads);
    return false;
}

struct store_guard *store_guard_create(struct circuit_report report, struct metrics *metrics,
                                       store_probe_fn *probe, void *data)
{
    struct store_guard *g = calloc(1, sizeof *g);

    if (!g || !init_circuits(g, report, metrics)) {
        free(g);
        return NULL;
    }
    g->probe = probe;
    g->data = data;
    g->ticker = ticker_create(guard_step, g);
    if (!g->ticker) {
        store_guard_free(g);
        return NULL;
    }
    return g;
}

void store_guard_free(struct store_guard *g)
{
    if (!g)
        return;
    ticker_free(g->ticker);
    circuit_done(&g->reads);
    circuit_done(&g->writes);
    free(g);
}
