/* SPDX-License-Identifier: Apache-2.0 */
/* server/alerts/gate.c -- who may call one of Amazon's hosts. */
#include "server/alerts/gate.h"

#include "server/base/clock.h"

void gate_init(struct gate *g)
{
    *g = (struct gate){ .probing = false };
    (void)pthread_mutex_init(&g->lock, NULL);
}

void gate_done(struct gate *g)
{
    (void)pthread_mutex_destroy(&g->lock);
}

int64_t gate_enter(struct gate *g)
{
    int64_t wait_ms;

    (void)pthread_mutex_lock(&g->lock);
    wait_ms = g->open_mono_ms - clock_mono_ms();
    if (wait_ms <= 0)
        wait_ms = g->probing && g->busy ? GATE_PROBE_MS : 0;
    if (wait_ms == 0 && g->probing)
        g->busy = true;
    (void)pthread_mutex_unlock(&g->lock);
    return wait_ms;
}

void gate_leave(struct gate *g, bool limited, int64_t retry_after_ms)
{
    (void)pthread_mutex_lock(&g->lock);
    g->busy = false;
    g->probing = limited || clock_mono_ms() < g->open_mono_ms;
    if (limited) {
        if (retry_after_ms < GATE_SHUT_MIN_MS)
            retry_after_ms = GATE_SHUT_MIN_MS;
        if (retry_after_ms > GATE_SHUT_MAX_MS)
            retry_after_ms = GATE_SHUT_MAX_MS;
        g->open_mono_ms = clock_mono_ms() + retry_after_ms;
    }
    (void)pthread_mutex_unlock(&g->lock);
}
