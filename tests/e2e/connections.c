/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/connections.c -- bursts of connections, connections that stay idle, and bodies that
 * stay unfinished, from one address and from many: proper requests are still answered. */
#define _GNU_SOURCE /* __WALL */
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/base/clock.h"
#include "tests/e2e/harness.h"
#include "tests/e2e/harness/frozen_thread.h"
#include "tests/e2e/harness/raw_client.h"
#include "tests/test.h"

enum {
    DESCRIPTORS = 8192,
    CROWD_MAX = 2400,
    SETTLE_MS = 300,
    SETTLED_MS = 15000, /* the longest wait for a busy machine */
    PROMPT_MS = 8000,
    EXIT_MS = 25000,
    DISPLACED_MS = 2500, /* from that age on, any newcomer takes the place of an idle connection */
};

/* Connections that do nothing. */
struct crowd {
    int fds[CROWD_MAX];
    size_t n;
};

static int raise_descriptor_limit(void **state)
{
    struct rlimit limit;

    (void)state;
    getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = limit.rlim_max < DESCRIPTORS ? limit.rlim_max : DESCRIPTORS;
    return setrlimit(RLIMIT_NOFILE, &limit);
}

static void crowd_join(struct crowd *c, const struct world *w, const char *source, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        CHECK(c->n < CROWD_MAX);
        c->fds[c->n] = raw_client_connect(w->port, source);
        CHECK(c->fds[c->n] >= 0);
        c->n++;
    }
}

/* How many of them the daemon has not closed. */
static size_t crowd_open(const struct crowd *c)
{
    size_t open = 0;

    for (size_t i = 0; i < c->n; i++)
        open += !raw_client_is_closed(c->fds[i], 0);
    return open;
}

/* Waits until at most `max` are open. Returns how many are. */
static size_t crowd_settle(const struct crowd *c, size_t max)
{
    int64_t end = clock_mono_ms() + SETTLED_MS;
    size_t open;

    while ((open = crowd_open(c)) > max && clock_left_ms(end) > 0)
        clock_sleep_ms(SETTLE_MS);
    return open;
}

static void crowd_leave(struct crowd *c)
{
    while (c->n > 0)
        close(c->fds[--c->n]);
}

static void expect_answers(struct world *w, int count)
{
    for (int i = 0; i < count; i++) {
        json_t *e = envelope_launch("user-connections");
        const struct client_options fresh = { .fresh_connection = true, .timeout_ms = PROMPT_MS };
        struct client_response a = client_post(w, e, &fresh);
        if (a.status != 200)
            fail_msg("request %d: %d %s %s", i, a.status, a.error, a.body);
        client_response_done(&a);
        json_decref(e);
    }
}

static void expect_healthy(struct world *w)
{
    struct client_response a = client_admin_get(w, "/healthz");

    if (a.status != 200)
        fail_msg("/healthz: %d %s", a.status, a.body);
    client_response_done(&a);
}

static void expect_prompt_exit(struct world *w)
{
    int64_t started = clock_mono_ms();

    CHECK_INT(world_stop_daemon(w), 0);
    CHECK(clock_mono_ms() - started < EXIT_MS);
    world_stop(w);
}

/* 0 when there is no such series. */
static double count_of(struct world *w, const char *name, const char *reason)
{
    char series[100];

    snprintf(series, sizeof series, "climacast_connections_%s_total{reason=\"%s\"}", name, reason);
    double n = client_metric(w, series);
    return n > 0 ? n : 0;
}

static double displaced(struct world *w)
{
    return count_of(w, "closed", "displaced");
}

static double refused(struct world *w, const char *reason)
{
    return count_of(w, "refused", reason);
}

/* Waits until the daemon has noticed that most of a crowd has left; a caller keeps some
 * connections. */
static void await_room(struct world *w, size_t limit)
{
    int64_t end = clock_mono_ms() + SETTLED_MS;
    double open;

    while ((open = client_metric(w, "climacast_connections")) > (double)limit * 0.6 &&
           clock_left_ms(end) > 0)
        clock_sleep_ms(10);
    CHECK(open <= (double)limit * 0.6);
}

/* ---- bursts ---- */

TEST(a_burst_over_max_connections_does_no_harm)
{
    static const struct {
        const char *max;
        size_t limit, burst;
        int rounds;
    } cases[] = { { "server.max_connections=10", 10, 13, 5 },
                  { "server.max_connections=1000", 1000, 1050, 2 } };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct world w = { .sets = { "server.threads=2", "server.max_connections_per_ip=0",
                                     cases[i].max, NULL } };
        world_start(&w);
        for (int round = 0; round < cases[i].rounds; round++) {
            struct crowd crowd = { .n = 0 };
            crowd_join(&crowd, &w, NULL, cases[i].burst);
            clock_sleep_ms(SETTLE_MS);
            CHECK_ROW(i, crowd_settle(&crowd, cases[i].limit) <= cases[i].limit);
            crowd_leave(&crowd);
            await_room(&w, cases[i].limit);
            expect_answers(&w, 6);
            expect_healthy(&w);
        }
        CHECK(refused(&w, "limit") + refused(&w, "busy") > 0);
        expect_prompt_exit(&w);
    }
}

/* ---- idle connections ---- */

