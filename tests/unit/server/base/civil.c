/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/base/civil.c -- the calendar, and local time across clock changes. */
#include "tests/test.h"

#include <stdlib.h>
#include <time.h>

#include "server/base/civil.h"
#include "server/base/time_text.h"
#include "server/base/zone.h"

#define ROWS(table) (sizeof(table) / sizeof((table)[0]))

static int64_t utc(const char *text)
{
    int64_t t = 0;

    if (!time_parse_rfc3339(str_of(text), &t))
        fail_msg("not a time: %s", text);
    return t;
}

/* Local time, weekday and offset in minutes: "2026-03-08 03:30:00 0 -240". */
static void show(struct civil c, char out[64])
{
    (void)snprintf(out, 64, "%04d-%02d-%02d %02d:%02d:%02d %d %+d", c.year, c.month, c.day, c.hour,
                   c.minute, c.second, c.weekday, c.offset_s / 60);
}

TEST(instants_convert_to_local_time)
{
    static const struct {
        const char *zone, *instant, *want;
    } cases[] = {
        { "UTC", "1970-01-01T00:00:00Z", "1970-01-01 00:00:00 4 +0" },
        { "UTC", "1969-12-31T23:59:59Z", "1969-12-31 23:59:59 3 +0" },
        { "UTC", "2000-02-29T12:00:00Z", "2000-02-29 12:00:00 2 +0" },
        { "UTC", "0000-01-01T00:00:00Z", "0000-01-01 00:00:00 6 +0" },
        { "UTC", "9999-12-31T23:59:59Z", "9999-12-31 23:59:59 5 +0" },
        { "America/New_York", "2026-03-08T06:59:59Z", "2026-03-08 01:59:59 0 -300" },
        { "America/New_York", "2026-03-08T07:00:00Z", "2026-03-08 03:00:00 0 -240" },
        { "America/New_York", "2026-11-01T05:59:59Z", "2026-11-01 01:59:59 0 -240" },
        { "America/New_York", "2026-11-01T06:00:00Z", "2026-11-01 01:00:00 0 -300" },
        { "America/Phoenix", "2026-07-01T00:00:00Z", "2026-06-30 17:00:00 2 -420" },
        { "America/Denver", "2026-07-01T00:00:00Z", "2026-06-30 18:00:00 2 -360" },
        { "Pacific/Honolulu", "2026-07-01T00:00:00Z", "2026-06-30 14:00:00 2 -600" },
        { "Pacific/Guam", "2026-07-01T00:00:00Z", "2026-07-01 10:00:00 3 +600" },
        { "Pacific/Pago_Pago", "2026-07-01T00:00:00Z", "2026-06-30 13:00:00 2 -660" },
        { "America/Puerto_Rico", "2026-07-01T00:00:00Z", "2026-06-30 20:00:00 2 -240" },
        { "America/Anchorage", "2026-01-01T00:00:00Z", "2025-12-31 15:00:00 3 -540" },
        { "America/Anchorage", "2026-07-01T00:00:00Z", "2026-06-30 16:00:00 2 -480" },
        { "America/Adak", "2026-07-01T00:00:00Z", "2026-06-30 15:00:00 2 -540" },
        { "America/Indiana/Knox", "2026-07-01T00:00:00Z", "2026-06-30 19:00:00 2 -300" },
        /* outside the years of the table */
        { "America/New_York", "2006-04-02T06:59:59Z", "2006-04-02 01:59:59 0 -300" },
        { "America/New_York", "2006-04-02T07:00:00Z", "2006-04-02 03:00:00 0 -240" },
        { "America/New_York", "2050-07-01T12:00:00Z", "2050-07-01 08:00:00 5 -240" },
        { "America/New_York", "2044-12-31T23:59:59Z", "2044-12-31 18:59:59 6 -300" },
    };
    for (size_t i = 0; i < ROWS(cases); i++) {
        const struct zone *z = zone_get(str_of(cases[i].zone));
        char got[64];
        CHECK_ROW(i, z);
        show(civil_of(z, utc(cases[i].instant)), got);
        CHECK_STR(got, cases[i].want);
    }
}

