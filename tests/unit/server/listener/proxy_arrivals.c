/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of server/listener/proxy_arrivals.c, over socket pairs. */
#include "server/listener/proxy_arrivals.h"

#include <errno.h>
#include <poll.h>
#include <unistd.h>

#include "tests/test.h"

enum { NOW = 1000 };

static struct {
    struct proxy_arrivals *arrivals;
    struct metrics *metrics;
    int arrived, fd; /* how many have arrived; the last one */
    char client[IP_TEXT_BYTES];
    int ours;
} t;

static void on_arrived(void *data, int fd, const struct sockaddr *from, socklen_t length,
                       const struct ip *client)
{
    (void)data;
    CHECK_INT(from->sa_family, AF_UNIX);
    CHECK(length > 0);
    t.arrived++;
    t.fd = fd;
    ip_format(client, t.client);
}

static int setup(void **state)
{
    (void)state;
    t.metrics = metrics_create();
    const struct proxy_arrivals_settings settings = { .arrived = on_arrived, .metrics = t.metrics };
    t.arrivals = proxy_arrivals_create(&settings);
    t.arrived = 0;
    t.fd = t.ours = -1;
    return t.arrivals ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    proxy_arrivals_free(t.arrivals);
    metrics_free(t.metrics);
    if (t.fd >= 0)
        close(t.fd);
    if (t.ours >= 0)
        close(t.ours);
    return 0;
}

static void say(const char *text)
{
    CHECK_INT(send(t.ours, text, strlen(text), 0), (ssize_t)strlen(text));
}

static void arrive(const char *first)
{
    const struct sockaddr from = { .sa_family = AF_UNIX };
    int fds[2];

    CHECK_INT(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), 0);
    t.ours = fds[0];
    if (*first)
        say(first);
    proxy_arrivals_add(t.arrivals, fds[1], &from, sizeof from, NOW);
}

static double refused(void)
{
    return metric_value(
        metric_get(metrics_family(t.metrics, METRIC_COUNTER, "climacast_connections_refused_total",
                                  "reason", ""),
                   "proxy_header", NULL, NULL));
}

static bool is_closed(void)
{
    char byte;
    ssize_t n = recv(t.ours, &byte, 1, MSG_DONTWAIT);

    return n == 0 || (n < 0 && errno == ECONNRESET); /* it was closed with bytes unread */
}

TEST(a_header_that_is_there_is_taken_and_no_byte_more)
{
    char rest[20] = "";

    arrive("PROXY TCP4 192.0.2.1 198.51.100.2 52000 443\r\nPOST");
    CHECK_INT(t.arrived, 1);
    CHECK_STR(t.client, "192.0.2.1");
    CHECK_INT(recv(t.fd, rest, sizeof rest, 0), 4);
    CHECK_STR(rest, "POST");
}

TEST(a_header_in_pieces_is_waited_for)
{
    struct pollfd p = { .fd = proxy_arrivals_fd(t.arrivals), .events = POLLIN };

    arrive("PROXY TCP4 192.0.2.1");
    CHECK_INT(poll(&p, 1, 0), 0); /* the first piece does not wake it again */
    say(" 198.51.100.2 52000 443\r");
    CHECK_INT(poll(&p, 1, 0), 1);
    proxy_arrivals_read(t.arrivals);
    CHECK_INT(t.arrived, 0);
    say("\nPOST");
    proxy_arrivals_read(t.arrivals);
    CHECK_INT(t.arrived, 1);
    CHECK_STR(t.client, "192.0.2.1");
}

TEST(a_connection_without_a_header_is_closed_and_counted)
{
    arrive("POST /alexa HTTP/1.1\r\n");
    CHECK(is_closed());
    CHECK_INT(t.arrived, 0);
    CHECK_INT(refused(), 1);
}

TEST(a_health_check_that_says_nothing_is_not_counted)
{
    arrive("");
    shutdown(t.ours, SHUT_WR);
    proxy_arrivals_read(t.arrivals);
    CHECK(is_closed());
    CHECK_INT(refused(), 0);
}

TEST(a_late_header_is_not_waited_for)
{
    arrive("PROXY ");
    proxy_arrivals_tick(t.arrivals, NOW + 5000);
    CHECK(!is_closed());
    proxy_arrivals_tick(t.arrivals, NOW + 5001);
    CHECK(is_closed());
    CHECK_INT(refused(), 1);
}

TESTS_EACH_WITH(setup, teardown, a_header_that_is_there_is_taken_and_no_byte_more,
                a_header_in_pieces_is_waited_for,
                a_connection_without_a_header_is_closed_and_counted,
                a_health_check_that_says_nothing_is_not_counted, a_late_header_is_not_waited_for)
