/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/date_names.c -- two tables of names. */
#include "server/base/date_names.h"

enum { WEEKDAYS = 7, MONTHS = 12 };

struct date_name {
    const char *name, *short_name;
};

static const struct date_name weekdays[WEEKDAYS] = {
    { "Sunday", "Sun" },   { "Monday", "Mon" }, { "Tuesday", "Tue" },  { "Wednesday", "Wed" },
    { "Thursday", "Thu" }, { "Friday", "Fri" }, { "Saturday", "Sat" },
};
static const struct date_name months[MONTHS] = {
    { "January", "Jan" },   { "February", "Feb" }, { "March", "Mar" },    { "April", "Apr" },
    { "May", "May" },       { "June", "Jun" },     { "July", "Jul" },     { "August", "Aug" },
    { "September", "Sep" }, { "October", "Oct" },  { "November", "Nov" }, { "December", "Dec" },
};

const char *weekday_name(int weekday)
{
    return weekday >= 0 && weekday < WEEKDAYS ? weekdays[weekday].name : "";
}

const char *weekday_short_name(int weekday)
{
    return weekday >= 0 && weekday < WEEKDAYS ? weekdays[weekday].short_name : "";
}

const char *month_name(int month)
{
    return month >= 1 && month <= MONTHS ? months[month - 1].name : "";
}

const char *month_short_name(int month)
{
    return month >= 1 && month <= MONTHS ? months[month - 1].short_name : "";
}

bool is_weekday_or_month(struct str word)
{
    for (int i = 0; i < WEEKDAYS; i++)
        if (str_eqz(word, weekdays[i].name))
            return true;
    for (int i = 0; i < MONTHS; i++)
        if (str_eqz(word, months[i].name))
            return true;
    return false;
}
