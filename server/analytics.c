/* SPDX-License-Identifier: Apache-2.0 */
/* server/analytics.c -- see the header. */
#include "server/analytics.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache/shared_caches.h"
#include "server/base/clock.h"
#include "server/base/json.h"
#include "server/base/time_text.h"

enum { TRIES = 8, WRITTEN = 20 };

const char *const analytics_kind_names[ANALYTICS_KINDS] = { "places", "stations" };

struct analytics {
    struct store *store;
    struct redis *redis;
    struct topk *asked[ANALYTICS_KINDS];
    struct metric *entries[SHARED_CACHES];
    struct metric *bytes;
    int64_t sampled_day;  /* days since 1970 of the row written last; of who meets */
    pthread_mutex_t lock; /* guards growth */
    json_t *growth;       /* as it lies in the item, NULL: not known; nobody else has it */
};

/* What was taken to a meeting, so that it can be given back. */
struct taken {
    struct topk_name *names[ANALYTICS_KINDS];
    size_t counts[ANALYTICS_KINDS];
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
                             "Bytes that the table takes, as the store tells.");
    if (!a->asked[ANALYTICS_PLACES] || !a->asked[ANALYTICS_STATIONS]) {
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

size_t analytics_top(struct analytics *a, enum analytics_kind kind, struct topk_name *ret_names,
                     size_t room)
{
    return topk_top(a->asked[kind], ret_names, room);
}

/* ---- how much there is ---- */

/* A row on growth: how many entries, how many bytes. What the store does not tell is left out. A
 * new reference, NULL: nothing is known. */
static json_t *measure(struct analytics *a, int64_t deadline)
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

static int by_day(const void *a, const void *b)
{
    const char *const *x = a, *const *y = b;

    return strcmp(*x, *y);
}

/* The days of a growth object, oldest first; malloc'd, names borrowed. */
static const char **days_of(json_t *growth, size_t *ret_count)
{
    size_t room = json_object_size(growth), count = 0;
    const char **days = calloc(room ? room : 1, sizeof *days), *day;
    json_t *row;

    json_object_foreach (growth, day, row) {
        if (days && json_is_object(row) && strlen(day) == 10)
            days[count++] = day;
    }
    if (days)
        qsort(days, count, sizeof *days, by_day);
    *ret_count = count;
    return days;
}

static void prune(json_t *growth)
{
    size_t count;
    const char **days = days_of(growth, &count);

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
    days = days_of(a->growth, &count);
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

static void learn_item(struct analytics *a, json_t *item)
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

/* The object at `name`, made when it is missing or something else; borrowed. */
static json_t *within(json_t *parent, const char *name)
{
    json_t *child = json_object_get(parent, name);

    if (json_is_object(child))
        return child;
    child = json_object();
    return json_object_set_new(parent, name, child) == 0 ? child : NULL;
}

static enum status amend(json_t *item, const struct taken *t, const char *day, json_t *row,
                         struct err *err)
{
    enum status st = ST_OK;

    for (size_t i = 0; i < ANALYTICS_KINDS && st == ST_OK; i++)
        if (t->counts[i] > 0)
            st = topk_json_merge(within(within(item, "asked"), analytics_kind_names[i]),
                                 t->names[i], t->counts[i], err);
    if (st == ST_OK && row && json_object_set(within(item, "growth"), day, row) != 0)
        st = err_no_memory(err);
    if (st == ST_OK && row)
        prune(json_object_get(item, "growth"));
    return st;
}

/* Read the item, add, and write it unless somebody else was faster. */
static enum status meet_once(struct analytics *a, const struct taken *t, const char *day,
                             json_t *row, int64_t deadline, struct err *err)
{
    json_t *item = NULL;
    uint64_t version = 0;
    enum status st = store_get(a->store, STR(ANALYTICS_ID), deadline, &item, &version, err);

    if (st == ST_MISS) {
        item = json_object();
        st = item ? ST_OK : err_no_memory(err);
    }
    if (st == ST_OK)
        st = amend(item, t, day, row, err);
    if (st == ST_OK && (row || t->counts[ANALYTICS_PLACES] + t->counts[ANALYTICS_STATIONS] > 0))
        st = store_put(a->store, STR(ANALYTICS_ID), item, version, deadline, err);
    if (st == ST_OK)
        learn_item(a, item);
    json_decref(item);
    return st;
}

static enum status meet(struct analytics *a, const struct taken *t, const char *day, json_t *row,
                        int64_t deadline, struct err *err)
{
    enum status st = ST_CONFLICT;

    for (int attempt = 0; st == ST_CONFLICT && attempt < TRIES; attempt++) {
        err_clear(err);
        st = meet_once(a, t, day, row, deadline, err);
    }
    return st;
}

/* ---- meetings ---- */

static enum status meet_in_redis(struct analytics *a, int64_t deadline, struct err *err)
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
    struct taken nothing = { .counts = { 0 } };
    enum status st = meet(a, &nothing, "", NULL, deadline, err);

    json_decref(measure(a, deadline));
    if (a->redis && st == ST_OK)
        st = meet_in_redis(a, deadline, err);
    return st;
}

/* Take what was counted, unless Redis will. */
static enum status take_all(struct analytics *a, struct taken *t, struct err *err)
{
    *t = (struct taken){ .counts = { 0 } };
    if (a->redis)
        return ST_OK;
    for (size_t i = 0; i < ANALYTICS_KINDS; i++) {
        t->names[i] = calloc(TOPK_SLOTS, sizeof *t->names[i]);
        if (!t->names[i])
            return err_no_memory(err);
        t->counts[i] = topk_drain(a->asked[i], t->names[i]);
    }
    return ST_OK;
}

static void put_down(struct analytics *a, struct taken *t, bool kept)
{
    for (size_t i = 0; i < ANALYTICS_KINDS; i++) {
        if (!kept)
            topk_restore(a->asked[i], t->names[i], t->counts[i]);
        free(t->names[i]);
    }
}

/* `row` may be NULL. */
static enum status add_all(struct analytics *a, const char *day, json_t *row, int64_t deadline,
                           struct err *err)
{
    struct taken taken;
    enum status st = take_all(a, &taken, err);

    if (st == ST_OK &&
        (row || taken.counts[ANALYTICS_PLACES] + taken.counts[ANALYTICS_STATIONS] > 0))
        st = meet(a, &taken, day, row, deadline, err);
    put_down(a, &taken, st == ST_OK);
    if (a->redis && redis_up(a->redis))
        st = meet_in_redis(a, deadline, err);
    return st;
}

enum status analytics_flush(struct analytics *a, int64_t deadline, struct err *err)
{
    return add_all(a, "", NULL, deadline, err);
}

enum status analytics_sync(struct analytics *a, int64_t deadline, struct err *err)
{
    int64_t now = clock_wall_s();
    json_t *row = measure(a, deadline);
    char day[32];
    enum status st;

    if (a->sampled_day == now / 86400) {
        json_decref(row);
        row = NULL;
    }
    time_format_rfc3339(now, day);
    day[10] = '\0';
    st = add_all(a, day, row, deadline, err);
    if (st == ST_OK && row)
        a->sampled_day = now / 86400;
    json_decref(row);
    return st;
}

/* ---- as metrics ---- */

/* A label's value: quotes and backslashes escaped; names hold no control characters. */
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
    struct topk_name names[WRITTEN];

    buf_putz(out, "# HELP climacast_most_asked How often the most asked places and stations were "
                  "asked for.\n# TYPE climacast_most_asked gauge\n");
    for (size_t i = 0; i < ANALYTICS_KINDS; i++) {
        size_t count = analytics_top(a, (enum analytics_kind)i, names, WRITTEN);
        for (size_t k = 0; k < count; k++) {
            buf_printf(out, "climacast_most_asked{kind=\"%s\",name=\"", analytics_kind_names[i]);
            put_label(out, names[k].name);
            buf_printf(out, "\"} %lld\n", (long long)names[k].count);
        }
    }
}
