/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/base/client_socket.c -- connecting, refusal, and the deadline. */
#include "tests/test.h"

#include <netinet/in.h>
#include <poll.h>
#include <unistd.h>

#include "server/base/client_socket.h"
#include "server/base/clock.h"

/* A loopback socket, listening or only bound; its address goes to *ret_at. */
static int bind_loopback(bool listening, struct sockaddr_in *ret_at)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t n = sizeof at;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    CHECK_INT(bind(fd, (struct sockaddr *)&at, sizeof at), 0);
    if (listening)
        CHECK_INT(listen(fd, 5), 0);
    CHECK_INT(getsockname(fd, (struct sockaddr *)&at, &n), 0);
    *ret_at = at;
    return fd;
}

static struct addrinfo address_of(struct sockaddr_in *at, struct addrinfo *next)
{
    return (struct addrinfo){ .ai_addr = (struct sockaddr *)at,
                              .ai_addrlen = sizeof *at,
                              .ai_next = next };
}

static int64_t soon(void)
{
    return clock_mono_ms() + 5000;
}

TEST(a_listening_server_is_connected_to)
{
    struct sockaddr_in at;
    struct err err = ERR_NONE;
    int listener = bind_loopback(true, &at), fd = -1;

    CHECK_INT(client_socket_connect((struct sockaddr *)&at, sizeof at, soon(), &fd, &err), ST_OK);
    CHECK(fd >= 0);
    CHECK_INT(client_socket_wait(fd, POLLOUT, soon(), &err), ST_OK);
    CHECK_INT(client_socket_wait(fd, POLLIN, clock_mono_ms() + 20, &err), ST_TIMEOUT);
    CHECK_STR(err.text, "no answer in time");
    CHECK_INT(close(fd) + close(listener), 0);
}

TEST(a_refused_connection_is_unavailable_and_leaves_the_result_alone)
{
    struct sockaddr_in at;
    struct err err = ERR_NONE;
    int bound = bind_loopback(false, &at), fd = -7;

    CHECK_INT(client_socket_connect((struct sockaddr *)&at, sizeof at, soon(), &fd, &err),
              ST_UNAVAILABLE);
    CHECK_STR(err.text, "Connection refused");
    CHECK_INT(fd, -7);
    CHECK_INT(close(bound), 0);
}

TEST(addresses_are_tried_in_order_up_to_the_limit)
{
    struct sockaddr_in refusing, listening;
    struct err err = ERR_NONE;
    int bound = bind_loopback(false, &refusing), listener = bind_loopback(true, &listening),
        fd = -1;
    struct addrinfo last = address_of(&listening, NULL), first = address_of(&refusing, &last);

    CHECK_INT(client_socket_connect_any(&first, 1, soon(), &fd, &err), ST_UNAVAILABLE);
    CHECK_STR(err.text, "Connection refused");
    err_clear(&err);
    CHECK_INT(client_socket_connect_any(&first, 2, soon(), &fd, &err), ST_OK);
    CHECK_INT(err.status, ST_OK);
    CHECK_INT(close(fd) + close(bound) + close(listener), 0);
    CHECK_INT(client_socket_connect_any(NULL, 2, soon(), &fd, &err), ST_UNAVAILABLE);
}

TESTS(a_listening_server_is_connected_to,
      a_refused_connection_is_unavailable_and_leaves_the_result_alone,
      addresses_are_tried_in_order_up_to_the_limit)
