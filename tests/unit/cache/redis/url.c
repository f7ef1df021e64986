/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/redis/url.c -- Redis URLs, valid and invalid. */
#include "cache/redis/url.h"

#include "tests/test.h"

TEST(a_url_holds_the_address_and_the_credentials)
{
    static const struct {
        const char *url, *host;
        int port;
        const char *path, *user, *password;
        int db;
    } cases[] = {
        { "redis://127.0.0.1:6379/0", "127.0.0.1", 6379, "", "", "", 0 },
        { "redis://localhost", "localhost", 6379, "", "", "", 0 },
        { "redis://localhost/", "localhost", 6379, "", "", "", 0 },
        { "redis://cache.example.net:7000/12", "cache.example.net", 7000, "", "", "", 12 },
        { "redis://[::1]:6380/3", "::1", 6380, "", "", "", 3 },
        { "redis://[::1]", "::1", 6379, "", "", "", 0 },
        { "redis://ann:secret@10.0.0.1:1/1", "10.0.0.1", 1, "", "ann", "secret", 1 },
        { "redis://:secret@h", "h", 6379, "", "", "secret", 0 },
        { "redis://ann:a%40b%3A%2F%25@h:2", "h", 2, "", "ann", "a@b:/%", 0 },
        { "redis://ann:a@b:c@h:2", "h", 2, "", "ann", "a@b:c", 0 },
        { "unix:/run/redis/redis.sock", "", 0, "/run/redis/redis.sock", "", "", 0 },
        { "unix:///run/redis.sock", "", 0, "/run/redis.sock", "", "", 0 },
        { "unix:/run/redis.sock?db=4", "", 0, "/run/redis.sock", "", "", 4 },
        { "unix://ann:secret@/run/r.sock?db=4", "", 0, "/run/r.sock", "ann", "secret", 4 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct redis_address a;
        struct err err = ERR_NONE;
        if (redis_url_parse(str_of(cases[i].url), &a, &err) != ST_OK)
            fail_msg("%s: %s", cases[i].url, err.text);
        CHECK_STR(a.host, cases[i].host);
        CHECK_INT(a.port, cases[i].port);
        CHECK_STR(a.path, cases[i].path);
        CHECK_STR(a.user, cases[i].user);
        CHECK_STR(a.password, cases[i].password);
        CHECK_INT(a.db, cases[i].db);
    }
}

TEST(an_invalid_url_is_rejected_without_being_quoted)
{
    static const char *const cases[][2] = {
        { "rediss://h:6379/0", "TLS" },
        { "", "must begin with" },
        { "http://secret@h", "must begin with" },
        { "Redis://h", "must begin with" },
        { "redis://", "host" },
        { "redis:///0", "host" },
        { "redis://:6379", "host" },
        { "redis://u:secret@", "host" },
        { "redis://h x", "host" },
        { "redis://secret@h", "before the @" },
        { "redis://secret:@h", "empty" },
        { "redis://u:secret%zz@h", "escape" },
        { "redis://u:secret%00x@h", "escape" },
        { "redis://h:0", "port" },
        { "redis://h:65536", "port" },
        { "redis://h:x", "port" },
        { "redis://h:", "port" },
        { "redis://[::1", "host" },
        { "redis://[::1]6379", "port" },
        { "redis://h/x", "database" },
        { "redis://h/-1", "database" },
        { "redis://h/70000", "database" },
        { "redis://h/0/1", "database" },
        { "redis://h/0?x=y", "database" },
        { "unix:", "absolute" },
        { "unix:run/redis.sock", "absolute" },
        { "unix://u:secret@run", "absolute" },
        { "unix:/run/redis.sock?db=x", "database" },
        { "unix:/3456789012345678901234567890123456789012345678901234567890123456789012345678901234"
          "5678901234567890123456789",
          "absolute" },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct redis_address a = { .port = 77 };
        struct err err = ERR_NONE;
        CHECK_ROW(i, redis_url_parse(str_of(cases[i][0]), &a, &err) == ST_INVALID);
        if (!strstr(err.text, cases[i][1]))
            fail_msg("%s: %s", cases[i][0], err.text);
        CHECK_ROW(i, !strstr(err.text, "secret"));
        CHECK_ROW(i, a.port == 77);
    }
}

TESTS(a_url_holds_the_address_and_the_credentials, an_invalid_url_is_rejected_without_being_quoted)
