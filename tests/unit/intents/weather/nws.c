/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/weather/nws.c -- URLs of documents stay at the base; anomalies are reported
 * once. */
#include "intents/weather/nws.h"

#include "intents/weather/nws_internal.h"
#include "tests/test.h"

enum { ARENA_MAX = 64 * 1024 };

static struct nws *nws_at(const char *base)
{
    struct nws_settings settings = { .base_url = base };
    struct nws *n = nws_create(&settings, NULL, NULL, NULL);

    CHECK(n);
    return n;
}

static void check_urls(const char *base, const char *const (*cases)[2], size_t count)
{
    struct arena *arena = arena_create(ARENA_MAX);
    struct nws *n = nws_at(base);

    for (size_t i = 0; i < count; i++)
        CHECK_SLICE(nws_url(n, arena, str_of(cases[i][0])), cases[i][1]);
    nws_free(n);
    arena_free(arena);
}

TEST(urls_of_documents_are_mapped_to_the_base)
{
    static const char *const cases[][2] = {
        { "https://api.weather.gov/gridpoints/BOU/54,74",
          "http://127.0.0.1:99/gridpoints/BOU/54,74" },
        { "HTTPS://API.Weather.GOV/zones/x", "http://127.0.0.1:99/zones/x" },
        { "http://api.weather.gov:443/a", "http://127.0.0.1:99/a" },
        { "http://127.0.0.1:99/points/1,2", "http://127.0.0.1:99/points/1,2" },
        { "http://127.0.0.1:7/points/1,2", "http://127.0.0.1:99/points/1,2" },
        { "/points/40.015,-105.27", "http://127.0.0.1:99/points/40.015,-105.27" },
        { "https://api.weather.gov/stations?id%5B0%5D=K1P1&cursor=x",
          "http://127.0.0.1:99/stations" },
        { "/icons/land/day#top", "http://127.0.0.1:99/icons/land/day" },
    };

    check_urls("http://127.0.0.1:99/", cases, sizeof cases / sizeof cases[0]);
}

TEST(foreign_and_malformed_urls_count_as_absent)
{
    static const char *const cases[][2] = {
        { "", "" },
        { "https://big-test-zone", "" },
        { "https://evil.example/points/1,2", "" },
        { "https://api.weather.gov.evil.example/points/1,2", "" },
        { "https://api.weather.gov@evil.example/points/1,2", "" },
        { "https://evil.example\\@api.weather.gov/points/1,2", "" },
        { "https://evil.example/@api.weather.gov/x", "" },
        { "https://evil.example?x=api.weather.gov/x", "" },
        { "https://evil.example#.api.weather.gov/x", "" },
        { "//evil.example/points/1,2", "" },
        { "ftp://api.weather.gov/x", "" },
        { "file:///etc/passwd", "" },
        { "javascript:alert(1)", "" },
        { "points/1,2", "" },
        { "https://api.weather.gov", "" },
        { "https://api.weather.gov/", "" },
        { "https://api.weather.gov//evil.example/x", "" },
        { "https:///points/1,2", "" },
        { "/a/../b", "" },
        { "/a/%2e%2e/b", "" },
        { "/a b", "" },
        { "/a\\b", "" },
        { "/a\r\nHost: x", "" },
        { "/caf\xc3\xa9", "" },
    };

    check_urls("https://api.weather.gov", cases, sizeof cases / sizeof cases[0]);
}

TEST(the_url_of_a_page_keeps_its_query)
{
    static const char *const cases[][2] = {
        { "https://api.weather.gov/alerts/active?cursor=eyJ%3D&x=1",
          "/alerts/active?cursor=eyJ%3D&x=1" },
        { "/alerts/active?cursor=x#top", "/alerts/active?cursor=x" },
        { "/alerts", "/alerts" },
        { "https://evil.example/alerts?cursor=x", "" },
        { "//evil.example/alerts?cursor=x", "" },
        { "/alerts/../x?cursor=x", "" },
        { "/alerts?cursor=a b", "" },
        { "/alerts?cursor=a\r\nHost: x", "" },
        { "/alerts?a\\b", "" },
        { "/alerts?caf\xc3\xa9", "" },
        { "?cursor=x", "" },
        { "", "" },
    };
    struct arena *arena = arena_create(ARENA_MAX);
    struct nws *n = nws_at("http://127.0.0.1:99");
    char text[2000];

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        (void)snprintf(text, sizeof text, "%s%s", cases[i][1][0] ? "http://127.0.0.1:99" : "",
                       cases[i][1]);
        CHECK_SLICE(nws_page_url(n, arena, str_of(cases[i][0])), text);
    }
    memset(text, 'a', sizeof text);
    memcpy(text, "/alerts?", 8);
    CHECK_INT(nws_page_url(n, arena, (struct str){ text, sizeof text }).n, 0);
    CHECK(nws_page_url(n, arena, (struct str){ text, 1400 }).n > 1400);
    nws_free(n);
    arena_free(arena);
}

