/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/redis/redis.c -- against a real redis-server that is well, full, slow, paused,
 * killed, restarted, flushed, or lets nobody in. */
#define _XOPEN_SOURCE 700
#include "cache/redis/redis.h"

#include <pthread.h>
#include <stdatomic.h>

#include "server/base/metrics.h"
#include "tests/test.h"
#include "tests/unit/cache/redis/redis_server.h"
#include "tests/unit/cache/redis/slow_proxy.h"

/* The first is long enough for a machine that has much else to do; the second is for tests in which
 * Redis is too slow. */
enum { UNHURRIED_MS = 2000, TIMEOUT_MS = 300 };

/* What was reported, in its order. */
static struct told {
    pthread_mutex_t lock;
    size_t count;
    enum status states[40];
    char last[400];
} told = { .lock = PTHREAD_MUTEX_INITIALIZER };

static void tell(void *data, const struct err *state)
{
    (void)data;
    (void)pthread_mutex_lock(&told.lock);
    if (told.count < 40)
        told.states[told.count++] = state->status;
    (void)snprintf(told.last, sizeof told.last, "%s", state->text);
    (void)pthread_mutex_unlock(&told.lock);
}

static size_t told_count(void)
{
    size_t n;

    (void)pthread_mutex_lock(&told.lock);
    n = told.count;
    (void)pthread_mutex_unlock(&told.lock);
    return n;
}

static enum status told_last(void)
{
    enum status st;

    (void)pthread_mutex_lock(&told.lock);
    st = told.count ? told.states[told.count - 1] : ST_MISS;
    (void)pthread_mutex_unlock(&told.lock);
    return st;
}

static struct metrics *metrics;

static struct redis *open_for(const char *url, int64_t timeout_ms)
{
    struct redis_settings settings = {
        .url = url, .timeout_ms = timeout_ms, .prefix = "t:", .report = tell
    };
    struct redis *r = NULL;
    struct err err = ERR_NONE;

    told.count = 0;
    metrics = metrics_create();
    if (redis_create(&settings, metrics, &r, &err) != ST_OK)
        fail_msg("%s", err.text);
    return r;
}

static struct redis *open_redis(const char *url)
{
    return open_for(url, UNHURRIED_MS);
}

static void close_redis(struct redis *r)
{
    redis_free(r);
    metrics_free(metrics);
}

static double gauge(const char *name)
{
    return metric_value(
        metric_get(metrics_family(metrics, METRIC_GAUGE, name, "", ""), NULL, NULL, NULL));
}

static int64_t in_ms(int64_t ms)
{
    return clock_mono_ms() + ms;
}

static enum status put(struct redis *r, const char *key, const char *value)
{
    struct redis_job job = {
        .verb = REDIS_SET, .key = str_of(key), .value = str_of(value), .expiry_ms = 60000
    };
    enum status st = redis_do(r, &job, 1, in_ms(5000), NULL);

    redis_jobs_done(&job, 1);
    return st == ST_OK ? job.status : st;
}

static enum status get(struct redis *r, const char *key, char out[200])
{
    struct redis_job job = { .verb = REDIS_GET, .key = str_of(key), .reply_max = 199 };
    enum status st = redis_do(r, &job, 1, in_ms(5000), NULL);

    (void)snprintf(out, 200, "%s", buf_z(&job.reply));
    redis_jobs_done(&job, 1);
    return st == ST_OK ? job.status : st;
}

/* Wait until the breaker is as wanted. */
static void await_up(struct redis *r, bool up)
{
    int64_t end = in_ms(10000);

    while (redis_up(r) != up) {
        CHECK(clock_left_ms(end) > 0);
        clock_sleep_ms(5);
    }
}

static void await_told(enum status st)
{
    int64_t end = in_ms(10000);

    while (told_last() != st) {
        if (clock_left_ms(end) == 0)
            fail_msg("told %s (%s), want %s", err_status_name(told_last()), told.last,
                     err_status_name(st));
        clock_sleep_ms(5);
    }
}

/* With the breaker open nobody waits. */
static void check_quick(struct redis *r)
{
    char out[200];
    int64_t began = clock_mono_us();

    for (int i = 0; i < 1000; i++)
        CHECK_INT(get(r, "a", out), ST_UNAVAILABLE);
    CHECK(clock_mono_us() - began < TIMEOUT_MS * 1000);
}

/* ---- what can be asked ---- */

