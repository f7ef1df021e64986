/* SPDX-License-Identifier: Apache-2.0 */
/* server/lifecycle.c -- the main thread: waits for signals and checks the certificate files every
 * second.
 *
 * Renewal tools replace certificate and key one after the other, so a pair that does not match is
 * normal for a few seconds. Only a mismatch that lasts longer is logged, once; until it is resolved
 * the old pair stays in use. */
#include "server/lifecycle.h"

#include <errno.h>
#include <malloc.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "server/base/clock.h"

enum {
    CHECK_MS = 1000,
    MISMATCH_GRACE_MS = 5000,
    FREE_MS = 10000, /* to free everything after draining */
    HEAPS_MAX = 9,
    MAPPED_BYTES = 64 * 1024,
};

/* Threads that serve requests allocate at the same time and would wait for each other's heap: one
 * for each processor, besides the first one. More of them would keep what a burst of requests
 * needed. Large blocks, such as the text of a document, are mapped and so returned to the system
 * when freed. */
void lifecycle_limit_heaps(void)
{
    long processors = sysconf(_SC_NPROCESSORS_ONLN);
    bool few = processors > 0 && processors < HEAPS_MAX;

    mallopt(M_ARENA_MAX, few ? (int)processors + 1 : HEAPS_MAX);
    mallopt(M_MMAP_THRESHOLD, MAPPED_BYTES);
}

/* Send one datagram to systemd, as sd_notify(3) does. Does nothing when NOTIFY_SOCKET is not
 * set. */
static void notify(const char *state)
{
    const char *path = getenv("NOTIFY_SOCKET");
    struct sockaddr_un to = { .sun_family = AF_UNIX };
    size_t n = path ? strlen(path) : 0;

    if (n < 2 || n >= sizeof to.sun_path || (path[0] != '/' && path[0] != '@'))
        return;
    memcpy(to.sun_path, path, n);
    if (path[0] == '@')
        to.sun_path[0] = '\0'; /* an abstract socket */
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return;
    (void)!sendto(fd, state, strlen(state), MSG_NOSIGNAL, (const struct sockaddr *)&to,
                  (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n));
    close(fd);
}

static sigset_t awaited_signals(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    return set;
}

void lifecycle_block_signals(void)
{
    sigset_t set = awaited_signals();
    struct sigaction ignore = { .sa_handler = SIG_IGN };

    sigprocmask(SIG_BLOCK, &set, NULL);
    sigaction(SIGPIPE, &ignore, NULL);
}

/* A reload of the certificate that has not succeeded yet. */
struct pending {
    bool wanted, logged;
    int64_t since; /* monotonic milliseconds */
};

static void try_reload(const struct lifecycle *l, struct pending *p)
{
    struct err err = ERR_NONE;
    enum status st = tls_reload(l->tls, &err);

    if (st == ST_OK || st == ST_MISS) /* it may not have taken the pair that was read before */
        st = handshake_refresh(l->handshake, &err);
    if (st == ST_OK) {
        const struct tls_pair *pair = tls_current(l->tls);
        log_line(l->log, LOG_INFO, "certificate_reloaded", LOG_TEXT("name", pair->subject),
                 LOG_INT("days_left", (pair->not_after - clock_wall_s()) / 86400));
        tls_pair_release(pair);
    }
    if (st == ST_OK || st == ST_MISS) {
        *p = (struct pending){ 0 };
        return;
    }
    if (!p->logged && clock_mono_ms() - p->since > MISMATCH_GRACE_MS) {
        p->logged = true;
        log_err(l->log, LOG_ERROR, "certificate_reload_failed", &err);
    }
}

/* Half of the watchdog timeout; 0 when there is no watchdog. */
static int64_t watchdog_period_ms(void)
{
    const char *text = getenv("WATCHDOG_USEC"), *watched = getenv("WATCHDOG_PID");
    int64_t us, pid;

    if (watched && (!str_to_i64(str_of(watched), &pid) || pid != getpid()))
        return 0;
    return text && str_to_i64(str_of(text), &us) && us > 0 ? us / 2000 : 0;
}

static void end_process(int signal)
{
    static const char line[] = "climacastd: a thread hangs and keeps the daemon from stopping\n";

    (void)signal;
    (void)!write(STDERR_FILENO, line, sizeof line - 1);
    _exit(EXIT_FAILURE);
}

/* End the process in a while, in case a thread never ends. */
static void limit_stopping(int64_t drain_ms)
{
    struct sigaction action = { .sa_handler = end_process };

    sigaction(SIGALRM, &action, NULL);
    alarm((unsigned)((drain_ms + FREE_MS) / 1000));
}

static void notify_stopping(int64_t drain_ms)
{
    char state[100];

    snprintf(state, sizeof state, "STOPPING=1\nSTATUS=Draining\nEXTEND_TIMEOUT_USEC=%lld",
             (long long)(drain_ms + FREE_MS) * 1000);
    notify(state);
}

static void notify_reloading(void)
{
    char state[100];

    snprintf(state, sizeof state, "RELOADING=1\nMONOTONIC_USEC=%lld", (long long)clock_mono_us());
    notify(state);
}

/* Feed systemd's watchdog if the daemon is making progress; log when it isn't. Returns whether it
 * is. */
static bool feed_watchdog(const struct lifecycle *l, int64_t max_ms, bool was_alive)
{
    struct buf why = BUF_INIT(500);
    bool alive = l->alive(l->data, max_ms, &why);

    if (alive)
        notify("WATCHDOG=1");
    else if (was_alive)
        log_line(l->log, LOG_ERROR, "stalled", LOG_STR("error", str_trim(buf_str(&why))));
    buf_free(&why);
    return alive;
}

void lifecycle_run(const struct lifecycle *l)
{
    sigset_t set = awaited_signals();
    struct pending pending = { 0 };
    int64_t watchdog_ms = watchdog_period_ms(), next_watchdog = 0;
    bool alive = true;
    int64_t pause_ms = watchdog_ms > 0 && watchdog_ms < CHECK_MS ? watchdog_ms : CHECK_MS;
    const struct timespec pause = { .tv_sec = (time_t)(pause_ms / 1000),
                                    .tv_nsec = (long)(pause_ms % 1000) * 1000000 };

    notify("READY=1\nSTATUS=Answering");
    for (;;) {
        int got = sigtimedwait(&set, NULL, &pause);
        if (got == SIGTERM || got == SIGINT) {
            notify_stopping(l->drain_ms);
            limit_stopping(l->drain_ms);
            log_line(l->log, LOG_INFO, "stopping", LOG_INT("signal", got));
            return;
        }
        if (got == SIGHUP) {
            notify_reloading();
            l->reload(l->data);
        }
        if (l->tls && (got == SIGHUP || (!pending.wanted && tls_changed(l->tls))))
            pending = (struct pending){ .wanted = true, .since = clock_mono_ms() };
        if (pending.wanted)
            try_reload(l, &pending);
        if (got == SIGHUP)
            notify("READY=1");
        int64_t now = clock_mono_ms();
        if (watchdog_ms > 0 && now >= next_watchdog) {
            alive = feed_watchdog(l, watchdog_ms, alive);
            if (alive)
                next_watchdog = now + watchdog_ms;
        }
    }
}
