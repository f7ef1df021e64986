/* SPDX-License-Identifier: Apache-2.0 */
/* server/usage/user_days.c -- a sketch of today's users and of yesterday's, and the numbers of the
 * days before.
 *
 * Yesterday's is kept until it has been merged once more after midnight. */
#include "server/usage/user_days.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/base64.h"
#include "server/base/fnv.h"
#include "server/base/hyperloglog.h"
#include "server/base/json.h"
#include "server/base/time_text.h"

enum { DAY_S = 86400, DAY_BYTES = 10 /* "2026-11-22" */, SKETCHES = 2 };

struct sketch {
    int64_t day; /* since 1970 */
    bool changed;
    struct hyperloglog users;
};

struct user_days {
    pthread_mutex_t lock;
    struct sketch sketches[SKETCHES]; /* of even and of odd days */
    json_t *past;                     /* numbers by day */
};

struct user_days *user_days_create(void)
{
    struct user_days *u = calloc(1, sizeof *u);

    if (!u)
        return NULL;
    u->past = json_object();
    if (!u->past || pthread_mutex_init(&u->lock, NULL) != 0) {
        json_decref(u->past);
        free(u);
        return NULL;
    }
    return u;
}

void user_days_free(struct user_days *u)
{
    if (!u)
        return;
    json_decref(u->past);
    (void)pthread_mutex_destroy(&u->lock);
    free(u);
}

/* ---- counting ---- */

static int64_t day_of(int64_t now)
{
    return now > 0 ? now / DAY_S : 0;
}

static void format_day(int64_t day, char out[TIME_TEXT_BYTES])
{
    time_format_rfc3339(day * DAY_S, out);
    out[DAY_BYTES] = '\0';
}