static void use_all(struct redis *r, const char *url)
{
    char out[200], big[3000];
    struct redis_job jobs[] = {
        { .verb = REDIS_GET, .key = STR("none"), .reply_max = 100 },
        { .verb = REDIS_SET, .key = STR("a"), .value = { "x\0\r\ny", 5 }, .expiry_ms = 60000 },
        { .verb = REDIS_SET_NX, .key = STR("a"), .value = STR("other"), .expiry_ms = 60000 },
        { .verb = REDIS_SET_NX, .key = STR("b"), .value = STR("token"), .expiry_ms = 60000 },
        { .verb = REDIS_GET, .key = STR("a"), .reply_max = 5 },
        { .verb = REDIS_GET, .key = STR("a"), .reply_max = 4 },
        { .verb = REDIS_DEL_IF, .key = STR("b"), .value = STR("not mine") },
        { .verb = REDIS_DEL_IF, .key = STR("b"), .value = STR("token") },
        { .verb = REDIS_DEL_IF, .key = STR("b"), .value = STR("token") },
        { .verb = REDIS_SET, .key = STR("c"), .value = STR("1old|guard|body"), .expiry_ms = 1000 },
        { .verb = REDIS_PATCH_IF,
          .key = STR("c"),
          .value = STR("2new"),
          .guard = STR("|guard|"),
          .expiry_ms = 60000 },
        { .verb = REDIS_PATCH_IF,
          .key = STR("c"),
          .value = STR("1new"),
          .guard = STR("|other|"),
          .expiry_ms = 60000 },
        { .verb = REDIS_PATCH_IF,
          .key = STR("none"),
          .value = STR("1new"),
          .guard = STR("|guard|"),
          .expiry_ms = 60000 },
        { .verb = REDIS_PATCH_IF,
          .key = STR("c"),
          .value = STR("1new"),
          .guard = STR("|guard|"),
          .expiry_ms = 60000 },
        { .verb = REDIS_GET, .key = STR("c"), .reply_max = 100 },
        { .verb = REDIS_DEL, .key = STR("c") },
        { .verb = REDIS_DEL, .key = STR("c") },
        { .verb = REDIS_GET, .key = STR("c"), .reply_max = 100 },
        { .verb = REDIS_SET, .key = STR("empty"), .value = STR_NONE, .expiry_ms = 60000 },
        { .verb = REDIS_GET, .key = STR("empty"), .reply_max = 0 },
        { .verb = REDIS_GET, .key = STR("list"), .reply_max = 100 },
    };
    static const enum status want[] = {
        ST_MISS, ST_OK,       ST_CONFLICT, ST_OK,   ST_OK,   ST_INVALID, ST_CONFLICT,
        ST_OK,   ST_CONFLICT, ST_OK,       ST_MISS, ST_MISS, ST_MISS,    ST_OK,
        ST_OK,   ST_OK,       ST_OK,       ST_MISS, ST_OK,   ST_OK,      ST_DENIED,
    };

    enum { JOBS = sizeof jobs / sizeof jobs[0] };
    struct redis_job large = { .verb = REDIS_SET, .key = STR("large"), .expiry_ms = 60000 };
    struct err err = ERR_NONE;

    REDIS_SAY(url, out, "RPUSH", "t:list", "x");
    if (redis_do(r, jobs, JOBS, in_ms(5000), &err) != ST_OK)
        fail_msg("%s", err.text);
    for (size_t i = 0; i < JOBS; i++)
        if (jobs[i].status != want[i])
            fail_msg("job %zu: %s, want %s", i, err_status_name(jobs[i].status),
                     err_status_name(want[i]));
    CHECK(str_eq(buf_str(&jobs[4].reply), (struct str){ "x\0\r\ny", 5 }));
    CHECK_SLICE(buf_str(&jobs[14].reply), "1new|guard|body");
    redis_jobs_done(jobs, JOBS);
    CHECK_STR(REDIS_SAY(url, out, "GET", "t:empty"), "");
    CHECK_INT(strtol(REDIS_SAY(url, out, "PTTL", "t:a"), NULL, 10) > 50000, 1);
    memset(big, 'k', sizeof big);
    large.value = (struct str){ big, sizeof big };
    CHECK(redis_do(r, &large, 1, in_ms(5000), NULL) == ST_OK && large.status == ST_OK);
    redis_jobs_done(&large, 1);
    large = (struct redis_job){ .verb = REDIS_SET, .key = STR("no expiry") };
    CHECK_INT(redis_do(r, &large, 1, in_ms(5000), NULL), ST_INVALID);
    CHECK_INT(large.status, ST_INVALID);
    large.verb = REDIS_GET;
    CHECK_INT(redis_do(r, &large, 1, in_ms(-1), NULL), ST_TIMEOUT);
    CHECK(redis_up(r));
}

