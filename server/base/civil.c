/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/civil.c -- the proleptic Gregorian calendar, and local time in a zone. */
#include "server/base/civil.h"

enum { DAY_S = 86400 };

static const int64_t INSTANT_MIN = INT64_C(-62167219200); /* 0000-01-01 */
static const int64_t INSTANT_MAX = INT64_C(253402300799); /* the end of 9999 */

/* ---- the calendar ---- */

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b != 0 && (a < 0) != (b < 0));
}

static bool is_leap(int64_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* Days before month `month` (1-13) in a year. */
static int days_before(bool leap, int month)
{
    static const int before[] = { 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365 };

    return before[month - 1] + (leap && month > 2);
}

/* Days from 1970-01-01 to the first of January of a year. */
static int64_t days_to_year(int64_t year)
{
    int64_t past = year - 1; /* the last complete year */

    return 365 * (year - 1970) + (floor_div(past, 4) - 1969 / 4) -
           (floor_div(past, 100) - 1969 / 100) + (floor_div(past, 400) - 1969 / 400);
}

int64_t civil_days(int year, int month, int day)
{
    int64_t years = floor_div((int64_t)month - 1, 12);
    int64_t y = year + years;

    return days_to_year(y) + days_before(is_leap(y), (int)(month - 12 * years)) + day - 1;
}

int civil_days_in_month(int year, int month)
{
    if (month < 1 || month > 12)
        return 0;
    return days_before(is_leap(year), month + 1) - days_before(is_leap(year), month);
}

bool civil_date_valid(int year, int month, int day)
{
    return month >= 1 && month <= 12 && day >= 1 && day <= civil_days_in_month(year, month);
}

/* Seconds since 1970 as date and time, without an offset. */
static struct civil civil_split(int64_t t)
{
    int64_t days = floor_div(t, DAY_S), year = 1970 + floor_div(days * 400, 146097);
    int64_t first = days_to_year(year);
    int in_day = (int)(t - days * DAY_S), in_year;
    bool leap = is_leap(year);
    struct civil c = { 0 };

    while (first > days || days - first >= 365 + leap) { /* the estimate is off by one at most */
        year += first > days ? -1 : 1;
        first = days_to_year(year);
        leap = is_leap(year);
    }
    in_year = (int)(days - first);
    c.year = (int)year;
    c.month = in_year / 31 + 1; /* exact, or one month early */
    while (c.month < 12 && days_before(leap, c.month + 1) <= in_year)
        c.month++;
    c.day = in_year - days_before(leap, c.month) + 1;
    c.hour = in_day / 3600;
    c.minute = in_day / 60 % 60;
    c.second = in_day % 60;
    c.weekday = (int)(days + 4 - 7 * floor_div(days + 4, 7)); /* 1970 began on a Thursday */
    return c;
}

/* ---- local time ---- */

static int64_t clamp_instant(int64_t t)
{
    return t < INSTANT_MIN ? INSTANT_MIN : t > INSTANT_MAX ? INSTANT_MAX : t;
}

struct civil civil_of(const struct zone *z, int64_t t)
{
    int32_t offset;
    struct civil c;

    t = clamp_instant(t);
    offset = zone_offset_s(z, t);
    c = civil_split(t + offset);
    c.offset_s = offset;
    return c;
}

int64_t civil_instant(const struct zone *z, struct civil c)
{
    int64_t local = civil_days(c.year, c.month, 1) * DAY_S + ((int64_t)c.day - 1) * DAY_S +
                    (int64_t)c.hour * 3600 + (int64_t)c.minute * 60 + c.second;
    /* Clocks change at most once in two days, so these are the offsets before and after. */
    int32_t before = zone_offset_s(z, clamp_instant(local) - DAY_S);
    int32_t after = zone_offset_s(z, clamp_instant(local) + DAY_S);
    bool by_before = zone_offset_s(z, clamp_instant(local) - before) == before;
    bool by_after = zone_offset_s(z, clamp_instant(local) - after) == after;

    /* In an overlap both hold, and the offset before gives the first instant. In a gap neither
     * does, and the offset before gives the time as if the clocks had not been moved. */
    return clamp_instant(by_after && !by_before ? local - after : local - before);
}
