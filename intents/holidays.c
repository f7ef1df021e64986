/* SPDX-License-Identifier: Apache-2.0 */
/* intents/holidays.c -- the dates of holidays. */
#include "intents/holidays.h"

#include "server/base/civil.h"

enum { WEEK = 7, MONTHS = 12 };

enum rule { DATE, NTH, LAST, EASTER };

static const struct {
    struct str words;
    const char *name;
    int month;
    enum rule rule;
    int day, weekday;
} holidays[] = {
#define HOLIDAY(words, name, month, rule, day, weekday) \
    { STR(words), name, month, rule, day, weekday },
#include "intents/holidays.def"
#undef HOLIDAY
};

int holidays_find(struct str words, size_t *ret_length)
{
    int found = -1;

    *ret_length = 0;
    for (size_t i = 0; i < sizeof holidays / sizeof holidays[0]; i++) {
        struct str name = holidays[i].words;
        if (!str_starts(words, name) || (words.n > name.n && words.p[name.n] != ' ') ||
            name.n < *ret_length)
            continue;
        found = (int)i;
        *ret_length = name.n; /* "christmas eve", not "christmas" */
    }
    return found;
}

const char *holidays_name(int holiday)
{
    return holidays[holiday].name;
}

/* January 1st 1970 was a Thursday. */
static int weekday_of(int64_t days)
{
    enum { THURSDAY = 4 };

    return (int)(((days + THURSDAY) % WEEK + WEEK) % WEEK);
}

/* The first such weekday on or after that date. */
static int64_t weekday_from(int64_t days, int weekday)
{
    return days + (weekday - weekday_of(days) + WEEK) % WEEK;
}

/* Easter Sunday of the Gregorian calendar: Meeus, "Astronomical Algorithms", chapter 8. */
static int64_t easter(int year)
{
    int a = year % 19, b = year / 100, c = year % 100;
    int g = (8 * b + 13) / 25;
    int h = (19 * a + b - b / 4 - g + 15) % 30;
    int l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    int m = (a + 11 * h + 22 * l) / 451;
    int n = h + l - 7 * m + 114;

    return civil_days(year, n / 31, n % 31 + 1);
}

int64_t holidays_date(int holiday, int year)
{
    int month = holidays[holiday].month, day = holidays[holiday].day;
    int weekday = holidays[holiday].weekday;

    switch (holidays[holiday].rule) {
    case NTH:
        return weekday_from(civil_days(year, month, 1), weekday) + (int64_t)WEEK * (day - 1);
    case LAST:
        return weekday_from(civil_days(year + month / MONTHS, month % MONTHS + 1, 1) - WEEK,
                            weekday);
    case EASTER:
        return easter(year) + day;
    case DATE:
        break;
    }
    return civil_days(year, month, day);
}
