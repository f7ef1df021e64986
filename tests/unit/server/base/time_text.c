/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/base/time_text.c -- instants and durations to and from text. */
#include "tests/test.h"

#include "server/base/time_text.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

TEST(rfc3339_is_parsed_completely_and_strictly)
{
    static const struct {
        const char *in, *want; /* NULL: refused */
    } cases[] = {
        { "2026-11-22T11:00:00Z", "2026-11-22T11:00:00Z" },
        { "2026-11-22t11:00:00z", "2026-11-22T11:00:00Z" },
        { "2026-11-22 11:00:00Z", "2026-11-22T11:00:00Z" },
        { "2026-11-22T11:00:00.999999999999Z", "2026-11-22T11:00:00Z" },
        { "2026-11-22T11:00:00-07:00", "2026-11-22T18:00:00Z" },
        { "2026-11-22T11:00:00+10:00", "2026-11-22T01:00:00Z" },
        { "2026-11-22T11:00:00.5+05:45", "2026-11-22T05:15:00Z" },
        { "2026-11-22T11:00:00-00:00", "2026-11-22T11:00:00Z" },
        { "2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z" },
        { "2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z" }, /* a leap second */
        { "0000-01-01T00:00:00Z", "0000-01-01T00:00:00Z" },
        { "2026-02-29T00:00:00Z", NULL },
        { "2026-13-01T00:00:00Z", NULL },
        { "2026-00-01T00:00:00Z", NULL },
        { "2026-01-00T00:00:00Z", NULL },
        { "2026-01-01T24:00:00Z", NULL },
        { "2026-01-01T00:60:00Z", NULL },
        { "2026-01-01T00:00:61Z", NULL },
        { "2026-01-01T00:00:00", NULL },
        { "2026-01-01T00:00:00.Z", NULL },
        { "2026-01-01T00:00:00+0000", NULL },
        { "2026-01-01T00:00:00+00", NULL },
        { "2026-01-01T00:00:00+24:00", NULL },
        { "2026-01-01T00:00:00+00:60", NULL },
        { "2026-01-01T00:00Z", NULL },
        { "2026-01-01", NULL },
        { "2026-1-01T00:00:00Z", NULL },
        { "26-01-01T00:00:00Z", NULL },
        { "2026-01-01T00:00:00Z ", NULL },
        { " 2026-01-01T00:00:00Z", NULL },
        { "2026-01-01T00:00:00ZZ", NULL },
        { "-026-01-01T00:00:00Z", NULL },
        { "2026-01-01T-1:00:00Z", NULL },
        { "", NULL },
    };
    for (size_t i = 0; i < ROWS(cases); i++) {
        int64_t t = -12345;
        char got[32];
        bool ok = time_parse_rfc3339(str_of(cases[i].in), &t);
        CHECK_ROW(i, ok == !!cases[i].want);
        if (!ok) {
            CHECK_ROW(i, t == -12345);
            continue;
        }
        time_format_rfc3339(t, got);
        CHECK_STR(got, cases[i].want);
    }
    CHECK(!time_parse_rfc3339(STR("2026-01-01T00:00:00\0Z"), &(int64_t){ 0 }));
}

TEST(all_three_http_date_forms_are_parsed)
{
    static const struct {
        const char *in;
        int64_t want; /* -1: refused */
    } cases[] = {
        { "Sun, 06 Nov 1994 08:49:37 GMT", 784111777 },
        { "Sunday, 06-Nov-94 08:49:37 GMT", 784111777 },
        { "Sun Nov  6 08:49:37 1994", 784111777 },
        { "Wed Nov 16 08:49:37 1994", 784975777 },
        { "Thu, 01 Jan 1970 00:00:00 GMT", 0 },
        { "Sun, 06 Nov 1994 08:49:37", -1 },
        { "Sun, 06 Nov 1994 08:49:37 EST", -1 },
        { "Sun, 6 Nov 1994 08:49:37 GMT", -1 },
        { "Sun, 31 Feb 1994 08:49:37 GMT", -1 },
        { "Xxx, 06 Nov 1994 08:49:37 GMT", -1 },
        { "Sun, 06 nov 1994 08:49:37 GMT", -1 },
        { "Sun, 06 Nov 1994 25:49:37 GMT", -1 },
        { "Sun Nov 06 08:49:37 1994", -1 },
        { "Sun, 06 Nov 1994 08:49:37 GMT ", -1 },
        { "2026-11-22T11:00:00Z", -1 },
        { "0", -1 },
        { "", -1 },
    };
    for (size_t i = 0; i < ROWS(cases); i++) {
        int64_t t = -1;
        CHECK_ROW(i, time_parse_http(str_of(cases[i].in), &t) == (cases[i].want >= 0));
        CHECK_ROW(i, t == cases[i].want);
    }
}

TEST(http_dates_round_trip)
{
    char text[32];
    int64_t back;

    time_format_http(784111777, text);
    CHECK_STR(text, "Sun, 06 Nov 1994 08:49:37 GMT");
    for (int64_t t = 0; t < INT64_C(4000000000); t += 7654321) {
        time_format_http(t, text);
        CHECK(time_parse_http(str_of(text), &back));
        CHECK(back == t);
        time_format_rfc3339(t, text);
        CHECK(time_parse_rfc3339(str_of(text), &back));
        CHECK(back == t);
    }
}

