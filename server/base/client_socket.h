/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/client_socket.h -- connects nonblocking sockets, and waits for them, up to a
 * deadline.
 *
 * Deadlines are monotonic milliseconds. Thread-safe. */
#ifndef CLIMACAST_SERVER_BASE_CLIENT_SOCKET_H
#define CLIMACAST_SERVER_BASE_CLIENT_SOCKET_H

#include <netdb.h>
#include <stdint.h>
#include <sys/socket.h>

#include "server/base/err.h"

/* Wait until the socket is ready for `events` (POLLIN, POLLOUT) or has failed. ST_TIMEOUT,
 * ST_SYSTEM. */
enum status client_socket_wait(int fd, short events, int64_t deadline, struct err *err);

/* Connect a new socket, nonblocking, close-on-exec and, for TCP, without Nagle's delay. On ST_OK
 * *ret_fd is the caller's to close; otherwise it is untouched.
 *   ST_UNAVAILABLE  refused, unreachable or reset: the error text is the system's
 *   ST_TIMEOUT, ST_SYSTEM */
enum status client_socket_connect(const struct sockaddr *to, socklen_t size, int64_t deadline,
                                  int *ret_fd, struct err *err);

/* The same with the first of the addresses that accepts, in their order; at most `tries_max` are
 * tried. The error is that of the last try. */
enum status client_socket_connect_any(const struct addrinfo *addresses, int tries_max,
                                      int64_t deadline, int *ret_fd, struct err *err);

#endif
