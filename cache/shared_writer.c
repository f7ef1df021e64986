/* SPDX-License-Identifier: Apache-2.0 */
/* cache/shared_writer.c -- writes shared entries to the store in the background.
 *
 * One thread writes them one after the other. An entry is in the queue until it has been written;
 * the one that is being written is marked, and when a newer one replaces it meanwhile, it stays for
 * another turn. */
#define HASH_NONFATAL_OOM 1
#include "cache/shared_writer.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "server/base/clock.h"
#include "server/base/condition.h"
#include "server/base/ticker.h"

enum {
    WRITE_MS = 5000,          /* for one entry; store_protect() allows less */
    RETRY_MS = 500,           /* while the store does not respond */
    AGE_MAX_MS = 3600 * 1000, /* an entry that waits for longer is dropped */
};

/* An entry that waits. The table keeps them in the order in which they were added. */
struct pending {
    UT_hash_handle hh;
    json_t *entry; /* owned; NULL: remove it */
    int64_t ttl;
    unsigned version; /* counts replacements */
    int64_t added_ms;
    size_t cache_size, key_size;
    char text[]; /* the cache and the key, each with a NUL */
};

enum outcome { WRITTEN, REPLACED, RETRIED, DROPPED, OUTCOMES };

struct shared_writer {
    struct store *store;
    shared_writer_report_fn *report;
    void *data;
    struct metric *outcomes[OUTCOMES], *waiting;
    struct ticker *ticker;
    pthread_mutex_t lock; /* guards the queue */
    pthread_cond_t emptied;
    struct pending *queue;
};

/* ---- the queue; the lock is held ---- */

static struct pending *create_pending(struct entry_name name)
{
    size_t cache_size = strlen(name.cache) + 1, key_size = name.key.n + 1;
    struct pending *p = calloc(1, sizeof *p + cache_size + key_size);

    if (!p)
        return NULL;
    p->cache_size = cache_size;
    p->key_size = key_size;
    p->added_ms = clock_mono_ms();
    memcpy(p->text, name.cache, cache_size);
    memcpy(p->text + cache_size, name.key.p, name.key.n);
    return p;
}

static void free_pending(struct pending *p)
{
    if (!p)
        return;
    json_decref(p->entry);
    free(p);
}

/* Adds it, or replaces the one of the same name, which takes over its value. */
static enum status queue_add(struct shared_writer *w, struct pending *added, struct err *err)
{
    size_t size = added->cache_size + added->key_size;
    struct pending *p = NULL;

    HASH_FIND(hh, w->queue, added->text, size, p);
    if (p) {
        json_decref(p->entry);
        p->entry = added->entry;
        p->ttl = added->ttl;
        p->version++;
        added->entry = NULL;
        free_pending(added);
        metric_add(w->outcomes[REPLACED], 1);
        return ST_OK;
    }
    if (HASH_COUNT(w->queue) >= SHARED_WRITER_MAX)
        return err_set(err, ST_UNAVAILABLE, "%s: too many entries wait to be written", added->text);
    HASH_ADD_KEYPTR(hh, w->queue, added->text, size, added);
    metric_set(w->waiting, (double)HASH_COUNT(w->queue));
    return added->hh.tbl ? ST_OK : err_no_memory(err);
}

static void queue_remove(struct shared_writer *w, struct pending *p)
{
    HASH_DEL(w->queue, p);
    free_pending(p);
    metric_set(w->waiting, (double)HASH_COUNT(w->queue));
    if (!w->queue)
        (void)pthread_cond_broadcast(&w->emptied);
}

/* Returns false when there is no memory to put it back in; then it is freed. */
static bool queue_move_to_end(struct shared_writer *w, struct pending *p)
{
    if (HASH_COUNT(w->queue) == 1)
        return true;
    HASH_DEL(w->queue, p);
    HASH_ADD_KEYPTR(hh, w->queue, p->text, p->cache_size + p->key_size, p);
    if (p->hh.tbl)
        return true;
    free_pending(p);
    metric_set(w->waiting, (double)HASH_COUNT(w->queue));
    return false;
}

/* ---- writing ---- */

/* What is being written: a copy, because the one in the queue may be replaced meanwhile. */
struct writing {
    struct pending *pending; /* only the thread removes it */
    unsigned version;
    struct entry_name name;
    json_t *entry;
    int64_t ttl;
    bool removes;
};

static bool begin_writing(struct shared_writer *w, struct writing *ret_writing)
{
    struct pending *p;

    (void)pthread_mutex_lock(&w->lock);
    p = w->queue;
    if (p)
        *ret_writing =
            (struct writing){ .pending = p,
                              .version = p->version,
                              .name = { p->text, { p->text + p->cache_size, p->key_size - 1 } },
                              .entry = p->entry ? json_deep_copy(p->entry) : NULL,
                              .ttl = p->ttl,
                              .removes = !p->entry };
    (void)pthread_mutex_unlock(&w->lock);
    return p;
}

static enum status write_one(struct shared_writer *w, const struct writing *writing,
                             struct err *err)
{
    int64_t deadline = clock_mono_ms() + WRITE_MS;

    if (writing->removes)
        return store_remove_entry(w->store, writing->name, deadline, err);
    if (!writing->entry)
        return err_no_memory(err);
    return store_put_entry(w->store, writing->name, writing->entry, writing->ttl, deadline, err);
}