TEST(local_times_convert_to_instants_across_gaps_and_overlaps)
{
    static const struct {
        const char *zone;
        struct civil local;
        const char *want;
    } cases[] = {
        { "America/New_York",
          { .year = 2026, .month = 1, .day = 15, .hour = 12 },
          "2026-01-15T17:00:00Z" },
        { "America/New_York",
          { .year = 2026, .month = 3, .day = 8, .hour = 1, .minute = 59 },
          "2026-03-08T06:59:00Z" },
        { "America/New_York",
          { .year = 2026, .month = 3, .day = 8, .hour = 2 }, /* the gap */
          "2026-03-08T07:00:00Z" },
        { "America/New_York",
          { .year = 2026, .month = 3, .day = 8, .hour = 2, .minute = 30 },
          "2026-03-08T07:30:00Z" },
        { "America/New_York",
          { .year = 2026, .month = 3, .day = 8, .hour = 3 },
          "2026-03-08T07:00:00Z" },
        { "America/New_York",
          { .year = 2026, .month = 11, .day = 1, .hour = 1, .minute = 30 },
          "2026-11-01T05:30:00Z" }, /* the first of two */
        { "America/New_York",
          { .year = 2026, .month = 11, .day = 1, .hour = 2 },
          "2026-11-01T07:00:00Z" },
        { "America/New_York",
          { .year = 2026, .month = 11, .day = 1, .hour = 0, .minute = 59 },
          "2026-11-01T04:59:00Z" },
        { "America/Anchorage",
          { .year = 2026, .month = 3, .day = 8, .hour = 2, .minute = 15 },
          "2026-03-08T11:15:00Z" },
        { "America/Phoenix",
          { .year = 2026, .month = 3, .day = 8, .hour = 2, .minute = 30 },
          "2026-03-08T09:30:00Z" },
        { "Pacific/Honolulu",
          { .year = 2026, .month = 11, .day = 1, .hour = 1 },
          "2026-11-01T11:00:00Z" },
        { "Pacific/Guam",
          { .year = 2026, .month = 11, .day = 1, .hour = 1 },
          "2026-10-31T15:00:00Z" },
        /* fields out of range */
        { "UTC", { .year = 2026, .month = 1, .day = 32 }, "2026-02-01T00:00:00Z" },
        { "UTC", { .year = 2026, .month = 13, .day = 1, .hour = 24 }, "2027-01-02T00:00:00Z" },
        { "UTC", { .year = 2026, .month = 0, .day = 0 }, "2025-11-30T00:00:00Z" },
        { "UTC", { .year = 2026, .month = 3, .day = 1, .second = -1 }, "2026-02-28T23:59:59Z" },
        { "America/New_York",
          { .year = 2026, .month = 2, .day = 36, .hour = 2 }, /* 8 March */
          "2026-03-08T07:00:00Z" },
    };
    for (size_t i = 0; i < ROWS(cases); i++) {
        char got[32];
        time_format_rfc3339(civil_instant(zone_get(str_of(cases[i].zone)), cases[i].local), got);
        if (strcmp(got, cases[i].want) != 0)
            fail_msg("row %zu: got %s, want %s", i, got, cases[i].want);
    }
}

TEST(every_hour_of_three_years_round_trips)
{
    static const char *const names[] = { "America/New_York",    "America/Phoenix",
                                         "Pacific/Honolulu",    "Pacific/Guam",
                                         "America/Puerto_Rico", "America/Anchorage" };

    for (size_t i = 0; i < ROWS(names); i++) {
        const struct zone *z = zone_get(str_of(names[i]));
        struct civil before = civil_of(z, utc("2024-12-31T23:00:00Z"));
        for (int64_t t = utc("2025-01-01T00:00:00Z"); t < utc("2028-01-01T00:00:00Z"); t += 3600) {
            struct civil c = civil_of(z, t);
            int64_t back = civil_instant(z, c);
            bool second_of_overlap = c.offset_s < before.offset_s;
            CHECK(back == (second_of_overlap ? t - 3600 : t));
            before = c;
        }
    }
}

