/* SPDX-License-Identifier: Apache-2.0 */
/* server/lifecycle.h -- the main thread's business: signals, readiness told to systemd, reloads. */
#ifndef CLIMACAST_SERVER_LIFECYCLE_H
#define CLIMACAST_SERVER_LIFECYCLE_H

#include <stdbool.h>
#include <stdint.h>

#include "certs/tls.h"
#include "server/handshake.h"
#include "server/log.h"

/* Block the signals that lifecycle_run() waits for, and ignore SIGPIPE; before the first thread
 * starts. */
void lifecycle_block_signals(void);

struct lifecycle {
    struct log *log;
    struct tls *tls;
    struct handshake *handshake;
    int64_t drain_ms; /* what stopping may take: systemd is asked for as much patience */
    /* SIGHUP, besides the certificates. */
    void (*reload)(void *data);
    /* Is work being done? Feeds systemd's watchdog. */
    bool (*alive)(void *data);
    void *data;
};
/* Say READY, then wait: SIGHUP and changed files reload, SIGTERM and SIGINT end it. */
void lifecycle_run(const struct lifecycle *l);

#endif
