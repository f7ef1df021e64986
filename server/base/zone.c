/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/zone.c -- IANA time zones, loaded once and kept.
 *
 * GLib knows the zones but takes a lock on every lookup, and a turn makes many. So when a zone is
 * first named, its offset changes in the years that forecasts can ask about are copied into a
 * sorted table; only instants outside those years still go to GLib.
 *
 * Names come from upstream documents. A name that is not a plain path below the zone folder, or not
 * a zone file there, never reaches GLib, and the number of zones kept is bounded.
 *
 * A published zone never changes. `lock` guards the table of names; `loading` lets one thread at a
 * time load a zone. */
#define _XOPEN_SOURCE 700 /* realpath */
#define HASH_NONFATAL_OOM 1
#include "server/base/zone.h"

#include <errno.h>
#include <glib.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

enum { DAY_S = 86400, ZONES_MAX = 1024, NAME_BYTES_MAX = 64, CHANGES_MAX = 256 };

static const int64_t TABLE_FROM = INT64_C(1420070400); /* 2015-01-01 */
static const int64_t TABLE_TO = INT64_C(2366841600);   /* 2045-01-01 */

struct change {
    int64_t from; /* this offset holds from here to the next change */
    int32_t offset_s;
};

struct zone {
    UT_hash_handle hh;
    GTimeZone *glib; /* NULL for UTC, whose offset is always 0 */
    size_t count;
    struct change *changes; /* changes[0].from is TABLE_FROM */
    bool published;         /* in `zones`; under `loading` */
    char name[NAME_BYTES_MAX + 1];
};

static struct zone utc = { .name = "UTC" };
static pthread_mutex_t loading = PTHREAD_MUTEX_INITIALIZER; /* taken before `lock`, reads a file */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct zone *zones; /* by name */

static int32_t glib_offset(GTimeZone *glib, int64_t t)
{
    int interval = g_time_zone_find_interval(glib, G_TIME_TYPE_UNIVERSAL, t);

    return interval < 0 ? 0 : g_time_zone_get_offset(glib, interval);
}

int32_t zone_offset_s(const struct zone *z, int64_t t)
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

/* The first instant in (from, to] that lies in a different GLib interval than `from`. */
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

/* Copy the offset changes of the table's years. False: out of memory, or too many changes. */
static bool fill_table(struct zone *z)
{
    const int64_t step = 90 * (int64_t)DAY_S;
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
    if (name.n == 0 || name.n > NAME_BYTES_MAX || name.p[0] == '/' || name.p[name.n - 1] == '/')
        return false;
    for (size_t i = 0; i < name.n; i++) {
        char c = name.p[i];
        bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
                     c == '_' || c == '/' || c == '+' || c == '-';
        if (!plain)
            return false; /* no dot, so no "..": the path stays below the zone folder */
    }
    /* "right/" counts leap seconds, and "posix/" duplicates everything else. */
    return !str_starts(name, STR("right/")) && !str_starts(name, STR("posix/"));
}

/* ST_OK: the zone folder holds a zone file of this name; ST_MISS: it does not; ST_SYSTEM: it cannot
 * be read. GLib alone would also accept "XYZ3" and "+05:00". */
static enum status check_file(const char *name)
{
    const char *folder = getenv("TZDIR"); /* GLib looks there too */
    char path[512], magic[4];
    enum status st = ST_MISS;
    int length = snprintf(path, sizeof path, "%s/%s",
                          folder && *folder ? folder : "/usr/share/zoneinfo", name);
    FILE *file = length > 0 && (size_t)length < sizeof path ? fopen(path, "rb") : NULL;

    if (!file)
        return errno == ENOENT || errno == ENOTDIR ? ST_MISS : ST_SYSTEM;
    if (fread(magic, 1, sizeof magic, file) == sizeof magic)
        st = memcmp(magic, "TZif", sizeof magic) == 0 ? ST_OK : ST_MISS;
    else if (ferror(file) && errno != EISDIR)
        st = ST_SYSTEM;
    (void)fclose(file);
    return st;
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

static enum status zone_load(const char *name, struct zone **ret_zone)
{
    struct zone *z;
    enum status st = check_file(name);

