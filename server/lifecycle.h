/* SPDX-License-Identifier: Apache-2.0 */
/* server/lifecycle.h -- what the main thread does: signals, reloads, and notifications to
 * systemd. */
#ifndef CLIMACAST_SERVER_LIFECYCLE_H
#define CLIMACAST_SERVER_LIFECYCLE_H

#include <stdbool.h>
#include <stdint.h>

#include "certs/tls.h"
#include "server/listener/handshake.h"
#include "server/log/log.h"

/* Set how many heaps malloc() uses, and for what. Call it before the first thread starts. */
void lifecycle_limit_heaps(void);

/* Block the signals that lifecycle_run() waits for, and ignore SIGPIPE. Call it before the first
 * thread starts. */
void lifecycle_block_signals(void);

struct lifecycle {
    struct log *log;
    struct tls *tls; /* NULL in plain HTTP, as is the next one */
    struct handshake *handshake;
    int64_t drain_ms; /* how long draining may take; systemd is told to wait as long */
    /* Called on SIGHUP, besides reloading the certificate. */
    void (*reload)(void *data);
    /* Has every thread made progress within max_ms? If not, appends to `why`. Asked before
     * systemd's watchdog is fed. */
    bool (*alive)(void *data, int64_t max_ms, struct buf *why);
    void *data;
};
/* Notify systemd that the daemon is ready, then wait. SIGHUP or a changed certificate file reloads;
 * SIGTERM and SIGINT return. From then on the process ends by itself when draining and freeing take
 * much longer than drain_ms, because a thread hangs. */
void lifecycle_run(const struct lifecycle *l);

#endif
