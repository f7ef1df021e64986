/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/api/query.c -- query strings, Host and Origin. */
#include "server/api/query.h"
#include "server/api/host_check.h"
#include "tests/test.h"

TEST(a_query_is_decoded)
{
    static const char *const names[] = { "q", "place", NULL };
    struct arena *arena = arena_create(10000);
    struct query q;

    CHECK(query_parse(STR("q=will%20it+rain&&place=%20Boulder%2C%20CO%20&x"), arena, &q));
    CHECK_INT(q.count, 3);
    CHECK_SLICE(query_get(&q, "q"), "will it rain");
    CHECK_SLICE(query_get(&q, "place"), "Boulder, CO");
    CHECK_INT(query_get(&q, "nothing").n, 0);
    CHECK_SLICE(query_unknown(&q, names), "x");
    CHECK_INT(query_repeated(&q).n, 0);
    CHECK(query_parse(STR("a=1&b=2&a=1"), arena, &q));
    CHECK_SLICE(query_repeated(&q), "a");
    CHECK(query_parse(STR(""), arena, &q));
    CHECK_INT(q.count, 0);
    arena_free(arena);
}

TEST(what_is_not_text_is_refused)
{
    static const char *const bad[] = { "a=%",   "a=%2",   "a=%zz",
                                       "a=%ff", "a=%00",  "%0a=1",
                                       "a=%7f", "a=\xc3", "a&b&c&d&e&f&g&h&i&j&k&l&m&n&o&p&q" };
    struct arena *arena = arena_create(10000);
    struct query q;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CHECK_ROW(i, !query_parse(str_of(bad[i]), arena, &q));
    arena_free(arena);
}

TEST(only_this_machine_is_own)
{
    static const struct {
        const char *host;
        bool own;
    } cases[] = {
        { "localhost", true },
        { "LocalHost:9181", true },
        { "127.0.0.1", true },
        { "127.9.9.9:1", true },
        { "[::1]", true },
        { "[::1]:80", true },
        { "192.0.2.7:9181", true },
        { "192.0.2.8", false },
        { "", false },
        { "::1", false },
        { "[::1", false },
        { "[::1]x", false },
        { "localhost:", false },
        { "localhost:65536", false },
        { "localhost:-1", false },
        { "localhost.", false },
        { "evil.localhost", false },
        { "127.0.0.1.evil.example", false },
        { "2130706433", false },
        { "0x7f.1", false },
        { "user@localhost", false },
    };
    uint8_t bytes[4] = { 192, 0, 2, 7 };
    struct ip own = ip_v4(bytes);
    char origin[100];

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        CHECK_ROW(i, host_is_own(str_of(cases[i].host), &own) == cases[i].own);
        snprintf(origin, sizeof origin, "http://%s", cases[i].host);
        CHECK_ROW(i, host_origin_is_own(str_of(origin), &own) == cases[i].own);
    }
    CHECK(!host_origin_is_own(STR("null"), &own));
    CHECK(!host_origin_is_own(STR("localhost"), &own));
}

TESTS(a_query_is_decoded, what_is_not_text_is_refused, only_this_machine_is_own)
