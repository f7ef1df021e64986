/* SPDX-License-Identifier: Apache-2.0 */
/* server/listener/acceptor.c -- one thread that polls the listening sockets, accepts, and ticks. */
#define _GNU_SOURCE /* accept4, pthread_setname_np */
#include "server/listener/acceptor.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include "server/base/clock.h"

enum {
    LISTENERS_MAX = 16,
    TICK_MS = 500,
    ACCEPT_PAUSE_MS = 20,
    ACCEPT_BATCH = 64, /* so that a flood of connections keeps nothing else from its turn */
    LAST_BATCHES = 64, /* when the thread has ended */
};

struct acceptor {
    struct acceptor_settings settings;
    int fds[LISTENERS_MAX];
    int stop_pipe[2];
    pthread_t thread;
    bool running;
    _Atomic int64_t next_tick; /* 0: none, because the thread is not running */
};

/* Accept a batch of connections. Returns whether there may be more. When descriptors or memory run
 * out, pauses so that connections can be closed meanwhile. */
static bool accept_batch(struct acceptor *a, int listener)
{
    for (int i = 0; i < ACCEPT_BATCH; i++) {
        struct sockaddr_storage from;
        socklen_t length = sizeof from;
        int on = 1;
        int fd = accept4(listener, (struct sockaddr *)&from, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            a->settings.connection(a->settings.data, fd, (struct sockaddr *)&from, length);
            continue;
        }
        if (errno == EINTR || errno == ECONNABORTED)
            continue;
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            a->settings.exhausted(a->settings.data, clock_mono_ms());
            clock_sleep_ms(ACCEPT_PAUSE_MS);
        }
        return false;
    }
    return true;
}

static void *accept_loop(void *data)
{
    struct acceptor *a = data;
    struct pollfd polled[LISTENERS_MAX + 2];
    size_t n = a->settings.count;
    int64_t next_tick = clock_mono_ms();

    pthread_setname_np(pthread_self(), "acceptor");
    for (size_t i = 0; i < n; i++)
        polled[i] = (struct pollfd){ .fd = a->fds[i], .events = POLLIN };
    polled[n] = (struct pollfd){ .fd = a->stop_pipe[0], .events = POLLIN };
    polled[n + 1] = (struct pollfd){ .fd = a->settings.other_fd, .events = POLLIN };
    for (;;) {
        poll(polled, (nfds_t)(n + 2), (int)clock_left_ms(next_tick));
        if (polled[n + 1].revents)
            a->settings.other(a->settings.data, clock_mono_ms());
        for (size_t i = 0; i < n; i++)
            if (polled[i].revents)
                (void)accept_batch(a, a->fds[i]);
        if (polled[n].revents)
            return NULL;
        int64_t now = clock_mono_ms();
        if (now >= next_tick) {
            a->settings.tick(a->settings.data, now);
            next_tick = now + TICK_MS;
            atomic_store(&a->next_tick, next_tick);
        }
    }
}

struct acceptor *acceptor_create(const struct acceptor_settings *settings)
{
    struct acceptor *a = calloc(1, sizeof *a);

    if (!a)
        return NULL;
    a->settings = *settings;
    if (a->settings.count > LISTENERS_MAX)
        a->settings.count = LISTENERS_MAX;
    for (size_t i = 0; i < a->settings.count; i++) {
        a->fds[i] = settings->fds[i];
        fcntl(a->fds[i], F_SETFL, fcntl(a->fds[i], F_GETFL) | O_NONBLOCK);
    }
    a->settings.fds = a->fds;
    if (pipe2(a->stop_pipe, O_CLOEXEC) != 0) {
        free(a);
        return NULL;
    }
    atomic_store(&a->next_tick, clock_mono_ms() + TICK_MS);
    a->running = pthread_create(&a->thread, NULL, accept_loop, a) == 0;
    if (!a->running) {
        acceptor_free(a);
        return NULL;
    }
    return a;
}

int64_t acceptor_stall_ms(const struct acceptor *a, int64_t now_ms)
{
    int64_t next = atomic_load(&a->next_tick);

    return next == 0 || now_ms < next ? 0 : now_ms - next;
}

void acceptor_stop(struct acceptor *a)
{
    if (!a->running)
        return;
    a->running = false;
    if (write(a->stop_pipe[1], "x", 1) != 1) {
        /* Cannot happen: the pipe is empty. */
    }
    pthread_join(a->thread, NULL);
    atomic_store(&a->next_tick, 0);
    for (size_t i = 0; i < a->settings.count; i++) {
        for (int k = 0; !a->settings.inherited && k < LAST_BATCHES; k++)
            if (!accept_batch(a, a->fds[i]))
                break;
        close(a->fds[i]);
    }
}

void acceptor_free(struct acceptor *a)
{
    if (!a)
        return;
    acceptor_stop(a);
    close(a->stop_pipe[0]);
    close(a->stop_pipe[1]);
    free(a);
}
