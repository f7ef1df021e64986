/* SPDX-License-Identifier: Apache-2.0 */
/* server/listener/listen_socket.h -- listening TCP and unix sockets, opened here or inherited from
 * systemd. To be called at startup, on one thread. */
#ifndef CLIMACAST_SERVER_LISTENER_LISTEN_SOCKET_H
#define CLIMACAST_SERVER_LISTENER_LISTEN_SOCKET_H

#include <stdbool.h>
#include <stddef.h>

#include "server/base/err.h"

enum { LISTEN_SOCKET_NAME_SIZE = 120 };

/* Bind and listen on "addr:port" or "[v6]:port", the address numeric; port 0 picks a free one. Or
 * on "unix:/path": a socket file that no process listens on any more is replaced, and anybody may
 * connect who may enter its folder. ST_INVALID: not such an address; ST_SYSTEM: the system refused,
 * with the fix in err. */
enum status listen_socket_open(const char *address, int *ret_fd, struct err *err);
/* The address a socket is bound to, such as "127.0.0.1:8443" or "unix:/path"; "" when it has
 * none. */
void listen_socket_name(int fd, char out[LISTEN_SOCKET_NAME_SIZE]);
/* Can only processes of this machine connect: is it a unix socket or bound to a loopback
 * address? */
bool listen_socket_is_local(int fd);

/* The listening sockets that systemd opened and passed to this process from descriptor 3 on (socket
 * activation: LISTEN_PID, LISTEN_FDS). Without any, ST_OK and a count of 0. ST_INVALID: more than
 * `fds_max`, or a descriptor that is not a listening TCP or unix
 * socket. */
enum status listen_socket_inherit(int *fds, size_t fds_max, size_t *ret_count, struct err *err);

#endif
