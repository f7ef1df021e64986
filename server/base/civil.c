/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/civil.c -- the calendar, and local time in a named zone.
 *
 * GLib knows the zones but takes a lock at each question, and we ask many times a turn. So a zone's
 * changes of offset in the years that weather can be asked about are copied into a sorted table
 * when the zone is first named; only instants outside are still asked of GLib. Names come from
 * upstream documents: what is not a plain path below the zone folder, and a zone file there, never
 * reaches GLib, and the number of zones kept is bounded. Holds always: a published zone never
 * changes; `lock` guards the table of names, and `loading` lets one thread at a time make a
 * zone. */
#define HASH_NONFATAL_OOM 1
#include "server/base/civil.h"

#include <glib.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

enum { DAY = 86400, ZONES_MAX = 1024, NAME_MAX_BYTES = 64, CHANGES_MAX = 256 };

static const int64_t TABLE_FROM = INT64_C(1420070400);    /* 2015-01-01 */
static const int64_t TABLE_TO = INT64_C(2366841600);      /* 2045-01-01 */
static const int64_t INSTANT_MIN = INT64_C(-62167219200); /* 0000-01-01 */
static const int64_t INSTANT_MAX = INT64_C(253402300799); /* the end of 9999 */

struct change {
    int64_t from; /* this offset holds from here to the next change */
    int32_t offset_s;
};

struct zone {
    UT_hash_handle hh;
    GTimeZone *glib; /* NULL for UTC, whose offset is always 0 */
    size_t count;
    struct change *changes; /* changes[0].from is TABLE_FROM */
    bool kept;              /* under `loading` */
    char name[NAME_MAX_BYTES + 1];
};

static struct zone utc = { .name = "UTC" };
static pthread_mutex_t loading = PTHREAD_MUTEX_INITIALIZER; /* taken before `lock`, reads a file */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct zone *zones; /* by name */

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
    int64_t past = year - 1; /* the last whole year */

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

/* Seconds since 1970 as date and time, offset aside. */
static struct civil split(int64_t t)
{
    int64_t days = floor_div(t, DAY), year = 1970 + floor_div(days * 400, 146097);
    int in_day = (int)(t - days * DAY), in_year;
    struct civil c = { 0 };

    while (days_to_year(year) > days) /* the guess is off by one at most */
        year--;
    while (days_to_year(year + 1) <= days)
        year++;
    in_year = (int)(days - days_to_year(year));
    c.year = (int)year;
    c.month = in_year / 31 + 1; /* never too late, and early by one at most */
    while (c.month < 12 && days_before(is_leap(year), c.month + 1) <= in_year)
        c.month++;
    c.day = in_year - days_before(is_leap(year), c.month) + 1;
    c.hour = in_day / 3600;
    c.minute = in_day / 60 % 60;
    c.second = in_day % 60;
    c.weekday = (int)(days + 4 - 7 * floor_div(days + 4, 7)); /* 1970 began on a Thursday */
    return c;
}

/* ---- zones ---- */

static int32_t glib_offset(GTimeZone *glib, int64_t t)
{
    int interval = g_time_zone_find_interval(glib, G_TIME_TYPE_UNIVERSAL, t);

    return interval < 0 ? 0 : g_time_zone_get_offset(glib, interval);
}

static int32_t offset_at(const struct zone *z, int64_t t)
{
    size_t low = 0, high = z->count;

    if (!z->glib)
        return 0;
    if (t < TABLE_FROM || t >= TABLE_TO)
        return glib_offset(z->glib, t);
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (z->changes[middle].from <= t)
            low = middle;
        else
            high = middle;
    }
    return z->changes[low].offset_s;
}

/* The first instant in (from, to] that is in another of GLib's intervals than `from`. */
static int64_t next_interval(GTimeZone *glib, int64_t from, int64_t to)
{
    int now = g_time_zone_find_interval(glib, G_TIME_TYPE_UNIVERSAL, from);

    while (to - from > 1) {
        int64_t middle = from + (to - from) / 2;
        if (g_time_zone_find_interval(glib, G_TIME_TYPE_UNIVERSAL, middle) == now)
            from = middle;
        else
            to = middle;
    }
    return to;
}

/* Copy the changes of offset of the table's years; false without memory or with too many. */
static bool fill_table(struct zone *z)
{
    const int64_t step = 90 * (int64_t)DAY;
    struct change found[CHANGES_MAX];
    size_t count = 0;
    int64_t t = TABLE_FROM;

    found[count++] = (struct change){ t, glib_offset(z->glib, t) };
    while (t < TABLE_TO) {
        int64_t to = TABLE_TO - t < step ? TABLE_TO : t + step;
        int here = g_time_zone_find_interval(z->glib, G_TIME_TYPE_UNIVERSAL, t);
        if (g_time_zone_find_interval(z->glib, G_TIME_TYPE_UNIVERSAL, to) != here)
            to = next_interval(z->glib, t, to);
        t = to;
        int32_t offset = glib_offset(z->glib, t);
        if (offset == found[count - 1].offset_s)
            continue;
        if (count == CHANGES_MAX)
            return false;
        found[count++] = (struct change){ t, offset };
    }
    z->changes = malloc(count * sizeof found[0]);
    if (!z->changes)
        return false;
    memcpy(z->changes, found, count * sizeof found[0]);
    z->count = count;
    return true;
}

