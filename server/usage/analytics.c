/* SPDX-License-Identifier: Apache-2.0 */
/* server/usage/analytics.c -- counts, merged with other instances, and daily rows of growth.
 *
 * The item in the store is updated optimistically: read, add, write on the condition that its
 * version has not changed, and start over if it has. */
#include "server/usage/analytics.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache/shared_caches.h"
#include "server/base/clock.h"
#include "server/base/json.h"
#include "server/base/time_text.h"
#include "server/usage/user_days.h"

enum { UPDATE_TRIES_MAX = 8, WRITTEN_MAX = 20, DAY_S = 86400, DAY_LENGTH = 10 };

const char *const analytics_kind_names[ANALYTICS_KINDS] = { "places", "stations" };

struct analytics {
    struct store *store;
    struct redis *redis;
    struct topk *asked[ANALYTICS_KINDS];
    struct metric *entries[SHARED_CACHES];
    struct metric *bytes;
    struct user_days *users;
    int64_t sampled_day;  /* days since 1970 of the last row; of the merging thread */
    pthread_mutex_t lock; /* guards growth */
    json_t *growth;       /* as in the item; NULL: not read yet */
};

/* Counts taken out to be merged, so that they can be put back. */
struct drained {
    struct topk_name *names[ANALYTICS_KINDS];
    size_t counts[ANALYTICS_KINDS];
    bool save_users; /* those too, if there are new ones */
};

struct analytics *analytics_create(struct store *store, struct redis *redis,
                                   struct metrics *metrics)
{
    struct analytics *a = calloc(1, sizeof *a);
    struct metric_family *entries;

    if (!a || pthread_mutex_init(&a->lock, NULL) != 0) {
        free(a);
        return NULL;
    }
    a->store = store;
    a->redis = redis;
    for (size_t i = 0; i < ANALYTICS_KINDS; i++)
        a->asked[i] = topk_create();
    entries = metrics_family(metrics, METRIC_GAUGE, "climacast_shared_entries", "cache",
                             "Shared entries in the store.");
    for (size_t i = 0; i < SHARED_CACHES; i++)
        a->entries[i] = metric_get(entries, shared_caches[i], NULL, NULL);
    a->bytes = metrics_gauge(metrics, "climacast_store_bytes",
                             "Size of the table in bytes, as reported by the store.");
    a->users = user_days_create();
    if (!a->asked[ANALYTICS_PLACES] || !a->asked[ANALYTICS_STATIONS] || !a->users) {
        analytics_free(a);
        return NULL;
    }
    return a;
}

void analytics_free(struct analytics *a)
{
    if (!a)
        return;
    for (size_t i = 0; i < ANALYTICS_KINDS; i++)
        topk_free(a->asked[i]);
    user_days_free(a->users);
    json_decref(a->growth);
    (void)pthread_mutex_destroy(&a->lock);
    free(a);
}

void analytics_count(struct analytics *a, struct str place, struct str station)
{
    if (!a)
        return;
    topk_count(a->asked[ANALYTICS_PLACES], place);
    topk_count(a->asked[ANALYTICS_STATIONS], station);
}

void analytics_count_user(struct analytics *a, struct str user_id)
{
    if (a)
        user_days_count(a->users, user_id, clock_wall_s());
}

double analytics_users_today(struct analytics *a)
{
    return user_days_today(a->users, clock_wall_s());
}

json_t *analytics_users(struct analytics *a)
{
    return user_days_rows(a->users, clock_wall_s());
}

size_t analytics_top(struct analytics *a, enum analytics_kind kind, struct topk_name *ret_names,
                     size_t max)
{
    return topk_top(a->asked[kind], ret_names, max);
}

/* ---- growth ---- */

/* A row of growth: the number of entries, and bytes. What the store does not report is left out. A
 * new reference; NULL when it reports nothing. */
static json_t *measure_growth(struct analytics *a, int64_t deadline)
{
    struct store_facts facts;
    json_t *row = json_object();
    int64_t count;

    for (size_t i = 0; i < SHARED_CACHES; i++)
        if (store_count_entries(a->store, shared_caches[i], deadline, &count, NULL) == ST_OK) {
            metric_set(a->entries[i], (double)count);
            (void)json_object_set_new(row, shared_caches[i], json_integer(count));
        }
    if (store_describe(a->store, deadline, &facts, NULL) == ST_OK && facts.bytes >= 0) {
        metric_set(a->bytes, (double)facts.bytes);
        (void)json_object_set_new(row, "bytes", json_integer(facts.bytes));
    }
    if (json_object_size(row) == 0) {
        json_decref(row);
        row = NULL;
    }
    return row;
}