static void report_dropped(struct shared_writer *w, const struct err *why)
{
    metric_add(w->outcomes[DROPPED], 1);
    if (w->report)
        w->report(w->data, why);
}

/* Returns whether the next one may be written. */
static bool end_writing(struct shared_writer *w, const struct writing *writing, enum status st,
                        const struct err *err)
{
    struct pending *p = writing->pending;
    bool away = st == ST_TIMEOUT || st == ST_UNAVAILABLE;
    bool kept = away && clock_mono_ms() - p->added_ms < AGE_MAX_MS, lost = false;

    if (kept || st == ST_OK)
        metric_add(w->outcomes[kept ? RETRIED : WRITTEN], 1);
    else
        report_dropped(w, err);
    (void)pthread_mutex_lock(&w->lock);
    if (kept)
        lost = !queue_move_to_end(w, p); /* perhaps only this one cannot be written */
    else if (p->version == writing->version)
        queue_remove(w, p);
    (void)pthread_mutex_unlock(&w->lock);
    if (lost)
        report_dropped(w, err);
    return !away;
}

static int64_t write_all(void *data)
{
    struct shared_writer *w = data;
    struct writing writing;
    bool next = true;

    while (next && begin_writing(w, &writing)) {
        struct err err = ERR_NONE;
        enum status st = write_one(w, &writing, &err);
        json_decref(writing.entry);
        next = end_writing(w, &writing, st, &err);
    }
    return next ? INT64_MAX : clock_mono_ms() + RETRY_MS;
}

/* ---- calls ---- */

static enum status add_to_queue(struct shared_writer *w, struct pending *p, struct err *err)
{
    enum status st;

    if (!p)
        return err_no_memory(err);
    (void)pthread_mutex_lock(&w->lock);
    st = queue_add(w, p, err);
    (void)pthread_mutex_unlock(&w->lock);
    if (st != ST_OK)
        free_pending(p);
    return st;
}

enum status shared_writer_put(struct shared_writer *w, struct entry_name name, json_t *entry,
                              int64_t ttl, struct err *err)
{
    struct pending *p = create_pending(name);
    struct err why = ERR_NONE;
    enum status st;

    if (p) {
        p->entry = entry;
        p->ttl = ttl;
    } else {
        json_decref(entry);
    }
    st = add_to_queue(w, p, &why);
    if (st == ST_OK) {
        ticker_wake(w->ticker);
        return ST_OK;
    }
    report_dropped(w, &why);
    return err_set(err, st, "%s", why.text);
}

bool shared_writer_flush(struct shared_writer *w, int64_t deadline)
{
    bool empty;

    ticker_wake(w->ticker);
    (void)pthread_mutex_lock(&w->lock);
    while (w->queue && clock_left_ms(deadline) > 0)
        (void)condition_wait_until(&w->emptied, &w->lock, deadline);
    empty = !w->queue;
    (void)pthread_mutex_unlock(&w->lock);
    return empty;
}

/* ---- creating and freeing ---- */

static void declare_metrics(struct shared_writer *w, struct metrics *metrics)
{
    static const char *const names[OUTCOMES] = {
        [WRITTEN] = "written", [REPLACED] = "replaced", [RETRIED] = "retried", [DROPPED] = "dropped"
    };
    struct metric_family *outcomes =
        metrics_family(metrics, METRIC_COUNTER, "climacast_shared_writes_total", "outcome",
                       "Shared entries written to the store in the background.");

    for (size_t i = 0; i < OUTCOMES; i++)
        w->outcomes[i] = metric_get(outcomes, names[i], NULL, NULL);
    w->waiting = metrics_gauge(metrics, "climacast_shared_writes_waiting",
                               "Shared entries that wait to be written to the store.");
}

struct shared_writer *shared_writer_create(struct store *store, shared_writer_report_fn *report,
                                           void *data, struct metrics *metrics)
{
    struct shared_writer *w = calloc(1, sizeof *w);

    if (!w)
        return NULL;
    w->store = store;
    w->report = report;
    w->data = data;
    declare_metrics(w, metrics);
    (void)pthread_mutex_init(&w->lock, NULL);
    (void)condition_init(&w->emptied);
    w->ticker = ticker_create(write_all, w);
    if (!w->ticker) {
        shared_writer_free(w);
        return NULL;
    }
    return w;
}

static void drop_all(struct shared_writer *w)
{
    unsigned count = HASH_COUNT(w->queue);
    struct err err = ERR_NONE;
    struct pending *p, *next;

    if (count == 0)
        return;
    HASH_ITER (hh, w->queue, p, next) {
        HASH_DEL(w->queue, p);
        free_pending(p);
    }
    metric_add(w->outcomes[DROPPED], count - 1);
    (void)err_set(&err, ST_UNAVAILABLE, "%u entries were not written before the end", count);
    report_dropped(w, &err);
}

void shared_writer_free(struct shared_writer *w)
{
    if (!w)
        return;
    ticker_free(w->ticker);
    drop_all(w);
    (void)pthread_cond_destroy(&w->emptied);
    (void)pthread_mutex_destroy(&w->lock);
    free(w);
}
