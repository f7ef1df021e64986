/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/alerts/feed.c -- one request for all zones, and a zone that NWS does not know.
 * */
#include "server/alerts/feed.h"

#include "tests/test.h"

#define BASE "https://api.weather.gov"

TEST(the_url_names_the_zones_or_none_when_it_would_be_too_long)
{
    const char *const two[] = { "COC013", "COZ039" };
    const char *many[1000];
    struct buf url = BUF_INIT(20000);

    feed_url(&url, BASE, two, 2);
    CHECK_STR(buf_z(&url), BASE "/alerts/active?status=actual&zone=COC013,COZ039");
    buf_reset(&url);
    for (size_t i = 0; i < 1000; i++)
        many[i] = "COC013";
    feed_url(&url, BASE, many, 840); /* 7 bytes each */
    CHECK(strstr(buf_z(&url), "&zone=") && url.n <= FEED_URL_MAX);
    buf_reset(&url);
    feed_url(&url, BASE, many, 1000);
    CHECK_STR(buf_z(&url), BASE "/alerts/active?status=actual");
    buf_reset(&url);
    feed_url(&url, BASE, NULL, 0);
    CHECK_STR(buf_z(&url), BASE "/alerts/active?status=actual");
    buf_free(&url);
}

TEST(a_problem_names_a_zone_by_its_number_or_its_name)
{
    static const struct {
        const char *problem;
        size_t want;
    } cases[] = {
        { "{\"parameterErrors\":[{\"parameter\":\"query.zone[1]\",\"message\":\"no\"}]}", 1 },
        { "{\"parameterErrors\":[{\"parameter\":\"query.zone.2\"}]}", 2 },
        { "{\"parameterErrors\":[{\"parameter\":\"query.zone\",\"message\":\"COZ039: no\"}]}", 1 },
        { "{\"parameterErrors\":[{\"parameter\":\"query.zone[3]\"}]}", 3 },
        { "{\"parameterErrors\":[{\"parameter\":\"query.zone[-1]\"}]}", 3 },
        { "{\"parameterErrors\":[{\"parameter\":\"query.zone[]\"}]}", 3 },
        { "{\"parameterErrors\":{}}", 3 },
        { "{\"parameterErrors\":[7]}", 3 },
        { "<html>", 3 },
        { "", 3 },
    };
    const char *const zones[] = { "COC013", "COZ039", "UTC019" };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        CHECK_ROW(i, feed_named_zone(str_of(cases[i].problem), zones, 3) == cases[i].want);
}

TESTS(the_url_names_the_zones_or_none_when_it_would_be_too_long,
      a_problem_names_a_zone_by_its_number_or_its_name)