TEST(every_verb_does_what_it_says_over_either_socket)
{
    struct redis_server s;

    redis_server_start(&s, NULL);
    for (int i = 0; i < 2; i++) {
        const char *url = i ? s.tcp_url : s.unix_url;
        char out[200];
        struct redis *r = open_redis(url);
        CHECK(redis_up(r));
        use_all(r, url);
        await_told(ST_OK);
        CHECK_INT(told_count(), 1);
        CHECK(gauge("climacast_redis_up") == 1);
        close_redis(r);
        REDIS_SAY(url, out, "FLUSHALL");
    }
    redis_server_stop(&s);
}

TEST(the_database_of_the_url_is_used)
{
    struct redis_server s;
    struct redis *r;
    char url[80], out[200];

    redis_server_start(&s, NULL);
    (void)snprintf(url, sizeof url, "redis://localhost:%d/5", s.port);
    r = open_redis(url);
    CHECK_INT(put(r, "a", "here"), ST_OK);
    CHECK_STR(REDIS_SAY(url, out, "GET", "t:a"), "here");
    CHECK_STR(REDIS_SAY(s.tcp_url, out, "GET", "t:a"), "");
    close_redis(r);
    redis_server_stop(&s);
}

/* ---- rights ---- */

TEST(a_user_with_a_password_is_let_in_and_others_are_told_once)
{
    static const struct {
        const char *login;
        bool in;
    } cases[] = {
        { "ann:s%40cret", true },     { ":everyone", true }, { "ann:wrong", false },
        { "nobody:s%40cret", false }, { ":wrong", false },   { NULL, false },
    };
    struct redis_server s;
    char url[400], out[200];

    redis_server_start(&s, "user default on >everyone ~* &* +@all\nuser ann on >s@cret ~t:* "
                           "+@all -@dangerous");
    (void)snprintf(url, sizeof url, "redis://:everyone@127.0.0.1:%d", s.port);
    redis_server_await(url);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct redis *r;
        if (i % 2 == 0)
            (void)snprintf(url, sizeof url, "redis://%s%s127.0.0.1:%d",
                           cases[i].login ? cases[i].login : "", cases[i].login ? "@" : "", s.port);
        else
            (void)snprintf(url, sizeof url, "unix://%s%s%s", cases[i].login ? cases[i].login : "",
                           cases[i].login ? "@" : "", s.socket);
        r = open_redis(url);
        CHECK_ROW(i, redis_up(r) == cases[i].in);
        CHECK_ROW(i, put(r, "a", "x") == (cases[i].in ? ST_OK : ST_UNAVAILABLE));
        CHECK_ROW(i, get(r, "a", out) == (cases[i].in ? ST_OK : ST_UNAVAILABLE));
        await_told(cases[i].in ? ST_OK : ST_DENIED);
        if (!cases[i].in)
            clock_sleep_ms(500); /* one more try of the keeper, or two */
        CHECK_ROW(i, told_count() == 1);
        CHECK_ROW(i, !strstr(told.last, "cret") && !strstr(told.last, "wrong"));
        close_redis(r);
    }
    redis_server_stop(&s);
}

TEST(a_user_without_the_right_to_write_may_still_read)
{
    struct redis_server s;
    struct redis *r;
    char out[200];

    redis_server_start(&s, "user default on nopass ~* &* +@all\n"
                           "user reader on >pw ~t:* +@read +@connection");
    redis_server_await(s.unix_url);
    REDIS_SAY(s.unix_url, out, "SET", "t:a", "kept");
    (void)snprintf(s.tcp_url, sizeof s.tcp_url, "redis://reader:pw@127.0.0.1:%d", s.port);
    r = open_redis(s.tcp_url);
    await_told(ST_OK);
    CHECK_INT(get(r, "a", out), ST_OK);
    CHECK_STR(out, "kept");
    CHECK_INT(put(r, "a", "new"), ST_DENIED);
    await_told(ST_TOO_LARGE);
    CHECK(strstr(told.last, "NOPERM"));
    CHECK_INT(put(r, "a", "new"), ST_DENIED);
    CHECK_INT(get(r, "a", out), ST_OK);
    CHECK_INT(told_count(), 2);
    CHECK(gauge("climacast_redis_refuses_writes") == 1);
    close_redis(r);
    redis_server_stop(&s);
}