    if (st != ST_OK)
        return st;
    z = calloc(1, sizeof *z);
    if (!z)
        return ST_SYSTEM;
    memcpy(z->name, name, strlen(name) + 1);
    z->glib = g_time_zone_new_identifier(name);
    if (!z->glib || !fill_table(z)) {
        zone_free(z);
        return ST_SYSTEM;
    }
    *ret_zone = z;
    return ST_OK;
}

static struct zone *zone_published(struct str name)
{
    struct zone *z;

    (void)pthread_mutex_lock(&lock);
    HASH_FIND(hh, zones, name.p, name.n, z);
    (void)pthread_mutex_unlock(&lock);
    return z;
}

/* Load and publish a zone that was not there a moment ago. */
static enum status zone_add(const char *name, const struct zone **ret_zone)
{
    struct zone *z;
    enum status st = ST_OK;

    /* One at a time, because ThreadSanitizer cannot see GLib's own locking. */
    (void)pthread_mutex_lock(&loading);
    z = zone_published(str_of(name));
    if (!z)
        st = zone_load(name, &z);
    (void)pthread_mutex_lock(&lock);
    if (z && !z->published && HASH_COUNT(zones) < ZONES_MAX) {
        HASH_ADD_KEYPTR(hh, zones, z->name, strlen(z->name), z);
        z->published = z->hh.tbl; /* uthash leaves it out when out of memory */
    }
    (void)pthread_mutex_unlock(&lock);
    if (z && !z->published) {
        zone_free(z);
        st = ST_SYSTEM;
    }
    (void)pthread_mutex_unlock(&loading);
    if (st == ST_OK)
        *ret_zone = z;
    return st;
}

enum status zone_find(struct str name, const struct zone **ret_zone)
{
    char z_name[NAME_BYTES_MAX + 1];
    const struct zone *z;

    if (!name_is_plain(name))
        return ST_MISS;
    z = str_eqz(name, utc.name) ? &utc : zone_published(name);
    if (z) {
        *ret_zone = z;
        return ST_OK;
    }
    memcpy(z_name, name.p, name.n);
    z_name[name.n] = '\0';
    return zone_add(z_name, ret_zone);
}

const struct zone *zone_get(struct str name)
{
    const struct zone *z = NULL;

    return zone_find(name, &z) == ST_OK ? z : NULL;
}

const char *zone_name(const struct zone *z)
{
    return z->name;
}

const struct zone *zone_utc(void)
{
    return &utc;
}

/* ---- this machine's zone ---- */

static const struct zone *zone_of_link(const char *path)
{
    static const char mark[] = "/zoneinfo/";
    char *target = realpath(path, NULL);
    const char *name = target ? strstr(target, mark) : NULL;
    const struct zone *z = name ? zone_get(str_of(name + strlen(mark))) : NULL;

    free(target);
    return z;
}

static const struct zone *zone_of_file(const char *path)
{
    char line[NAME_BYTES_MAX + 2] = "";
    FILE *file = fopen(path, "re");

    if (!file)
        return NULL;
    if (!fgets(line, sizeof line, file))
        line[0] = '\0';
    (void)fclose(file);
    return zone_get(str_trim(str_of(line)));
}

const struct zone *zone_local(void)
{
    const char *tz = getenv("TZ");
    const struct zone *z = tz ? zone_get(str_of(*tz == ':' ? tz + 1 : tz)) : NULL;

    if (!z)
        z = zone_of_link("/etc/localtime");
    if (!z)
        z = zone_of_file("/etc/timezone");
    if (!z || strcmp(z->name, "Etc/UTC") == 0)
        z = &utc;
    return z;
}
