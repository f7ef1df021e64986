/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/redis/redis_faults.c -- a redis-server that is full, slow, paused, killed or
 * restarted. */
#define _XOPEN_SOURCE 700
#include <pthread.h>

#include "tests/unit/cache/redis/redis_client.h"
#include "tests/unit/cache/redis/slow_proxy.h"

TEST(a_full_redis_is_read_and_reported_once)
{
    struct redis_server s;
    struct redis *r;
    char out[200];

    redis_server_start(&s, NULL);
    r = open_redis(s.unix_url);
    CHECK_INT(redis_put(r, "a", "kept"), ST_OK);
    await_report(ST_OK);
    REDIS_RUN(s.unix_url, out, "CONFIG", "SET", "maxmemory-policy", "noeviction");
    REDIS_RUN(s.unix_url, out, "CONFIG", "SET", "maxmemory", "1");
    for (int i = 0; i < 20; i++) {
        CHECK_INT(redis_put(r, "b", "new"), ST_DENIED);
        CHECK_INT(redis_get(r, "a", out), ST_OK);
        CHECK_STR(out, "kept");
    }
    await_report(ST_TOO_LARGE);
    CHECK(strstr(reported.last, "OOM"));
    CHECK_INT(reported_count(), 2);
    CHECK(redis_up(r));
    REDIS_RUN(s.unix_url, out, "CONFIG", "SET", "maxmemory", "0");
    CHECK_INT(redis_put(r, "b", "new"), ST_OK);
    CHECK_INT(redis_get(r, "b", out), ST_OK);
    close_redis(r);
    redis_server_stop(&s);
}

TEST(a_redis_that_is_killed_is_not_used_until_it_is_back)
{
    struct redis_server s;
    struct redis *r;
    char out[200];

    redis_server_start(&s, NULL);
    r = open_redis(s.unix_url);
    CHECK_INT(redis_put(r, "a", "x"), ST_OK);
    await_report(ST_OK);
    redis_server_kill(&s);
    CHECK(redis_get(r, "a", out) != ST_OK);
    await_up(r, false);
    check_fails_fast(r);
    await_report(ST_UNAVAILABLE);
    CHECK(gauge("climacast_redis_up") == 0);
    redis_server_run(&s);
    await_up(r, true);
    await_report(ST_OK);
    CHECK_INT(reported_count(), 3);
    CHECK_INT(redis_get(r, "a", out), ST_MISS);
    CHECK_INT(redis_put(r, "a", "y"), ST_OK);
    close_redis(r);
    redis_server_stop(&s);
}