/* ---- trouble ---- */

TEST(a_full_redis_is_read_and_not_blamed_twice)
{
    struct redis_server s;
    struct redis *r;
    char out[200];

    redis_server_start(&s, NULL);
    r = open_redis(s.unix_url);
    CHECK_INT(put(r, "a", "kept"), ST_OK);
    await_told(ST_OK);
    REDIS_SAY(s.unix_url, out, "CONFIG", "SET", "maxmemory-policy", "noeviction");
    REDIS_SAY(s.unix_url, out, "CONFIG", "SET", "maxmemory", "1");
    for (int i = 0; i < 20; i++) {
        CHECK_INT(put(r, "b", "new"), ST_DENIED);
        CHECK_INT(get(r, "a", out), ST_OK);
        CHECK_STR(out, "kept");
    }
    await_told(ST_TOO_LARGE);
    CHECK(strstr(told.last, "OOM"));
    CHECK_INT(told_count(), 2);
    CHECK(redis_up(r));
    REDIS_SAY(s.unix_url, out, "CONFIG", "SET", "maxmemory", "0");
    CHECK_INT(put(r, "b", "new"), ST_OK);
    CHECK_INT(get(r, "b", out), ST_OK);
    close_redis(r);
    redis_server_stop(&s);
}

TEST(a_redis_that_is_killed_is_left_alone_until_it_is_back)
{
    struct redis_server s;
    struct redis *r;
    char out[200];

    redis_server_start(&s, NULL);
    r = open_redis(s.unix_url);
    CHECK_INT(put(r, "a", "x"), ST_OK);
    await_told(ST_OK);
    redis_server_kill(&s);
    CHECK(get(r, "a", out) != ST_OK);
    await_up(r, false);
    check_quick(r);
    await_told(ST_UNAVAILABLE);
    CHECK(gauge("climacast_redis_up") == 0);
    redis_server_run(&s);
    await_up(r, true);
    await_told(ST_OK);
    CHECK_INT(told_count(), 3);
    CHECK_INT(get(r, "a", out), ST_MISS);
    CHECK_INT(put(r, "a", "y"), ST_OK);
    close_redis(r);
    redis_server_stop(&s);
}

TEST(a_redis_that_was_restarted_unseen_costs_no_answer)
{
    struct redis_server s;
    struct redis *r;
    char out[200];

    redis_server_start(&s, NULL);
    r = open_redis(s.unix_url);
    CHECK_INT(put(r, "a", "x"), ST_OK);
    for (int i = 0; i < 3; i++) {
        redis_server_kill(&s);
        redis_server_run(&s);
        redis_server_await(s.unix_url);
        await_up(r, true);
        CHECK_INT(get(r, "a", out), ST_MISS);
        CHECK_INT(put(r, "a", "x"), ST_OK);
        CHECK_INT(get(r, "a", out), ST_OK);
        REDIS_SAY(s.unix_url, out, "CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
        CHECK_INT(get(r, "a", out), ST_OK); /* what broke off was only a connection */
        REDIS_SAY(s.unix_url, out, "FLUSHALL");
        CHECK_INT(get(r, "a", out), ST_MISS);
    }
    close_redis(r);
    redis_server_stop(&s);
}

TEST(a_redis_that_is_paused_costs_one_timeout)
{
    struct redis_server s;
    struct redis *r;
    char out[200];
    int64_t began;

    redis_server_start(&s, NULL);
    for (int i = 0; i < 2; i++) {
        r = open_for(i ? s.tcp_url : s.unix_url, TIMEOUT_MS);
        CHECK_INT(put(r, "a", "x"), ST_OK);
        await_told(ST_OK);
        redis_server_signal(&s, SIGSTOP);
        began = clock_mono_ms();
        CHECK(get(r, "a", out) != ST_OK); /* or the keeper was first */
        CHECK(clock_mono_ms() - began < 4 * TIMEOUT_MS);
        await_up(r, false);
        check_quick(r);
        clock_sleep_ms(500); /* the keeper tries, and nobody waits for him */
        check_quick(r);
        redis_server_signal(&s, SIGCONT);
        await_up(r, true);
        CHECK_INT(get(r, "a", out), ST_OK);
        await_told(ST_OK);
        CHECK_INT(told_count(), 3);
        close_redis(r);
    }
    redis_server_stop(&s);
}

TEST(a_redis_that_dies_in_a_quiet_hour_is_noticed)
{
    struct redis_server s;
    struct redis *r;

    redis_server_start(&s, NULL);
    r = open_for(s.tcp_url, TIMEOUT_MS);
    await_told(ST_OK);
    redis_server_signal(&s, SIGSTOP);
    await_up(r, false);
    check_quick(r);
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
        c->answered += get(c->r, "a", out) == ST_OK;
        c->waited += clock_mono_ms() - began >= TIMEOUT_MS / 2;
    }
    return NULL;
}