TEST(one_address_cannot_shut_the_others_out)
{
    struct world w = { .sim = 0 };
    struct crowd crowd = { .n = 0 };

    world_start(&w);
    crowd_join(&crowd, &w, "127.0.0.9", 1000);
    CHECK_INT(crowd_settle(&crowd, 100), 100);
    expect_answers(&w, 6);
    /* On a busy machine some come while too many arrive, and the first are old enough to give way
     * before the last have come. */
    double limited = refused(&w, "address_limit"), busy = refused(&w, "busy");
    if (limited <= 0 || limited + busy + displaced(&w) < 900)
        fail_msg("%g refused for the address, %g while many arrive, %g displaced", limited, busy,
                 displaced(&w));
    /* Others at that address get in, too, once the idle connections have had their chance. */
    clock_sleep_ms(DISPLACED_MS);
    struct raw_client *neighbor = raw_client_open(w.port, "127.0.0.9", PROMPT_MS);
    CHECK(neighbor);
    raw_client_close(neighbor);
    crowd_leave(&crowd);
    expect_prompt_exit(&w);
}

static void crowd_join_from_many(struct crowd *c, const struct world *w, size_t each)
{
    char source[20];

    for (int i = 0; i < 20; i++) {
        snprintf(source, sizeof source, "127.0.1.%d", i + 1);
        crowd_join(c, w, source, each);
    }
}

TEST(many_addresses_cannot_shut_out_a_known_caller)
{
    struct world w = { .sim = 0 };
    struct crowd crowd = { .n = 0 };

    world_start(&w);
    expect_answers(&w, 1);
    crowd_join_from_many(&crowd, &w, 100);
    expect_answers(&w, 20);
    CHECK(crowd_settle(&crowd, 1000) <= 1000);
    expect_answers(&w, 20);
    crowd_leave(&crowd);
    expect_prompt_exit(&w);
}

/* The crowd is small, so that all of it has come before the first of it is closed as unused. */
TEST(a_new_caller_takes_the_place_of_an_idle_connection)
{
    struct world w = { .sets = { "server.max_connections=100", NULL } };
    struct crowd crowd = { .n = 0 };

    world_start(&w);
    crowd_join_from_many(&crowd, &w, 10);
    CHECK(crowd_settle(&crowd, 100) <= 100);
    clock_sleep_ms(DISPLACED_MS);
    double before = displaced(&w);
    expect_answers(&w, 6);
    CHECK(displaced(&w) > before);
    crowd_leave(&crowd);
    expect_prompt_exit(&w);
}

/* ---- a thread that hangs ---- */

TEST(health_names_the_thread_that_hangs_and_the_daemon_stops_nevertheless)
{
    struct world w = { .sets = { "server.threads=1", "server.drain_timeout=1", NULL } };
    int64_t deadline;
    int status;

    world_start(&w);
    expect_healthy(&w);
    pid_t thread = frozen_thread_stop(w.daemon, "known callers", 0);
    deadline = clock_mono_ms() + 30000;
    do {
        clock_sleep_ms(200);
        struct client_response a = client_admin_get(&w, "/healthz");
        status = a.status;
        if (status == 503)
            CHECK(strstr(a.body, "the thread serving known callers has not responded for"));
        client_response_done(&a);
    } while (status != 503 && clock_left_ms(deadline) > 0);
    CHECK_INT(status, 503);
    CHECK_INT(kill(w.daemon, SIGTERM), 0);
    /* It ends itself; the tracer must let the thread die. */
    deadline = clock_mono_ms() + 30000;
    char *log = world_log(&w);
    while (!strstr(log, "a thread hangs and keeps the daemon from stopping") &&
           clock_left_ms(deadline) > 0) {
        free(log);
        clock_sleep_ms(100);
        log = world_log(&w);
    }
    CHECK(strstr(log, "a thread hangs and keeps the daemon from stopping"));
    free(log);
    waitpid(thread, NULL, __WALL);
    CHECK_INT(waitpid(w.daemon, &status, 0), w.daemon);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 1);
    w.daemon = 0;
    world_stop(&w);
}

/* ---- unfinished bodies ---- */

static struct raw_client *send_unfinished_body(const struct world *w, const char *source)
{
    enum { SIZE = 256 * 1024 };
    struct raw_client *c = raw_client_open(w->port, source, 10000);
    static char body[SIZE];

    if (!c)
        return NULL;
    memset(body, 'x', sizeof body);
    raw_client_send_text(c, "POST /alexa HTTP/1.1\r\nHost: localhost\r\nSignatureCertChainUrl: "
                            "https://s3.amazonaws.com/echo.api/good.pem\r\nSignature-256: AAAA\r\n"
                            "Content-Length: 262144\r\n\r\n");
    raw_client_send(c, body, SIZE - 1);
    return c;
}

TEST(unfinished_bodies_take_bounded_memory)
{
    enum { BODIES = 300, BODIES_PER_ADDRESS = 50, GROWTH_MAX_KB = 56 * 1024 };
    struct world w = { .sim = 0 };
    struct raw_client *clients[BODIES];
    char source[20];

    world_start(&w);
    expect_answers(&w, 1);
    long before = world_resident_kb(&w);
    for (int i = 0; i < BODIES; i++) {
        snprintf(source, sizeof source, "127.0.2.%d", i / BODIES_PER_ADDRESS + 1);
        clients[i] = send_unfinished_body(&w, source);
    }
    clock_sleep_ms(SETTLE_MS);
    long growth = world_resident_kb(&w) - before;
    print_message("%d unfinished bodies of 256 KB: %ld MB more resident memory\n", BODIES,
                  growth / 1024);
    if (!world_is_sanitized())
        CHECK(growth < GROWTH_MAX_KB);
    expect_answers(&w, 6);
    for (int i = 0; i < BODIES; i++)
        raw_client_close(clients[i]);
    expect_prompt_exit(&w);
}

TESTS_WITH(raise_descriptor_limit, NULL, a_burst_over_max_connections_does_no_harm,
           one_address_cannot_shut_the_others_out, many_addresses_cannot_shut_out_a_known_caller,
           a_new_caller_takes_the_place_of_an_idle_connection,
           health_names_the_thread_that_hangs_and_the_daemon_stops_nevertheless,
           unfinished_bodies_take_bounded_memory)