TEST(an_unnoticed_restart_fails_no_call)
{
    struct redis_server s;
    struct redis *r;
    char out[200];

    redis_server_start(&s, NULL);
    r = open_redis(s.unix_url);
    CHECK_INT(redis_put(r, "a", "x"), ST_OK);
    for (int i = 0; i < 3; i++) {
        redis_server_kill(&s);
        redis_server_run(&s);
        redis_server_await(s.unix_url);
        await_up(r, true);
        CHECK_INT(redis_get(r, "a", out), ST_MISS);
        CHECK_INT(redis_put(r, "a", "x"), ST_OK);
        CHECK_INT(redis_get(r, "a", out), ST_OK);
        REDIS_RUN(s.unix_url, out, "CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
        CHECK_INT(redis_get(r, "a", out), ST_OK); /* only a connection was lost */
        REDIS_RUN(s.unix_url, out, "FLUSHALL");
        CHECK_INT(redis_get(r, "a", out), ST_MISS);
    }
    close_redis(r);
    redis_server_stop(&s);
}

TEST(a_hanging_redis_costs_one_timeout)
{
    struct redis_server s;
    struct redis *r;
    char out[200];
    int64_t began;

    redis_server_start(&s, NULL);
    for (int i = 0; i < 2; i++) {
        r = open_for(i ? s.tcp_url : s.unix_url, TIMEOUT_MS);
        CHECK_INT(redis_put(r, "a", "x"), ST_OK);
        await_report(ST_OK);
        redis_server_signal(&s, SIGSTOP);
        began = clock_mono_ms();
        CHECK(redis_get(r, "a", out) != ST_OK); /* or the thread noticed first */
        CHECK(clock_mono_ms() - began < 4 * TIMEOUT_MS);
        await_up(r, false);
        check_fails_fast(r);
        clock_sleep_ms(500); /* the thread tries to connect, and nobody waits for it */
        check_fails_fast(r);
        CHECK(breaker_metric(METRIC_GAUGE, "climacast_breaker_state") > 0);
        CHECK(breaker_metric(METRIC_COUNTER, "climacast_breaker_rejected_total") >= 2);
        redis_server_signal(&s, SIGCONT);
        await_up(r, true);
        CHECK(breaker_metric(METRIC_GAUGE, "climacast_breaker_state") == 0);
        CHECK_INT(redis_get(r, "a", out), ST_OK);
        await_report(ST_OK);
        CHECK_INT(reported_count(), 3);
        close_redis(r);
    }
    redis_server_stop(&s);
}

TEST(a_redis_that_dies_while_idle_is_noticed)
{
    struct redis_server s;
    struct redis *r;

    redis_server_start(&s, NULL);
    r = open_for(s.tcp_url, TIMEOUT_MS);
    await_report(ST_OK);
    redis_server_signal(&s, SIGSTOP);
    await_up(r, false);
    check_fails_fast(r);
    redis_server_signal(&s, SIGCONT);
    await_up(r, true);
    close_redis(r);
    redis_server_stop(&s);
}

struct crowd {
    struct redis *r;
    pthread_t thread;
    int answered, waited;
};

enum { ASKED = 100 };

static void *ask_often(void *data)
{
    struct crowd *c = data;
    char out[200];

    for (int i = 0; i < ASKED; i++) {
        int64_t began = clock_mono_ms();
        c->answered += redis_get(c->r, "a", out) == ST_OK;
        c->waited += clock_mono_ms() - began >= TIMEOUT_MS / 2;
    }
    return NULL;
}

TEST(a_slow_redis_costs_each_thread_at_most_one_timeout)
{
    enum { CROWD = 32 };
    static struct crowd crowd[CROWD];
    struct redis_server s;
    struct redis *r;
    char url[64], out[200];
    int64_t began;

    redis_server_start(&s, NULL);
    proxy_start(s.socket, url);
    r = open_for(url, TIMEOUT_MS);
    CHECK_INT(redis_put(r, "a", "x"), ST_OK);
    await_report(ST_OK);
    proxy.delay_ms = 2 * TIMEOUT_MS;
    began = clock_mono_ms();
    for (size_t i = 0; i < CROWD; i++) {
        crowd[i] = (struct crowd){ .r = r };
        CHECK(pthread_create(&crowd[i].thread, NULL, ask_often, &crowd[i]) == 0);
    }
    for (size_t i = 0; i < CROWD; i++) {
        (void)pthread_join(crowd[i].thread, NULL);
        CHECK_ROW(i, crowd[i].waited <= 1 + ASKED / 20); /* a busy machine adds some */
        CHECK_ROW(i, crowd[i].answered == 0);
    }
    CHECK(clock_mono_ms() - began < ASKED / 4 * TIMEOUT_MS);
    CHECK(!redis_up(r));
    clock_sleep_ms(500);
    CHECK(!redis_up(r));
    check_fails_fast(r);
    proxy.delay_ms = 0;
    await_up(r, true);
    CHECK_INT(redis_get(r, "a", out), ST_OK);
    await_report(ST_OK);
    CHECK_INT(reported_count(), 3);
    close_redis(r);
    proxy_stop();
    redis_server_stop(&s);
}

TEST(a_short_deadline_does_not_trip_the_breaker)
{
    struct redis_server s;
    struct redis_job job = { .verb = REDIS_GET, .key = STR("a"), .reply_max = 10 };
    struct redis *r;
    char url[64];

    redis_server_start(&s, NULL);
    proxy_start(s.socket, url);
    r = open_redis(url);
    proxy.delay_ms = GENEROUS_MS / 4;
    CHECK_INT(redis_do(r, &job, 1, in_ms(GENEROUS_MS / 20), NULL), ST_TIMEOUT);
    CHECK_INT(job.status, ST_TIMEOUT);
    CHECK(redis_up(r));
    close_redis(r);
    proxy_stop();
    redis_server_stop(&s);
}

static void *ask_in_crowd(void *data)
{
    struct crowd *c = data;
    char out[200];

    for (int i = 0; i < 300; i++)
        c->answered += redis_put(c->r, "a", "x") == ST_OK && redis_get(c->r, "a", out) == ST_OK &&
                       strcmp(out, "x") == 0;
    return NULL;
}

TEST(more_threads_than_connections_are_all_served)
{
    enum { CROWD = 24 };
    static struct crowd crowd[CROWD];
    struct redis_server s;
    struct redis *r;
    int answered = 0;

    redis_server_start(&s, NULL);
    r = open_redis(s.unix_url);
    for (size_t i = 0; i < CROWD; i++) {
        crowd[i] = (struct crowd){ .r = r };
        CHECK(pthread_create(&crowd[i].thread, NULL, ask_in_crowd, &crowd[i]) == 0);
    }
    for (size_t i = 0; i < CROWD; i++) {
        (void)pthread_join(crowd[i].thread, NULL);
        answered += crowd[i].answered;
    }
    CHECK_INT(answered, CROWD * 300);
    CHECK(redis_up(r));
    close_redis(r);
    redis_server_stop(&s);
}

TEST(an_unreachable_redis_is_not_an_error_at_start)
{
    static const char *const urls[] = { "unix:/nowhere/redis.sock", "redis://127.0.0.1:1",
                                        "redis://name.invalid:6379" };
    struct redis_settings bad = { .url = "rediss://h", .timeout_ms = 10, .prefix = "" };
    struct redis *r = NULL;
    struct err err = ERR_NONE;

    for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
        int64_t began = clock_mono_ms();
        char out[200];
        r = open_redis(urls[i]);
        CHECK_ROW(i, !redis_up(r) && redis_get(r, "a", out) == ST_UNAVAILABLE);
        close_redis(r);
        CHECK_ROW(i, clock_mono_ms() - began < 4 * GENEROUS_MS);
    }
    CHECK_INT(redis_create(&bad, NULL, &r, &err), ST_INVALID);
    CHECK(strstr(err.text, "rediss://"));
}

