/* SPDX-License-Identifier: Apache-2.0 */
/* server/sockets.h -- listening sockets, and the one thread that accepts from all of them.
 *
 * Accepting is ours and not libmicrohttpd's: its pool does not balance, and quiescing it aborts
 * under load. The thread also calls `tick` about twice a second. */
#ifndef CLIMACAST_SERVER_SOCKETS_H
#define CLIMACAST_SERVER_SOCKETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "server/base/err.h"

/* Bind and listen on "addr:port" ("[v6]:port"); port 0 takes a free one. ST_INVALID with the fix in
 * err. */
enum status socket_listen(const char *address, int *ret_fd, struct err *err);
/* "127.0.0.1:8443" of a bound socket. */
void socket_name(int fd, char out[80]);
/* Is it bound to a loopback address? */
bool socket_is_loopback(int fd);

/* The listening sockets that were opened for this process and handed over from descriptor 3 on, as
 * systemd's socket activation does (LISTEN_PID, LISTEN_FDS). None is ST_OK with a count of 0;
 * ST_INVALID: more than `room`, or one that is no listening TCP socket. */
enum status sockets_inherited(int *fds, size_t room, size_t *ret_count, struct err *err);

struct acceptor;

struct acceptor_settings {
    const int *fds; /* taken over: closed at the end */
    size_t count;
    bool handed_over; /* somebody else holds them open, too: they have a life after ours */
    /* A new connection; the callee owns fd. */
    void (*connection)(void *data, int fd, const struct sockaddr *address, socklen_t length);
    void (*tick)(void *data, int64_t now_ms);
    void *data;
};
/* NULL: no memory or no thread. */
struct acceptor *acceptor_create(const struct acceptor_settings *settings);
/* Stop and close the sockets. What the kernel still has queued is taken before, for it would be
 * reset; from sockets that were handed over it is left to the next process. */
void acceptor_stop(struct acceptor *a);
void acceptor_free(struct acceptor *a); /* stops first; NULL allowed */

#endif
