/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/freshness.c -- how long a response stays fresh, by its headers. */
#include "cache/freshness.h"

#include "tests/test.h"

static const char one[] = "Fri, 19 Dec 2025 13:00:00 GMT";
static const char two[] = "Fri, 19 Dec 2025 13:15:18 GMT";
static const int64_t at_one = 1766149200;

static struct http_response response_with(const char *cache_control, const char *expires,
                                          const char *date, int64_t age_s)
{
    struct http_response r = { .age_s = age_s };

    (void)snprintf(r.cache_control, sizeof r.cache_control, "%s", cache_control);
    (void)snprintf(r.expires, sizeof r.expires, "%s", expires);
    (void)snprintf(r.date, sizeof r.date, "%s", date);
    return r;
}

TEST(the_headers_determine_the_lifetime)
{
    static const struct {
        const char *cache_control, *expires, *date;
        int64_t age_s, want;
    } cases[] = {
        { "public, max-age=900, s-maxage=3600", two, one, 0, 900 },
        { "public, max-age=86378, s-maxage=120", two, one, 0, 86378 },
        { "max-age=900", "", "", 600, 300 },
        { "max-age=900", "", "", 1000, 0 },
        { "max-age=900", "", "", -5, 900 },
        { "MAX-AGE = 60", "", "", 0, 60 },
        { "max-age=\"60\"", "", "", 0, 60 },
        { "max-age=60, max-age=30", "", "", 0, 30 },
        { "max-age=99999999", "", "", 0, FRESHNESS_MAX_S },
        { "max-age=99999999999999999999999", "", "", 0, FRESHNESS_MAX_S },
        { "max-age=-1", two, one, 0, 0 },
        { "max-age=soon", two, one, 0, 0 },
        { "max-age", two, one, 0, 0 },
        { "max-age=0, must-revalidate", "", "", 0, 0 },
        { "must-revalidate, max-age=30", "", "", 0, 30 },
        { "no-cache, max-age=30", "", "", 0, 0 },
        { "xmax-age=30", "", "", 0, 0 },
        { ",,=,max-age=7,", "", "", 0, 7 },
        { "", two, one, 0, 918 },
        { "", two, one, 18, 900 },
        { "", two, "", 0, 918 }, /* no Date: by the local clock */
        { "", one, two, 0, 0 },
        { "", "0", one, 0, 0 },
        { "", "", "", 0, 0 },
        { "s-maxage=3600", "", "", 0, 0 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct http_response r =
            response_with(cases[i].cache_control, cases[i].expires, cases[i].date, cases[i].age_s);
        struct freshness got = freshness_of(&r, at_one);
        if (got.lifetime_s != cases[i].want)
            fail_msg("row %zu: got %lld, want %lld", i, (long long)got.lifetime_s,
                     (long long)cases[i].want);
        CHECK_ROW(i, !got.no_store);
    }
}

TEST(the_local_clock_is_ignored_when_there_is_a_date)
{
    struct http_response r = response_with("", two, one, 0);

    CHECK_INT(freshness_of(&r, at_one - 7200).lifetime_s, 918);
    CHECK_INT(freshness_of(&r, at_one + 7200).lifetime_s, 918);
}

TEST(no_store_is_reported)
{
    struct http_response r = response_with("private, no-store, max-age=60", "", "", 0);

    CHECK(freshness_of(&r, at_one).no_store);
    CHECK_INT(freshness_of(&r, at_one).lifetime_s, 0);
}

TESTS(the_headers_determine_the_lifetime, the_local_clock_is_ignored_when_there_is_a_date,
      no_store_is_reported)