/* A server that answers every connection with the same bytes. */
struct canned_server {
    int listener;
    const char *answer;
};

static void *send_canned_answers(void *data)
{
    const struct canned_server *server = data;

    for (;;) {
        int fd = accept(server->listener, NULL, NULL);
        if (fd < 0)
            return NULL;
        (void)send(fd, server->answer, strlen(server->answer), MSG_NOSIGNAL);
        (void)close(fd);
    }
}

static void check_unusable(const char *answer)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof at;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    struct canned_server server = { listener, answer };
    pthread_t thread;
    struct redis *r;
    char url[64];

    CHECK(bind(listener, (struct sockaddr *)&at, sizeof at) == 0 && listen(listener, 8) == 0);
    CHECK(getsockname(listener, (struct sockaddr *)&at, &size) == 0);
    CHECK(pthread_create(&thread, NULL, send_canned_answers, &server) == 0);
    (void)snprintf(url, sizeof url, "redis://127.0.0.1:%d", ntohs(at.sin_port));
    r = open_redis(url);
    CHECK(!redis_up(r));
    await_report(ST_UNAVAILABLE);
    close_redis(r);
    (void)shutdown(listener, SHUT_RDWR);
    (void)pthread_join(thread, NULL);
    (void)close(listener);
}

TEST(a_server_of_another_protocol_is_not_used)
{
    check_unusable("HTTP/1.1 400 Bad Request\r\n\r\n");
}

/* The most address space that this process has ever used. */
static long address_space_peak_kb(void)
{
    FILE *f = fopen("/proc/self/status", "r");
    char line[200];
    long kb = 0;

    CHECK(f);
    while (kb == 0 && fgets(line, sizeof line, f))
        if (strncmp(line, "VmPeak:", 7) == 0)
            kb = strtol(line + 7, NULL, 10);
    (void)fclose(f);
    return kb;
}

TEST(an_array_is_not_allocated_from_its_header)
{
    long before_kb = address_space_peak_kb();

    check_unusable("*2147483647\r\n"); /* 16 GB of pointers */
    CHECK(address_space_peak_kb() - before_kb < 4L << 20);
}

TESTS(a_full_redis_is_read_and_reported_once, a_redis_that_is_killed_is_not_used_until_it_is_back,
      an_unnoticed_restart_fails_no_call, a_hanging_redis_costs_one_timeout,
      a_redis_that_dies_while_idle_is_noticed, a_slow_redis_costs_each_thread_at_most_one_timeout,
      a_short_deadline_does_not_trip_the_breaker, more_threads_than_connections_are_all_served,
      an_unreachable_redis_is_not_an_error_at_start, a_server_of_another_protocol_is_not_used,
      an_array_is_not_allocated_from_its_header)