static bool name_is_plain(struct str name)
{
    if (name.n == 0 || name.n > NAME_MAX_BYTES || name.p[0] == '/' || name.p[name.n - 1] == '/')
        return false;
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                     c == '_' || c == '/' || c == '+' || c == '-';
        if (!plain)
            return false; /* no dot, so no way up */
    }
    /* "right/" counts leap seconds and "posix/" repeats the rest. */
    return !str_starts(name, STR("right/")) && !str_starts(name, STR("posix/"));
}

/* Does the zone folder hold a zone file of that name? GLib would also take "XYZ3" and "+05:00". */
static bool file_is_zone(const char *name)
{
    const char *folder = getenv("TZDIR"); /* GLib looks there too */
    char path[512], magic[4];
    bool zone = false;
    int length = snprintf(path, sizeof path, "%s/%s",
                          folder && *folder ? folder : "/usr/share/zoneinfo", name);
    FILE *file = length > 0 && (size_t)length < sizeof path ? fopen(path, "rb") : NULL;

    if (!file)
        return false;
    if (fread(magic, 1, sizeof magic, file) == sizeof magic)
        zone = memcmp(magic, "TZif", sizeof magic) == 0;
    (void)fclose(file);
    return zone;
}

static void zone_free(struct zone *z)
{
    if (!z)
        return;
    if (z->glib)
        g_time_zone_unref(z->glib);
    free(z->changes);
    free(z);
}

static struct zone *zone_load(const char *name)
{
    struct zone *z;

    if (!file_is_zone(name))
        return NULL;
    z = calloc(1, sizeof *z);
    if (!z)
        return NULL;
    memcpy(z->name, name, strlen(name) + 1);
    z->glib = g_time_zone_new_identifier(name);
    if (!z->glib || !fill_table(z)) {
        zone_free(z);
        return NULL;
    }
    return z;
}

static struct zone *find(struct str name)
{
    struct zone *z;

    (void)pthread_mutex_lock(&lock);
    HASH_FIND(hh, zones, name.p, name.n, z);
    (void)pthread_mutex_unlock(&lock);
    return z;
}

/* Load and keep a zone that was not there a moment ago. */
static struct zone *add(const char *name)
{
    struct zone *z;

    /* One at a time: what GLib does to keep its own threads apart, ThreadSanitizer cannot see. */
    (void)pthread_mutex_lock(&loading);
    z = find(str_of(name));
    if (!z)
        z = zone_load(name);
    (void)pthread_mutex_lock(&lock);
    if (z && !z->kept && HASH_COUNT(zones) < ZONES_MAX) {
        HASH_ADD_KEYPTR(hh, zones, z->name, strlen(z->name), z);
        z->kept = z->hh.tbl; /* else uthash had no memory and left it out */
    }
    (void)pthread_mutex_unlock(&lock);
    if (z && !z->kept) {
        zone_free(z);
        z = NULL;
    }
    (void)pthread_mutex_unlock(&loading);
    return z;
}

const struct zone *zone_get(struct str name)
{
    char z_name[NAME_MAX_BYTES + 1];
    struct zone *z;

    if (!name_is_plain(name))
        return NULL;
    if (str_eqz(name, utc.name))
        return &utc;
    z = find(name);
    if (z)
        return z;
    memcpy(z_name, name.p, name.n);
    z_name[name.n] = '\0';
    return add(z_name);
}

const char *zone_name(const struct zone *z)
{
    return z->name;
}

const struct zone *zone_utc(void)
{
    return &utc;
}

/* ---- between the two ---- */

static int64_t clamp(int64_t t)
{
    return t < INSTANT_MIN ? INSTANT_MIN : t > INSTANT_MAX ? INSTANT_MAX : t;
}

struct civil civil_of(const struct zone *z, int64_t t)
{
    int32_t offset;
    struct civil c;

    t = clamp(t);
    offset = offset_at(z, t);
    c = split(t + offset);
    c.offset_s = offset;
    return c;
}

int64_t civil_instant(const struct zone *z, struct civil c)
{
    int64_t local = civil_days(c.year, c.month, 1) * DAY + ((int64_t)c.day - 1) * DAY +
                    (int64_t)c.hour * 3600 + (int64_t)c.minute * 60 + c.second;
    /* Clocks change at most once within two days: so these are the offset before and after. */
    int32_t before = offset_at(z, clamp(local) - DAY);
    int32_t after = offset_at(z, clamp(local) + DAY);
    bool by_before = offset_at(z, clamp(local) - before) == before;
    bool by_after = offset_at(z, clamp(local) - after) == after;

    /* In an overlap both are true and the offset before gives the first; in a gap neither is, and
     * the offset before shows what clocks would have shown had they not been moved. */
    return clamp(by_after && !by_before ? local - after : local - before);
}
