/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of server/listener/connections.c, over socket pairs. */
#include "server/listener/connections.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/test.h"

enum { PAIRS = 64, NOW = 100000, AGED = NOW + 5000 };

static int ours[PAIRS], theirs[PAIRS];
static size_t pairs;
static struct metrics *metrics;

static int setup(void **state)
{
    (void)state;
    pairs = 0;
    metrics = metrics_create();
    return metrics ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    while (pairs > 0) {
        pairs--;
        close(ours[pairs]);
        close(theirs[pairs]);
    }
    metrics_free(metrics);
    return 0;
}

static struct connections *create(size_t max, size_t max_per_address)
{
    const struct connections_settings settings = { .max = max,
                                                   .max_per_address = max_per_address,
                                                   .pending_bytes_max = 1000,
                                                   .metrics = metrics };
    struct connections *cs = connections_create(&settings);

    CHECK(cs);
    return cs;
}

/* A connection from that address, or of a proxy there; NULL when it is refused. */
static struct connection *admit_from(struct connections *cs, const uint8_t from[4], bool proxied,
                                     int64_t now)
{
    struct ip client = ip_v4(from);
    int fds[2];

    CHECK(pairs < PAIRS);
    CHECK_INT(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), 0);
    theirs[pairs] = fds[0];
    ours[pairs++] = fds[1];
    struct connection *c = connections_admit(cs, fds[1], &client, proxied, now);
    CHECK(!c || connections_opened(cs, c->fd, now) == c);
    return c;
}

/* A connection from 192.0.2.LAST. */
static struct connection *admit(struct connections *cs, int last, int64_t now)
{
    const uint8_t from[4] = { 192, 0, 2, (uint8_t)last };

    return admit_from(cs, from, false, now);
}

static bool is_shut_down(const struct connection *c)
{
    char byte;

    return recv(c->fd, &byte, 1, MSG_DONTWAIT) == 0;
}

static double refused(const char *reason)
{
    return metric_value(
        metric_get(metrics_family(metrics, METRIC_COUNTER, "climacast_connections_refused_total",
                                  "reason", ""),
                   reason, NULL, NULL));
}

TEST(a_tenth_is_reserved_for_trusted_callers)
{
    struct connections *cs = create(20, 0);
    struct connection *c[20], *friendly = admit(cs, 1, NOW);

    connection_note_verified(friendly, NOW);
    for (int i = 0; i < 17; i++)
        CHECK((c[i] = admit(cs, 2, NOW)));
    CHECK(!admit(cs, 3, NOW)); /* 18 of 20 */
    CHECK((c[17] = admit(cs, 1, NOW)));
    CHECK((c[18] = admit(cs, 1, NOW)));
    CHECK_INT(refused("limit"), 1);
    for (int i = 0; i < 19; i++)
        connections_closed(cs, c[i], NOW);
    connections_closed(cs, friendly, NOW);
    CHECK_INT(connections_stats(cs).open, 0);
    connections_free(cs);
}

TEST(a_newcomer_displaces_the_oldest_idle_connection)
{
    struct connections *cs = create(10, 0);
    struct connection *c[9];

    for (int i = 0; i < 9; i++)
        CHECK((c[i] = admit(cs, i, NOW + i)));
    connection_note_verified(c[0], NOW);
    atomic_store(&c[1]->waiting_since, 0); /* its request is being processed */
    CHECK(!admit(cs, 20, NOW + 100));      /* they have not had their time */
    struct connection *newcomer = admit(cs, 20, AGED);
    CHECK(newcomer);
    for (int i = 0; i < 9; i++)
        CHECK_ROW(i, is_shut_down(c[i]) == (i == 2));
    /* While that one is closing, it takes no place; nor is it displaced again. */
    struct connection *another = admit(cs, 21, AGED);
    CHECK(another);
    CHECK(is_shut_down(c[3]));
    for (int i = 0; i < 9; i++)
        connections_closed(cs, c[i], AGED);
    connections_closed(cs, newcomer, AGED);
    connections_closed(cs, another, AGED);
    connections_free(cs);
}

