/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/redis/redis.c -- verbs, databases and permissions, with a real redis-server. */
#define _XOPEN_SOURCE 700
#include "tests/unit/cache/redis/redis_client.h"

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

    REDIS_RUN(url, out, "RPUSH", "t:list", "x");
    if (redis_do(r, jobs, JOBS, in_ms(5000), &err) != ST_OK)
        fail_msg("%s", err.text);
    for (size_t i = 0; i < JOBS; i++)
        if (jobs[i].status != want[i])
            fail_msg("job %zu: %s, want %s", i, err_status_name(jobs[i].status),
                     err_status_name(want[i]));
    CHECK(str_eq(buf_str(&jobs[4].reply), (struct str){ "x\0\r\ny", 5 }));
    CHECK_SLICE(buf_str(&jobs[14].reply), "1new|guard|body");
    redis_jobs_done(jobs, JOBS);
    CHECK_STR(REDIS_RUN(url, out, "GET", "t:empty"), "");
    CHECK_INT(strtol(REDIS_RUN(url, out, "PTTL", "t:a"), NULL, 10) > 50000, 1);
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

TEST(every_verb_works_over_both_kinds_of_socket)
{
    struct redis_server s;

    redis_server_start(&s, NULL);
    for (int i = 0; i < 2; i++) {
        const char *url = i ? s.tcp_url : s.unix_url;
        char out[200];
        struct redis *r = open_redis(url);
        CHECK(redis_up(r));
        use_all(r, url);
        await_report(ST_OK);
        CHECK_INT(reported_count(), 1);
        CHECK(gauge("climacast_redis_up") == 1);
        close_redis(r);
        REDIS_RUN(url, out, "FLUSHALL");
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
    CHECK_INT(redis_put(r, "a", "here"), ST_OK);
    CHECK_STR(REDIS_RUN(url, out, "GET", "t:a"), "here");
    CHECK_STR(REDIS_RUN(s.tcp_url, out, "GET", "t:a"), "");
    close_redis(r);
    redis_server_stop(&s);
}

/* ---- permissions ---- */

TEST(a_user_with_a_password_is_admitted_and_a_failure_is_reported_once)
{
    static const struct {
        const char *login;
        bool admitted;
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
        CHECK_ROW(i, redis_up(r) == cases[i].admitted);
        CHECK_ROW(i, redis_put(r, "a", "x") == (cases[i].admitted ? ST_OK : ST_UNAVAILABLE));
        CHECK_ROW(i, redis_get(r, "a", out) == (cases[i].admitted ? ST_OK : ST_UNAVAILABLE));
        await_report(cases[i].admitted ? ST_OK : ST_DENIED);
        if (!cases[i].admitted)
            clock_sleep_ms(500); /* another attempt or two to connect */
        CHECK_ROW(i, reported_count() == 1);
        CHECK_ROW(i, !strstr(reported.last, "cret") && !strstr(reported.last, "wrong"));
        close_redis(r);
    }
    redis_server_stop(&s);
}

TEST(a_user_without_write_permission_can_still_read)
{
    struct redis_server s;
    struct redis *r;
    char out[200];

    redis_server_start(&s, "user default on nopass ~* &* +@all\n"
                           "user reader on >pw ~t:* +@read +@connection");
    redis_server_await(s.unix_url);
    REDIS_RUN(s.unix_url, out, "SET", "t:a", "kept");
    (void)snprintf(s.tcp_url, sizeof s.tcp_url, "redis://reader:pw@127.0.0.1:%d", s.port);
    r = open_redis(s.tcp_url);
    await_report(ST_OK);
    CHECK_INT(redis_get(r, "a", out), ST_OK);
    CHECK_STR(out, "kept");
    CHECK_INT(redis_put(r, "a", "new"), ST_DENIED);
    await_report(ST_TOO_LARGE);
    CHECK(strstr(reported.last, "NOPERM"));
    CHECK_INT(redis_put(r, "a", "new"), ST_DENIED);
    CHECK_INT(redis_get(r, "a", out), ST_OK);
    CHECK_INT(reported_count(), 2);
    CHECK(gauge("climacast_redis_refuses_writes") == 1);
    close_redis(r);
    redis_server_stop(&s);
}

TESTS(every_verb_works_over_both_kinds_of_socket, the_database_of_the_url_is_used,
      a_user_with_a_password_is_admitted_and_a_failure_is_reported_once,
      a_user_without_write_permission_can_still_read)
