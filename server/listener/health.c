/* SPDX-License-Identifier: Apache-2.0 */
/* server/listener/health.c -- whether every thread that serves requests is making progress. */
#include "server/listener/health.h"

#include "server/base/clock.h"

bool health_check(const struct alexa_listener *l, struct workers *w, int64_t max_ms,
                  struct buf *why)
{
    const char *thread;
    int64_t listener_ms = alexa_listener_stall_ms(l, &thread),
            workers_ms = workers_stall_ms(w, clock_mono_ms());

    if (listener_ms > max_ms)
        buf_printf(why, "the thread %s has not responded for %.1f s\n", thread,
                   (double)listener_ms / 1000);
    if (workers_ms > max_ms)
        buf_printf(why, "all workers are busy, and none has finished a request for %.1f s\n",
                   (double)workers_ms / 1000);
    return listener_ms <= max_ms && workers_ms <= max_ms;
}