TEST(duration_components_are_added_up)
{
    static const struct {
        const char *in;
        int64_t want; /* -1: refused */
    } cases[] = {
        { "PT1H", 3600 },
        { "PT23H", 23 * 3600 },
        { "P1D", 86400 },
        { "P1DT6H", 108000 },
        { "P8DT6H", 8 * 86400 + 6 * 3600 },
        { "P2W", 14 * 86400 },
        { "PT30M", 1800 },
        { "PT45S", 45 },
        { "P1Y2M3DT4H5M6S", (365 + 60 + 3) * INT64_C(86400) + 4 * 3600 + 5 * 60 + 6 },
        { "P1M", 30 * 86400 },
        { "PT0S", 0 },
        { "P", -1 },
        { "PT", -1 },
        { "P1DT", -1 },
        { "P1", -1 },
        { "PT1", -1 },
        { "1H", -1 },
        { "P1H", -1 },
        { "PT1D", -1 },
        { "PT1M1H", -1 },
        { "P1D1D", -1 },
        { "P-1D", -1 },
        { "-P1D", -1 },
        { "PT1.5H", -1 },
        { "P1DT6HT1M", -1 },
        { "PTT1H", -1 },
        { "P1234567D", -1 },
        { "P1D ", -1 },
        { "", -1 },
    };
    for (size_t i = 0; i < ROWS(cases); i++) {
        int64_t start = -1, end = -1;
        char text[40];
        (void)snprintf(text, sizeof text, "NOW/%s", cases[i].in);
        CHECK_ROW(i, time_parse_interval(str_of(text), 0, &start, &end) == (cases[i].want >= 0));
        CHECK_ROW(i, end == cases[i].want);
    }
}

TEST(intervals_are_parsed_in_all_forms)
{
    static const struct {
        const char *in, *start, *end; /* NULL: refused */
    } cases[] = {
        { "2026-07-01T12:00:00+00:00/PT6H", "2026-07-01T12:00:00Z", "2026-07-01T18:00:00Z" },
        { "2026-07-01T12:00:00+00:00/P1DT1H", "2026-07-01T12:00:00Z", "2026-07-02T13:00:00Z" },
        { "2026-07-01T12:00:00Z/2026-07-01T13:00:00Z", "2026-07-01T12:00:00Z",
          "2026-07-01T13:00:00Z" },
        { "PT2H/2026-07-01T12:00:00Z", "2026-07-01T10:00:00Z", "2026-07-01T12:00:00Z" },
        { "NOW/PT1H", "2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z" },
        { "PT1H/NOW", "2025-12-31T23:00:00Z", "2026-01-01T00:00:00Z" },
        { "NOW/2026-07-01T12:00:00-0700", "2026-01-01T00:00:00Z", "2026-07-01T19:00:00Z" },
        { "2026-07-01T12:00:00-07/PT1H", "2026-07-01T19:00:00Z", "2026-07-01T20:00:00Z" },
        { "NOW/NOW", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z" },
        { "2026-07-01T12:00:00Z/2026-07-01T11:00:00Z", NULL, NULL },
        { "2026-07-01T12:00:00Z/", NULL, NULL },
        { "2026-07-01T12:00:00Z", NULL, NULL },
        { "/PT1H", NULL, NULL },
        { "PT1H/PT1H", NULL, NULL },
        { "2026-07-01T12:00:00Z/PT1H/PT1H", NULL, NULL },
        { "NOWPT1H", NULL, NULL },
        { "", NULL, NULL },
    };
    int64_t now, start, end;

    CHECK(time_parse_rfc3339(STR("2026-01-01T00:00:00Z"), &now));
    for (size_t i = 0; i < ROWS(cases); i++) {
        bool ok = time_parse_interval(str_of(cases[i].in), now, &start, &end);
        char text[32];
        CHECK_ROW(i, ok == !!cases[i].start);
        if (!ok)
            continue;
        time_format_rfc3339(start, text);
        CHECK_STR(text, cases[i].start);
        time_format_rfc3339(end, text);
        CHECK_STR(text, cases[i].end);
    }
}

TEST(a_damaged_interval_is_refused)
{
    static const char whole[] = "2026-07-01T12:34:56+00:00/PT1H";
    char text[sizeof whole];
    int64_t start, end;

    CHECK(time_parse_interval(str_of(whole), 0, &start, &end));
    for (size_t i = 0; i < sizeof whole - 1; i++) {
        CHECK_ROW(i, !time_parse_interval((struct str){ whole, i }, 0, &start, &end));
        memcpy(text, whole, sizeof whole);
        text[i] = 'x';
        CHECK_ROW(i, !time_parse_interval(str_of(text), 0, &start, &end));
    }
}

TESTS(rfc3339_is_parsed_completely_and_strictly, all_three_http_date_forms_are_parsed,
      http_dates_round_trip, duration_components_are_added_up, intervals_are_parsed_in_all_forms,
      a_damaged_interval_is_refused)