TEST(local_time_matches_the_c_library)
{
    static const char *const names[] = { "America/New_York", "America/Chicago", "America/Denver",
                                         "America/Boise",    "America/Detroit", "America/Adak",
                                         "America/Juneau",   "Pacific/Saipan" };

    for (size_t i = 0; i < ROWS(names); i++) {
        const struct zone *z = zone_get(str_of(names[i]));
        CHECK_INT(setenv("TZ", names[i], 1), 0);
        tzset();
        for (int64_t t = utc("2015-01-01T00:00:00Z"); t < utc("2037-01-01T00:00:00Z");
             t += 6 * 3600 + 1) {
            struct civil c = civil_of(z, t);
            struct tm tm;
            time_t when = (time_t)t;
            CHECK(localtime_r(&when, &tm));
            CHECK(c.year == tm.tm_year + 1900 && c.month == tm.tm_mon + 1 && c.day == tm.tm_mday);
            CHECK(c.hour == tm.tm_hour && c.minute == tm.tm_min && c.second == tm.tm_sec);
            CHECK(c.weekday == tm.tm_wday);
        }
    }
    CHECK_INT(unsetenv("TZ"), 0);
}

TEST(days_count_without_a_break)
{
    int64_t days = civil_days(1890, 1, 1);

    for (int year = 1890; year <= 2110; year++)
        for (int month = 1; month <= 12; month++)
            for (int day = 1; day <= civil_days_in_month(year, month); day++)
                CHECK(civil_days(year, month, day) == days++);
    CHECK(civil_days(1970, 1, 1) == 0);
    CHECK(civil_days(2000, 3, 1) == 11017);
    CHECK(civil_days(1, 1, 1) == -719162);
    CHECK(civil_days(2026, 14, 0) == civil_days(2027, 1, 31));
}

TEST(impossible_dates_are_invalid)
{
    CHECK(civil_date_valid(2024, 2, 29) && !civil_date_valid(2026, 2, 29));
    CHECK(civil_date_valid(2000, 2, 29) && !civil_date_valid(1900, 2, 29));
    CHECK(!civil_date_valid(2026, 2, 30) && !civil_date_valid(2026, 4, 31));
    CHECK(!civil_date_valid(2026, 0, 1) && !civil_date_valid(2026, 13, 1));
    CHECK(!civil_date_valid(2026, 1, 0) && !civil_date_valid(2026, 1, 32));
    CHECK_INT(civil_days_in_month(2026, 0), 0);
    CHECK_INT(civil_days_in_month(2026, 13), 0);
}

TEST(far_instants_are_clamped)
{
    const struct zone *z = zone_get(STR("America/New_York"));
    struct civil far = { .year = INT32_MAX,
                         .month = INT32_MAX,
                         .day = INT32_MAX,
                         .hour = INT32_MAX,
                         .minute = INT32_MAX,
                         .second = INT32_MAX };

    CHECK_INT(civil_of(z, INT64_MAX).year, 9999);
    CHECK_INT(civil_of(zone_utc(), INT64_MIN).year, 0);
    CHECK(civil_instant(z, far) == utc("9999-12-31T23:59:59Z"));
    far.year = far.month = far.day = INT32_MIN;
    CHECK(civil_instant(z, far) == utc("0000-01-01T00:00:00Z"));
}

TESTS(instants_convert_to_local_time, local_times_convert_to_instants_across_gaps_and_overlaps,
      every_hour_of_three_years_round_trips, local_time_matches_the_c_library,
      days_count_without_a_break, impossible_dates_are_invalid, far_instants_are_clamped)
