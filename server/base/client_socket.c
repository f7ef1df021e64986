/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/client_socket.c -- nonblocking connect with a deadline. */
#include "server/base/client_socket.h"

#include <errno.h>
#include <limits.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "server/base/clock.h"

enum status client_socket_wait(int fd, short events, int64_t deadline, struct err *err)
{
    for (;;) {
        int64_t left = clock_left_ms(deadline);
        struct pollfd p = { .fd = fd, .events = events };
        int n = poll(&p, 1, left > INT_MAX ? INT_MAX : (int)left);
        if (n > 0)
            return ST_OK;
        if (n == 0 && clock_left_ms(deadline) == 0)
            return err_set(err, ST_TIMEOUT, "no answer in time");
        if (n < 0 && errno != EINTR)
            return err_set(err, ST_SYSTEM, "poll: %s", strerror(errno));
    }
}

/* Connect `fd`. The outcome of a nonblocking connect is the socket's SO_ERROR once it is
 * writable. */
static enum status connect_by(int fd, const struct sockaddr *to, socklen_t size, int64_t deadline,
                              struct err *err)
{
    socklen_t n = sizeof(int);
    int fault = 0;
    enum status st = ST_OK;

    if (connect(fd, to, size) != 0) {
        if (errno != EINPROGRESS)
            return err_set(err, ST_UNAVAILABLE, "%s", strerror(errno));
        st = client_socket_wait(fd, POLLOUT, deadline, err);
        if (st == ST_OK && getsockopt(fd, SOL_SOCKET, SO_ERROR, &fault, &n) != 0)
            fault = errno;
    }
    if (st == ST_OK && fault != 0)
        st = err_set(err, ST_UNAVAILABLE, "%s", strerror(fault));
    return st;
}

enum status client_socket_connect(const struct sockaddr *to, socklen_t size, int64_t deadline,
                                  int *ret_fd, struct err *err)
{
    int fd = socket(to->sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), one = 1;
    enum status st;

    if (fd < 0)
        return err_set(err, ST_SYSTEM, "socket: %s", strerror(errno));
    if (to->sa_family != AF_UNIX)
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    st = connect_by(fd, to, size, deadline, err);
    if (st == ST_OK)
        *ret_fd = fd;
    else
        (void)close(fd);
    return st;
}

enum status client_socket_connect_any(const struct addrinfo *addresses, int tries_max,
                                      int64_t deadline, int *ret_fd, struct err *err)
{
    struct err why = ERR_NONE;
    enum status st = err_set(&why, ST_UNAVAILABLE, "no address to connect to");
    int tries = 0;

    for (const struct addrinfo *at = addresses; at && tries < tries_max; at = at->ai_next) {
        err_clear(&why);
        st = client_socket_connect(at->ai_addr, at->ai_addrlen, deadline, ret_fd, &why);
        if (st == ST_OK)
            return ST_OK;
        tries++;
    }
    return err_set(err, st, "%s", why.text);
}