TEST(a_path_that_is_too_long_counts_as_absent)
{
    struct arena *arena = arena_create(ARENA_MAX);
    struct nws *n = nws_at("https://api.weather.gov");
    char path[600];

    memset(path, 'a', sizeof path);
    path[0] = '/';
    CHECK(nws_url(n, arena, (struct str){ path, 200 }).n > 0);
    CHECK_INT(nws_url(n, arena, (struct str){ path, sizeof path }).n, 0);
    CHECK_INT(nws_url(n, arena, (struct str){ "/a\0b", 4 }).n, 0);
    nws_free(n);
    arena_free(arena);
}

TEST(the_path_of_the_base_appears_once)
{
    static const char *const cases[][2] = {
        { "https://api.weather.gov/zones/x", "http://proxy.example/nws/zones/x" },
        { "http://proxy.example/nws/zones/x", "http://proxy.example/nws/zones/x" },
        { "http://proxy.example/zones/x", "http://proxy.example/nws/zones/x" },
        { "http://proxy.example/nwsx/y", "http://proxy.example/nws/nwsx/y" },
    };

    check_urls("http://proxy.example/nws", cases, sizeof cases / sizeof cases[0]);
}

TEST(a_base_that_is_not_a_url_is_rejected)
{
    static const char *const bases[] = { "api.weather.gov", "ftp://x/y",  "http://",
                                         "http://a b/",     "http://u@h", "http://h/?x=1" };

    for (size_t i = 0; i < sizeof bases / sizeof bases[0]; i++) {
        struct nws_settings settings = { .base_url = bases[i] };
        struct err err = ERR_NONE;

        CHECK_ROW(i, !nws_create(&settings, NULL, NULL, &err));
        CHECK_ROW(i, err.status == ST_INVALID);
    }
}

TEST(settings_are_copied_and_have_defaults)
{
    char base[] = "http://127.0.0.1:1", name[] = "here";
    const char *names[] = { name, NULL };
    struct nws_settings settings = { .base_url = base, .geocoders = names };
    struct nws *n = nws_create(&settings, NULL, NULL, NULL);

    memset(base, 'x', sizeof base - 1);
    memset(name, 'x', sizeof name - 1);
    CHECK_STR(nws_base(n), "http://127.0.0.1:1");
    CHECK_STR(nws_settings(n)->geocoders[0], "here");
    CHECK(!nws_settings(n)->geocoders[1]);
    CHECK_STR(nws_settings(n)->geocoder_here_key, "");
    nws_free(n);

    n = nws_at(NULL);
    CHECK_STR(nws_base(n), "https://api.weather.gov");
    CHECK_STR(nws_settings(n)->geocoders[0], "gazetteer");
    CHECK(!nws_settings(n)->geocoders[1]);
    nws_free(n);
    nws_free(NULL);
}

static void count_report(void *data, const struct err *err)
{
    CHECK(err->text[0] != '\0');
    ++*(int *)data;
}

TEST(each_anomaly_is_reported_once_and_their_number_is_limited)
{
    int reported = 0;
    struct nws_settings settings = { .report = count_report, .report_data = &reported };
    struct nws *n = nws_create(&settings, NULL, NULL, NULL);

    for (int i = 0; i < 3; i++) {
        struct err err = ERR_NONE;

        err_reason(&err, ST_INVALID, "unit_unknown", "wmoUnit:furlong");
        nws_report(n, &err);
        nws_report(NULL, &err);
    }
    CHECK_INT(reported, 1);
    for (int i = 0; i < 1000; i++) {
        struct err err = ERR_NONE;

        err_reason(&err, ST_INVALID, "unit_unknown", "wmoUnit:%d", i);
        nws_report(n, &err);
    }
    CHECK(reported > 10 && reported < 100);
    nws_free(n);
}

TEST(a_failed_document_is_described)
{
    static const struct {
        enum status status, want;
    } cases[] = {
        { ST_NOT_FOUND, ST_NOT_FOUND },     { ST_TIMEOUT, ST_TIMEOUT },
        { ST_UNAVAILABLE, ST_UNAVAILABLE }, { ST_INVALID, ST_UNAVAILABLE },
        { ST_TOO_LARGE, ST_UNAVAILABLE },   { ST_SYSTEM, ST_SYSTEM },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct document document = { .status = cases[i].status };
        struct err err = ERR_NONE;

        err_set(&document.err, cases[i].status, "broken off");
        CHECK_ROW(i, nws_document_error(&document, "the grid", &err) == cases[i].want);
        CHECK_STR(err.text, "the grid: broken off");
    }
}

TESTS(urls_of_documents_are_mapped_to_the_base, foreign_and_malformed_urls_count_as_absent,
      the_url_of_a_page_keeps_its_query, a_path_that_is_too_long_counts_as_absent,
      the_path_of_the_base_appears_once, a_base_that_is_not_a_url_is_rejected,
      settings_are_copied_and_have_defaults,
      each_anomaly_is_reported_once_and_their_number_is_limited, a_failed_document_is_described)