TEST(a_redis_that_is_slow_costs_each_of_many_one_timeout_at_most)
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
    CHECK_INT(put(r, "a", "x"), ST_OK);
    await_told(ST_OK);
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
    check_quick(r);
    proxy.delay_ms = 0;
    await_up(r, true);
    CHECK_INT(get(r, "a", out), ST_OK);
    await_told(ST_OK);
    CHECK_INT(told_count(), 3);
    close_redis(r);
    proxy_stop();
    redis_server_stop(&s);
}

TEST(a_callers_own_haste_is_not_held_against_redis)
{
    struct redis_server s;
    struct redis_job job = { .verb = REDIS_GET, .key = STR("a"), .reply_max = 10 };
    struct redis *r;
    char url[64];

    redis_server_start(&s, NULL);
    proxy_start(s.socket, url);
    r = open_redis(url);
    proxy.delay_ms = UNHURRIED_MS / 4;
    CHECK_INT(redis_do(r, &job, 1, in_ms(UNHURRIED_MS / 20), NULL), ST_TIMEOUT);
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
        c->answered +=
            put(c->r, "a", "x") == ST_OK && get(c->r, "a", out) == ST_OK && strcmp(out, "x") == 0;
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

TEST(what_is_not_redis_or_not_there_is_no_fault_at_start)
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
        CHECK_ROW(i, !redis_up(r) && get(r, "a", out) == ST_UNAVAILABLE);
        close_redis(r);
        CHECK_ROW(i, clock_mono_ms() - began < 4 * UNHURRIED_MS);
    }
    CHECK_INT(redis_create(&bad, NULL, &r, &err), ST_INVALID);
    CHECK(strstr(err.text, "rediss://"));
}

/* Something on the port that talks, but not as Redis does. */
static void *talk_nonsense(void *data)
{
    int listener = *(int *)data;

    for (;;) {
        static const char nonsense[] = "HTTP/1.1 400 Bad Request\r\n\r\n";
        int fd = accept(listener, NULL, NULL);
        if (fd < 0)
            return NULL;
        (void)send(fd, nonsense, sizeof nonsense - 1, MSG_NOSIGNAL);
        (void)close(fd);
    }
}

TEST(what_talks_otherwise_than_redis_is_not_used)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t size = sizeof at;
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    pthread_t thread;
    struct redis *r;
    char url[64];

    CHECK(bind(listener, (struct sockaddr *)&at, sizeof at) == 0 && listen(listener, 8) == 0);
    CHECK(getsockname(listener, (struct sockaddr *)&at, &size) == 0);
    CHECK(pthread_create(&thread, NULL, talk_nonsense, &listener) == 0);
    (void)snprintf(url, sizeof url, "redis://127.0.0.1:%d", ntohs(at.sin_port));
    r = open_redis(url);
    CHECK(!redis_up(r));
    await_told(ST_UNAVAILABLE);
    close_redis(r);
    (void)shutdown(listener, SHUT_RDWR);
    (void)pthread_join(thread, NULL);
    (void)close(listener);
}

TESTS(every_verb_does_what_it_says_over_either_socket, the_database_of_the_url_is_used,
      a_user_with_a_password_is_let_in_and_others_are_told_once,
      a_user_without_the_right_to_write_may_still_read, a_full_redis_is_read_and_not_blamed_twice,
      a_redis_that_is_killed_is_left_alone_until_it_is_back,
      a_redis_that_was_restarted_unseen_costs_no_answer, a_redis_that_is_paused_costs_one_timeout,
      a_redis_that_dies_in_a_quiet_hour_is_noticed,
      a_redis_that_is_slow_costs_each_of_many_one_timeout_at_most,
      a_callers_own_haste_is_not_held_against_redis, more_threads_than_connections_are_all_served,
      what_is_not_redis_or_not_there_is_no_fault_at_start,
      what_talks_otherwise_than_redis_is_not_used)