/* FNV-1a, finished as in SplitMix64, so that all bits are uniformly distributed. */
static uint64_t hash_of(int64_t day, struct str id)
{
    uint64_t h = fnv1a_64(FNV1A_64 ^ (uint64_t)day * UINT64_C(0x9e3779b97f4a7c15), id);

    h = (h ^ (h >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    h = (h ^ (h >> 27)) * UINT64_C(0x94d049bb133111eb);
    return h ^ (h >> 31);
}

/* The sketch of this day; an older one in its place is dropped. Under the lock. */
static struct sketch *sketch_of(struct user_days *u, int64_t day)
{
    struct sketch *s = &u->sketches[day % SKETCHES];

    if (s->day != day) {
        s->changed = false;
        hyperloglog_reset(&s->users);
        __atomic_store_n(&s->day, day, __ATOMIC_RELEASE);
    }
    return s;
}

void user_days_count(struct user_days *u, struct str user_id, int64_t now)
{
    int64_t day = day_of(now);
    const struct sketch *s = &u->sketches[day % SKETCHES];
    uint64_t hash = hash_of(day, user_id);

    if (user_id.n == 0 ||
        (__atomic_load_n(&s->day, __ATOMIC_ACQUIRE) == day && !hyperloglog_is_new(&s->users, hash)))
        return; /* the usual case takes no lock */
    (void)pthread_mutex_lock(&u->lock);
    hyperloglog_add(&sketch_of(u, day)->users, hash);
    sketch_of(u, day)->changed = true;
    (void)pthread_mutex_unlock(&u->lock);
}

double user_days_today(struct user_days *u, int64_t now)
{
    double users;

    (void)pthread_mutex_lock(&u->lock);
    users = hyperloglog_estimate(&sketch_of(u, day_of(now))->users);
    (void)pthread_mutex_unlock(&u->lock);
    return users;
}

/* ---- merging ---- */

static bool is_day(const char *text)
{
    char date[TIME_TEXT_BYTES];
    int64_t t;

    if (strlen(text) != DAY_BYTES)
        return false;
    memcpy(date, text, DAY_BYTES);
    memcpy(date + DAY_BYTES, "T00:00:00Z", sizeof "T00:00:00Z");
    return time_parse_rfc3339(str_of(date), &t);
}

static bool read_sketch(const json_t *value, struct hyperloglog *ret_users)
{
    struct str text = { json_string_value(value), json_string_length(value) };
    size_t n;

    return json_is_string(value) &&
           base64_decode(text, ret_users->registers, HYPERLOGLOG_REGISTERS, &n) &&
           n == HYPERLOGLOG_REGISTERS;
}

static json_t *sketch_text(const struct hyperloglog *users)
{
    struct buf text = BUF_INIT(2 * HYPERLOGLOG_REGISTERS);
    json_t *value;

    base64_encode(&text, users->registers, HYPERLOGLOG_REGISTERS);
    value = json_string(buf_z(&text));
    buf_free(&text);
    return value;
}

static json_t *number_of(const struct hyperloglog *users)
{
    return json_integer((json_int_t)llround(hyperloglog_estimate(users)));
}

/* A sketch of this process and the one in `days`: both become the union. */
static void merge_sketch(struct sketch *s, json_t *days, int64_t today)
{
    struct hyperloglog stored;
    char day[TIME_TEXT_BYTES];

    format_day(s->day, day);
    if (read_sketch(json_object_get(days, day), &stored))
        (void)hyperloglog_merge(&s->users, &stored);
    else if (json_is_integer(json_object_get(days, day)))
        return; /* another instance has closed the day */
    if (s->changed || json_object_get(days, day))
        s->changed =
            json_object_set_new(
                days, day, s->day == today ? sketch_text(&s->users) : number_of(&s->users)) != 0;
}

/* Turn the sketches of days that are over into numbers, and drop what makes no sense. */
static void close_days(json_t *days, const char *today)
{
    struct hyperloglog stored;
    const char *day;
    json_t *value;
    void *next;

    json_object_foreach_safe (days, next, day, value) {
        if (strcmp(day, today) == 0 && read_sketch(value, &stored))
            continue;
        if (is_day(day) && json_is_integer(value) && json_integer_value(value) >= 0)
            continue;
        if (is_day(day) && strcmp(day, today) < 0 && read_sketch(value, &stored))
            (void)json_object_set_new(days, day, number_of(&stored));
        else
            (void)json_object_del(days, day);
    }
}

static const char *oldest_day(json_t *days)
{
    const char *day, *oldest = NULL;
    json_t *value;

    json_object_foreach (days, day, value) {
        (void)value;
        if (!oldest || strcmp(day, oldest) < 0)
            oldest = day;
    }
    return oldest;
}

bool user_days_is_changed(struct user_days *u)
{
    bool changed = false;

    (void)pthread_mutex_lock(&u->lock);
    for (size_t i = 0; i < SKETCHES; i++)
        changed = changed || u->sketches[i].changed;
    (void)pthread_mutex_unlock(&u->lock);
    return changed;
}

void user_days_restore(struct user_days *u)
{
    (void)pthread_mutex_lock(&u->lock);
    for (size_t i = 0; i < SKETCHES; i++)
        u->sketches[i].changed = u->sketches[i].day > 0;
    (void)pthread_mutex_unlock(&u->lock);
}

void user_days_merge(struct user_days *u, json_t *days, int64_t now)
{
    int64_t today = day_of(now);
    char text[TIME_TEXT_BYTES];

    format_day(today, text);
    (void)pthread_mutex_lock(&u->lock);
    (void)sketch_of(u, today);
    for (size_t i = 0; i < SKETCHES; i++)
        if (u->sketches[i].day > 0 && u->sketches[i].day <= today)
            merge_sketch(&u->sketches[i], days, today);
    close_days(days, text);
    while (json_object_size(days) > USER_DAYS_MAX)
        (void)json_object_del(days, oldest_day(days));
    (void)json_object_clear(u->past);
    (void)json_object_update(u->past, days);
    (void)pthread_mutex_unlock(&u->lock);
}

/* ---- reading ---- */

static void append_row(json_t *rows, const char *day, json_int_t users)
{
    (void)json_array_append_new(rows, json_pack("{s:s,s:I}", "day", day, "users", users));
}

json_t *user_days_rows(struct user_days *u, int64_t now)
{
    const char *days[USER_DAYS_MAX + 1], *day;
    json_t *rows = json_array(), *value;
    char today[TIME_TEXT_BYTES];
    size_t count = 0;

    format_day(day_of(now), today);
    (void)pthread_mutex_lock(&u->lock);
    json_object_foreach (u->past, day, value) {
        if (json_is_integer(value) && strcmp(day, today) < 0 && count < USER_DAYS_MAX)
            days[count++] = day;
    }
    if (count > 0)
        qsort(days, count, sizeof days[0], str_compare_z);
    for (size_t i = 0; i < count; i++)
        append_row(rows, days[i], json_integer_value(json_object_get(u->past, days[i])));
    (void)pthread_mutex_unlock(&u->lock);
    append_row(rows, today, (json_int_t)llround(user_days_today(u, now)));
    return rows;
}
