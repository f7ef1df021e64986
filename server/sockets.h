/* SPDX-License-Identifier: Apache-2.0 */
/* server/sockets.h -- listening sockets, and the one thread that accepts from all of them.
 *
 * Accepting is ours and not libmicrohttpd's: its pool does not balance, and quiescing it aborts
 * under load.  The thread also calls `tick` about twice a second. */
#ifndef CLIMACAST_SERVER_SOCKETS_H
#define CLIMACAST_SERVER_SOCKETS_H

#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "server/base/err.h"

/* Bind and listen on "addr:port" ("[v6]:port"); port 0 takes a free one.  ST_INVALID with the fix
 * in err. */
enum status socket_listen(const char *address, int *ret_fd, struct err *err);
/* "127.0.0.1:8443" of a bound socket. */
void socket_name(int fd, char out[80]);

struct acceptor;

struct acceptor_settings {
    const int *fds; /* taken over: closed at the end */
    size_t count;
    /* A new connection; the callee owns fd.  */
    void (*connection)(void *data, int fd, const struct sockaddr *address, socklen_t length);
    void (*tick)(void *data, int64_t now_ms);
    void *data;
};
/* NULL: no memory or no thread. */
struct acceptor *acceptor_create(const struct acceptor_settings *settings);
/* Take what the kernel still has queued, then stop and close the sockets. */
void acceptor_stop(struct acceptor *a);
void acceptor_free(struct acceptor *a); /* stops first; NULL allowed */

#endif
