/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/certs/good_urls.c -- which URLs stay in the list, and what is worth saving. */
#include "certs/good_urls.h"

#include "tests/test.h"

enum { DAY_S = 24 * 60 * 60 };

static const char *url_of(int n)
{
    static char text[80];

    snprintf(text, sizeof text, "https://s3.amazonaws.com/echo.api/echo-api-cert-%d.pem", n);
    return text;
}

TEST(a_url_is_worth_saving_when_new_and_then_once_a_day)
{
    struct good_urls g = { .count = 0 };

    CHECK(!good_urls_has(&g, url_of(1)));
    CHECK(good_urls_note(&g, url_of(1), 1000));
    CHECK(good_urls_has(&g, url_of(1)));
    CHECK(!good_urls_has(&g, url_of(2)));
    CHECK(!good_urls_note(&g, url_of(1), 1000 + DAY_S - 1));
    CHECK(good_urls_note(&g, url_of(1), 1000 + DAY_S));
    CHECK(!good_urls_note(&g, url_of(1), 1000)); /* the clock was set back */
    CHECK_INT(g.count, 1);
    CHECK_INT(g.list[0].good_s, 1000 + DAY_S);
    good_urls_done(&g);
    CHECK_INT(g.count, 0);
}

TEST(the_oldest_url_makes_room)
{
    struct good_urls g = { .count = 0 };

    for (int n = 0; n < GOOD_URLS_MAX; n++)
        CHECK(good_urls_note(&g, url_of(n), 1000 + n));
    CHECK(good_urls_note(&g, url_of(0), 1000 + DAY_S));
    CHECK(good_urls_note(&g, url_of(100), 5000));
    CHECK_INT(g.count, GOOD_URLS_MAX);
    CHECK(good_urls_has(&g, url_of(0)));
    CHECK(!good_urls_has(&g, url_of(1)));
    CHECK(good_urls_has(&g, url_of(100)));
    CHECK(!good_urls_note(&g, url_of(101), 1000)); /* older than all of them */
    CHECK(!good_urls_has(&g, url_of(101)));
    good_urls_done(&g);
}

TEST(merging_keeps_the_newest_of_both)
{
    struct good_urls a = { .count = 0 }, b = { .count = 0 };

    for (int n = 0; n < GOOD_URLS_MAX; n++) {
        CHECK(good_urls_note(&a, url_of(n), 1000 + n));
        CHECK(good_urls_note(&b, url_of(8 + n), 2000 + n));
    }
    CHECK(good_urls_merge(&a, &b));
    CHECK(!good_urls_merge(&a, &b));
    CHECK_INT(a.count, GOOD_URLS_MAX);
    for (int n = 0; n < GOOD_URLS_MAX; n++)
        CHECK_ROW(n, good_urls_has(&a, url_of(8 + n)));
    good_urls_done(&a);
    good_urls_done(&b);
}

TESTS(a_url_is_worth_saving_when_new_and_then_once_a_day, the_oldest_url_makes_room,
      merging_keeps_the_newest_of_both)