TEST(a_trusted_newcomer_need_not_wait_for_that)
{
    struct connections *cs = create(10, 0);
    struct connection *c[10];

    CHECK((c[0] = admit(cs, 1, NOW)));
    connection_note_verified(c[0], NOW);
    for (int i = 1; i < 9; i++)
        CHECK((c[i] = admit(cs, 2, NOW)));
    CHECK((c[9] = admit(cs, 1, NOW)));
    struct connection *newcomer = admit(cs, 1, NOW);
    CHECK(newcomer);
    CHECK(is_shut_down(c[1]));
    CHECK(!is_shut_down(c[9])); /* a trusted one is given its time */
    for (int i = 0; i < 10; i++)
        connections_closed(cs, c[i], NOW);
    connections_closed(cs, newcomer, NOW);
    connections_free(cs);
}

TEST(an_address_has_its_share)
{
    struct connections *cs = create(20, 3);
    struct connection *c[3];

    for (int i = 0; i < 3; i++)
        CHECK((c[i] = admit(cs, 1, NOW)));
    CHECK(!admit(cs, 1, NOW));
    CHECK_INT(refused("address_limit"), 1);
    struct connection *other = admit(cs, 2, NOW);
    CHECK(other);
    struct connection *newcomer = admit(cs, 1, AGED);
    CHECK(newcomer);
    CHECK(is_shut_down(c[0]));
    CHECK(!is_shut_down(other));
    for (int i = 0; i < 3; i++)
        connections_closed(cs, c[i], AGED);
    connections_closed(cs, other, AGED);
    connections_closed(cs, newcomer, AGED);
    connections_free(cs);
}

TEST(closing_connections_are_bounded)
{
    struct connections *cs = create(1, 0);
    struct connection *c[PAIRS];
    size_t n = 0;

    while (n < PAIRS - 1 && (c[n] = admit(cs, (int)n, NOW + (int64_t)n * 5000)))
        n++;
    CHECK_INT(n, 17); /* one, and 16 that are closing */
    while (n > 0)
        connections_closed(cs, c[--n], NOW);
    connections_free(cs);
}

TEST(slow_connections_are_cut)
{
    struct connections *cs = create(10, 0);
    struct connection *slow = admit(cs, 1, NOW), *working = admit(cs, 1, NOW),
                      *fresh = admit(cs, 1, NOW + 900);

    atomic_store(&working->waiting_since, 0);
    connections_cut_slow(cs, NOW + 1001, 1000);
    CHECK(is_shut_down(slow));
    CHECK(!is_shut_down(working));
    CHECK(!is_shut_down(fresh));
    connections_closed(cs, slow, NOW);
    connections_closed(cs, working, NOW);
    connections_closed(cs, fresh, NOW);
    connections_free(cs);
}

TEST(bodies_share_a_bounded_amount)
{
    struct connections *cs = create(10, 0);
    struct connection *a = admit(cs, 1, NOW), *b = admit(cs, 2, NOW), *known = admit(cs, 3, NOW);

    connection_note_verified(known, NOW);
    CHECK(connection_take_bytes(a, 2000, NOW)); /* alone it fits in any case */
    CHECK(!connection_take_bytes(b, 1, NOW));
    connection_give_bytes(a);
    CHECK(connection_take_bytes(a, 400, NOW));
    CHECK(connection_take_bytes(b, 350, NOW));
    CHECK(!connection_take_bytes(b, 1, NOW)); /* a quarter is reserved */
    CHECK(!is_shut_down(a));
    CHECK(connection_take_bytes(known, 250, NOW));
    CHECK(!connection_take_bytes(known, 1, AGED));
    CHECK(is_shut_down(a)); /* the slowest */
    CHECK_INT(connections_stats(cs).pending_bytes, 1000);
    connections_closed(cs, a, AGED);
    connections_closed(cs, b, AGED);
    connections_closed(cs, known, AGED);
    CHECK_INT(connections_stats(cs).pending_bytes, 0);
    connections_free(cs);
}

