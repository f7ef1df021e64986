/* SPDX-License-Identifier: Apache-2.0 */
/* server/listener/acceptor.h -- the thread that accepts connections from all listening sockets.
 *
 * libmicrohttpd does not accept by itself here: its thread pool does not balance connections, and
 * quiescing it aborts under load. */
#ifndef CLIMACAST_SERVER_LISTENER_ACCEPTOR_H
#define CLIMACAST_SERVER_LISTENER_ACCEPTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

struct acceptor;

struct acceptor_settings {
    const int *fds; /* listening sockets; acceptor_stop() closes them */
    size_t count;
    bool inherited; /* the service manager holds them open, too, and will hand them on */
    /* Called for each new connection; the callee owns fd. */
    void (*connection)(void *data, int fd, const struct sockaddr *address, socklen_t length);
    /* Called when there is no descriptor or memory for a new connection. */
    void (*exhausted)(void *data, int64_t now_ms);
    int other_fd; /* polled too; -1: none */
    /* Called when other_fd is readable. */
    void (*other)(void *data, int64_t now_ms);
    /* Called about twice a second. */
    void (*tick)(void *data, int64_t now_ms);
    void *data;
};
/* Start the thread; it takes over the sockets. NULL: out of memory, or no thread; the sockets
 * remain the caller's. */
struct acceptor *acceptor_create(const struct acceptor_settings *settings);
/* For how long the thread has made no progress; 0 while it is on time, and after acceptor_stop().
 * Thread-safe. */
int64_t acceptor_stall_ms(const struct acceptor *a, int64_t now_ms);
/* End the thread and close the sockets. Connections that the kernel has queued are accepted first,
 * because closing the socket would reset them; those queued on inherited sockets are left to the
 * next process. */
void acceptor_stop(struct acceptor *a);
void acceptor_free(struct acceptor *a); /* stops first; NULL is allowed */

#endif