/* The days of a growth object, oldest first; malloc'd, strings borrowed. */
static const char **sorted_days(json_t *growth, size_t *ret_count)
{
    size_t size = json_object_size(growth), count = 0;
    const char **days = calloc(size ? size : 1, sizeof *days), *day;
    json_t *row;

    json_object_foreach (growth, day, row) {
        if (days && json_is_object(row) && strlen(day) == DAY_LENGTH)
            days[count++] = day;
    }
    if (days)
        qsort(days, count, sizeof *days, str_compare_z);
    *ret_count = count;
    return days;
}

static void drop_old_days(json_t *growth)
{
    size_t count;
    const char **days = sorted_days(growth, &count);

    for (size_t i = 0; days && i + ANALYTICS_DAYS_MAX < count; i++)
        (void)json_object_del(growth, days[i]);
    free(days);
}

json_t *analytics_growth(struct analytics *a)
{
    json_t *rows = json_array();
    const char **days;
    size_t count;

    (void)pthread_mutex_lock(&a->lock);
    days = sorted_days(a->growth, &count);
    for (size_t i = 0; days && i < count; i++) {
        json_t *row = json_deep_copy(json_object_get(a->growth, days[i]));
        (void)json_object_set_new(row, "day", json_string(days[i]));
        (void)json_array_append_new(rows, row);
    }
    (void)pthread_mutex_unlock(&a->lock);
    free(days);
    return rows;
}

/* ---- the item ---- */

static void load_from_item(struct analytics *a, json_t *item)
{
    struct topk_name names[TOPK_MERGED_MAX];
    json_t *growth = json_deep_copy(json_object_get(item, "growth"));

    for (size_t i = 0; i < ANALYTICS_KINDS && !a->redis; i++) {
        json_t *counts = json_object_get(json_object_get(item, "asked"), analytics_kind_names[i]);
        topk_set_merged(a->asked[i], names, topk_json_read(counts, names));
    }
    (void)pthread_mutex_lock(&a->lock);
    json_decref(a->growth);
    a->growth = growth;
    (void)pthread_mutex_unlock(&a->lock);
}

/* The object at `name`, created when it is missing or not an object; borrowed. */
static json_t *child_object(json_t *parent, const char *name)
{
    json_t *child = json_object_get(parent, name);

    if (json_is_object(child))
        return child;
    child = json_object();
    return json_object_set_new(parent, name, child) == 0 ? child : NULL;
}

static enum status update_item(struct analytics *a, json_t *item, const struct drained *d,
                               const char *day, json_t *row, struct err *err)
{
    enum status st = ST_OK;

    for (size_t i = 0; i < ANALYTICS_KINDS && st == ST_OK; i++)
        if (d->counts[i] > 0)
            st = topk_json_merge(child_object(child_object(item, "asked"), analytics_kind_names[i]),
                                 d->names[i], d->counts[i], err);
    if (st == ST_OK && row && json_object_set(child_object(item, "growth"), day, row) != 0)
        st = err_no_memory(err);
    if (st == ST_OK && row)
        drop_old_days(json_object_get(item, "growth"));
    if (st == ST_OK)
        user_days_merge(a->users, child_object(item, "users"), clock_wall_s());
    return st;
}

static bool has_counts(const struct drained *d)
{
    return d->counts[ANALYTICS_PLACES] + d->counts[ANALYTICS_STATIONS] > 0;
}

/* ST_CONFLICT: another instance has written the item meanwhile. */
static enum status try_merge_in_store(struct analytics *a, const struct drained *d, const char *day,
                                      json_t *row, int64_t deadline, struct err *err)
{
    json_t *item = NULL;
    uint64_t version = 0;
    bool users = user_days_is_changed(a->users),
         save = row || has_counts(d) || (users && d->save_users);
    enum status st = store_get(a->store, STR(ANALYTICS_ID), deadline, &item, &version, err);

    if (st == ST_MISS) {
        item = json_object();
        st = item ? ST_OK : err_no_memory(err);
    }
    if (st == ST_OK)
        st = update_item(a, item, d, day, row, err);
    if (st == ST_OK && save)
        st = store_put(a->store, STR(ANALYTICS_ID), item, version, deadline, err);
    if (users && (!save || st != ST_OK))
        user_days_restore(a->users);
    if (st == ST_OK)
        load_from_item(a, item);
    json_decref(item);
    return st;
}

