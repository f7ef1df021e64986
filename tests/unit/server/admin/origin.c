/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of server/admin/origin.c: which Host and Origin headers are accepted. */
#include "server/admin/origin.h"

#include "tests/test.h"

static const char *const no_names[] = { NULL };

TEST(only_addresses_and_localhost_are_allowed_hosts)
{
    static const struct {
        const char *host;
        bool allowed;
    } cases[] = {
        { "127.0.0.1:9180", true },
        { "127.0.0.1", true },
        { "localhost", true },
        { "LocalHost:8080", true },
        { "[::1]:9180", true },
        { "[::1]", true },
        { "192.168.1.4:9180", true },
        { "", false },
        { "evil.example", false },
        { "evil.example:9180", false },
        { "127.0.0.1.evil.example:9180", false },
        { "localhost.evil.example", false },
        { "127.0.0.1:9180.evil.example", false },
        { "127.0.0.1:", false },
        { "127.0.0.1:99999", false },
        { "127.0.0.1:-1", false },
        { "127.0.0.1:+80", false },
        { "127.1", false },
        { "0x7f000001", false },
        { "2130706433", false },
        { "[::1", false },
        { "[localhost]", false },
        { "::1", false },
        { "[::1]x", false },
        { "user@127.0.0.1", false },
        { "[fe80::1%25eth0]:80", false },
        { " 127.0.0.1", false },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        if (origin_host_is_allowed(str_of(cases[i].host), no_names) != cases[i].allowed)
            fail_msg("\"%s\" should %sbe allowed", cases[i].host, cases[i].allowed ? "" : "not ");
    CHECK(!origin_host_is_allowed(STR("127.0.0.1\0.evil.example"), no_names));
}

TEST(listed_names_are_allowed_hosts)
{
    static const struct {
        const char *host;
        bool allowed;
    } cases[] = {
        { "monitor.example", true },
        { "Monitor.Example:9180", true },
        { "climacast:9180", true },
        { "localhost", true },
        { "monitor.example.", false },
        { "monitor.example:x", false },
        { "monitor.example.evil.example", false },
        { "evil-monitor.example", false },
        { "climacas", false },
        { "", false },
    };
    static const char *const names[] = { "monitor.example", "climacast", NULL };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        CHECK_ROW(i, origin_host_is_allowed(str_of(cases[i].host), names) == cases[i].allowed);
}

TEST(the_origin_must_match_the_host)
{
    static const struct {
        const char *origin, *host;
        bool same;
    } cases[] = {
        { "http://127.0.0.1:9180", "127.0.0.1:9180", true },
        { "http://localhost:9180", "LOCALHOST:9180", true },
        { "https://localhost", "localhost", true },
        { "http://localhost:9180", "127.0.0.1:9180", false },
        { "http://127.0.0.1:9181", "127.0.0.1:9180", false },
        { "http://evil.example", "127.0.0.1:9180", false },
        { "http://127.0.0.1:9180.evil.example", "127.0.0.1:9180", false },
        { "null", "null", false },
        { "", "", false },
        { "http://", "", false },
        { "127.0.0.1:9180", "127.0.0.1:9180", false },
        { "ftp://127.0.0.1:9180", "127.0.0.1:9180", false },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        CHECK_ROW(i, origin_matches_host(str_of(cases[i].origin), str_of(cases[i].host)) ==
                         cases[i].same);
}

TESTS(only_addresses_and_localhost_are_allowed_hosts, listed_names_are_allowed_hosts,
      the_origin_must_match_the_host)