TEST(connections_that_were_never_opened_are_forgotten)
{
    const struct ip from = { .kind = IP_V4 };
    struct connections *cs = create(10, 0);
    struct front *front = (struct front *)(void *)cs;

    for (int i = 0; i < 3; i++) {
        struct connection *c = connections_admit(cs, 500 + i, &from, false, NOW + i);
        CHECK(c);
        c->front = front;
    }
    CHECK_INT(connections_stats(cs).arriving, 3);
    connections_forget_lost(cs, front, NOW + 1);
    CHECK_INT(connections_stats(cs).arriving, 2);
    /* A descriptor that comes again was closed meanwhile. */
    CHECK(connections_admit(cs, 501, &from, false, NOW));
    CHECK_INT(connections_stats(cs).open, 2);
    connections_free(cs);
}

/* ---- proxies that name their clients ---- */

static struct connection *admit_proxied(struct connections *cs, int64_t now)
{
    static const uint8_t proxy[4] = { 198, 51, 100, 1 };

    return admit_from(cs, proxy, true, now);
}

static struct ip client_ip(int last)
{
    uint8_t bytes[4] = { 192, 0, 2, (uint8_t)last };

    return ip_v4(bytes);
}

TEST(a_proxy_has_no_share_but_each_of_its_clients_has)
{
    struct connections *cs = create(20, 2);
    struct ip one = client_ip(1), other = client_ip(2);
    struct connection *c[5];

    for (int i = 0; i < 5; i++) {
        c[i] = admit_proxied(cs, NOW);
        CHECK(c[i]);
    }
    CHECK(connection_set_client(c[0], &one, NOW));
    CHECK(connection_set_client(c[1], &one, NOW));
    CHECK(!connection_set_client(c[2], &one, NOW));
    CHECK_INT(refused("address_limit"), 1);
    CHECK(connection_set_client(c[2], &other, NOW));
    CHECK(connection_client(c[0]) == connection_client(c[1]));
    CHECK(connection_client(c[0]) != connection_client(c[2]));
    connection_reset_client(c[0], NOW); /* that request has ended */
    CHECK(connection_set_client(c[3], &one, NOW));
    /* A connection of its own counts for the same client. */
    CHECK(!admit(cs, 1, NOW));
    connection_reset_client(c[1], NOW);
    struct connection *direct = admit(cs, 1, NOW);
    CHECK(direct);
    for (int i = 0; i < 5; i++)
        connections_closed(cs, c[i], NOW);
    connections_closed(cs, direct, NOW);
    connections_free(cs);
}

TEST(a_connection_of_a_proxy_is_as_trusted_as_the_client_of_its_request)
{
    struct connections *cs = create(20, 0);
    struct ip known = client_ip(1), stranger = client_ip(2);
    struct connection *c = admit_proxied(cs, NOW);

    CHECK(connection_set_client(c, &known, NOW));
    CHECK(!c->trusted);
    connection_note_verified(c, NOW);
    CHECK(c->trusted && c->verified);
    connection_reset_client(c, NOW);
    CHECK(connection_set_client(c, &stranger, NOW));
    CHECK(!c->trusted && !c->verified);
    connection_reset_client(c, NOW);
    CHECK(connection_set_client(c, &known, NOW));
    CHECK(c->trusted);
    connections_closed(cs, c, NOW);
    connections_free(cs);
}

TESTS_EACH_WITH(setup, teardown, a_tenth_is_reserved_for_trusted_callers,
                a_newcomer_displaces_the_oldest_idle_connection,
                a_trusted_newcomer_need_not_wait_for_that, an_address_has_its_share,
                closing_connections_are_bounded, slow_connections_are_cut,
                bodies_share_a_bounded_amount, connections_that_were_never_opened_are_forgotten,
                a_proxy_has_no_share_but_each_of_its_clients_has,
                a_connection_of_a_proxy_is_as_trusted_as_the_client_of_its_request)