static enum status merge_in_store(struct analytics *a, const struct drained *d, const char *day,
                                  json_t *row, int64_t deadline, struct err *err)
{
    enum status st = ST_CONFLICT;

    for (int attempt = 0; st == ST_CONFLICT && attempt < UPDATE_TRIES_MAX; attempt++) {
        err_clear(err);
        st = try_merge_in_store(a, d, day, row, deadline, err);
    }
    return st;
}

/* ---- merging ---- */

static enum status merge_in_redis(struct analytics *a, int64_t deadline, struct err *err)
{
    enum status st = ST_OK;
    char key[40];

    for (size_t i = 0; i < ANALYTICS_KINDS && st == ST_OK; i++) {
        (void)snprintf(key, sizeof key, "asked:%s", analytics_kind_names[i]);
        st = topk_redis_merge(a->asked[i], a->redis, str_of(key), deadline, err);
    }
    return st;
}

enum status analytics_load(struct analytics *a, int64_t deadline, struct err *err)
{
    struct drained nothing = { .counts = { 0 } };
    enum status st = merge_in_store(a, &nothing, "", NULL, deadline, err);

    json_decref(measure_growth(a, deadline));
    if (a->redis && st == ST_OK)
        st = merge_in_redis(a, deadline, err);
    return st;
}

/* Take the new counts, unless merge_in_redis() will. */
static enum status drain_counts(struct analytics *a, struct drained *d, struct err *err)
{
    *d = (struct drained){ .save_users = true };
    if (a->redis)
        return ST_OK;
    for (size_t i = 0; i < ANALYTICS_KINDS; i++) {
        d->names[i] = calloc(TOPK_SLOTS, sizeof *d->names[i]);
        if (!d->names[i])
            return err_no_memory(err);
        d->counts[i] = topk_drain(a->asked[i], d->names[i]);
    }
    return ST_OK;
}

static void drained_done(struct analytics *a, struct drained *d, bool saved)
{
    for (size_t i = 0; i < ANALYTICS_KINDS; i++) {
        if (!saved)
            topk_restore(a->asked[i], d->names[i], d->counts[i]);
        free(d->names[i]);
    }
}

/* `row` may be NULL. */
static enum status merge_all(struct analytics *a, const char *day, json_t *row, int64_t deadline,
                             struct err *err)
{
    struct drained drained;
    enum status st = drain_counts(a, &drained, err);

    if (st == ST_OK && (row || has_counts(&drained) || user_days_is_changed(a->users)))
        st = merge_in_store(a, &drained, day, row, deadline, err);
    drained_done(a, &drained, st == ST_OK);
    if (a->redis && redis_up(a->redis))
        st = merge_in_redis(a, deadline, err);
    return st;
}

enum status analytics_flush(struct analytics *a, int64_t deadline, struct err *err)
{
    return merge_all(a, "", NULL, deadline, err);
}

enum status analytics_sync(struct analytics *a, int64_t deadline, struct err *err)
{
    int64_t now = clock_wall_s();
    json_t *row = measure_growth(a, deadline);
    char day[32];
    enum status st;

    if (a->sampled_day == now / DAY_S) {
        json_decref(row);
        row = NULL;
    }
    time_format_rfc3339(now, day);
    day[DAY_LENGTH] = '\0';
    st = merge_all(a, day, row, deadline, err);
    if (st == ST_OK && row)
        a->sampled_day = now / DAY_S;
    json_decref(row);
    return st;
}

/* ---- metrics ---- */

/* Escape quotes and backslashes. Names have no control characters. */
static void put_label(struct buf *out, const char *text)
{
    for (; *text; text++) {
        if (*text == '"' || *text == '\\')
            buf_putc(out, '\\');
        buf_putc(out, *text);
    }
}

void analytics_write(struct analytics *a, struct buf *out)
{
    struct topk_name names[WRITTEN_MAX];

    buf_putz(out, "# HELP climacast_most_asked Requests for the most requested places and stations."
                  "\n# TYPE climacast_most_asked gauge\n");
    for (size_t i = 0; i < ANALYTICS_KINDS; i++) {
        size_t count = analytics_top(a, (enum analytics_kind)i, names, WRITTEN_MAX);
        for (size_t k = 0; k < count; k++) {
            buf_printf(out, "climacast_most_asked{kind=\"%s\",name=\"", analytics_kind_names[i]);
            put_label(out, names[k].name);
            buf_printf(out, "\"} %lld\n", (long long)names[k].count);
        }
    }
}
