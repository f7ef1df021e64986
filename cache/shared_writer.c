/* SPDX-License-Identifier: Apache-2.0 */
/* cache/shared_writer.c -- writes shared entries to the store in the background.
 *
 * One thread writes them, group by group. Each has its place in the queue until it has been
 * written. Meanwhile the thread owns its value; when a newer one replaces it, the place stays for
 * another turn. */
#define HASH_NONFATAL_OOM 1
#include "cache/shared_writer.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "cache/item_json.h"
#include "server/base/clock.h"
#include "server/base/condition.h"
#include "server/base/ticker.h"

enum {
    WRITE_MS = 5000,          /* for one group; store_protect() allows less */
    RETRY_MS = 500,           /* while the store does not respond */
    AGE_MAX_MS = 3600 * 1000, /* an entry that waits for longer is dropped */
};

/* An entry that waits. The table keeps them in the order in which they were added. */
struct pending {
    UT_hash_handle hh;
    json_t *entry; /* owned; NULL: remove it, or the thread has it */
    size_t bytes;  /* of the entry */
    int64_t ttl;
    unsigned version; /* counts replacements */
    int64_t added_ms;
    size_t cache_size, key_size;
    char text[]; /* the cache and the key, each with a NUL */
};

enum outcome { WRITTEN, REPLACED, RETRIED, DROPPED, OUTCOMES };

/* The entries that are being written, for the thread only. */
struct group {
    struct store_write writes[SHARED_WRITER_GROUP_MAX];
    struct pending *pending[SHARED_WRITER_GROUP_MAX]; /* only the thread removes them */
    unsigned versions[SHARED_WRITER_GROUP_MAX];       /* of what it took */
    size_t count, bytes;
};

struct shared_writer {
    struct store *store;
    shared_writer_report_fn *report;
    void *data;
    struct metric *outcomes[OUTCOMES], *waiting;
    struct ticker *ticker;
    struct group group;
    pthread_mutex_t lock; /* guards what follows; not held while the store works */
    pthread_cond_t emptied;
    struct pending *queue;
    bool hurry; /* until the queue is empty */
    bool stopping;
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
        p->bytes = added->bytes;
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
    if (w->queue)
        return;
    w->hurry = false;
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

static void group_take(struct group *g, struct pending *p)
{
    g->pending[g->count] = p;
    g->versions[g->count] = p->version;
    g->writes[g->count++] =
        (struct store_write){ .name = { p->text, { p->text + p->cache_size, p->key_size - 1 } },
                              .entry = p->entry,
                              .ttl = p->ttl };
    g->bytes += p->bytes;
    p->entry = NULL;
}

static bool group_has_room(const struct group *g, const struct pending *p)
{
    return g->count < SHARED_WRITER_GROUP_MAX &&
           (g->count == 0 || g->bytes + p->bytes <= (size_t)SHARED_WRITER_GROUP_KB * 1024);
}

/* When the next group is due. The lock is held. */
static int64_t queue_due_ms(const struct shared_writer *w)
{
    if (!w->queue || w->stopping)
        return INT64_MAX;
    if (w->hurry || HASH_COUNT(w->queue) >= SHARED_WRITER_GROUP_MAX)
        return 0;
    return w->queue->added_ms + SHARED_WRITER_GATHER_MS;
}

/* Takes the next group, if it is due; returns when it is. */
static int64_t begin_writing(struct shared_writer *w)
{
    struct group *g = &w->group;
    int64_t due_ms;

    g->count = g->bytes = 0;
    (void)pthread_mutex_lock(&w->lock);
    due_ms = queue_due_ms(w);
    if (due_ms <= clock_mono_ms())
        for (struct pending *p = w->queue; p && group_has_room(g, p); p = p->hh.next)
            group_take(g, p);
    (void)pthread_mutex_unlock(&w->lock);
    return due_ms;
}

static void report_dropped(struct shared_writer *w, const struct err *why)
{
    metric_add(w->outcomes[DROPPED], 1);
    if (w->report)
        w->report(w->data, why);
}

static bool is_away(enum status st)
{
    return st == ST_TIMEOUT || st == ST_UNAVAILABLE;
}

/* Puts an entry back that has not been written, unless a newer one has replaced it; returns false
 * when that is not possible. The lock is held. */
static bool put_back(struct shared_writer *w, size_t at)
{
    struct group *g = &w->group;
    struct pending *p = g->pending[at];

    if (p->version == g->versions[at]) {
        p->entry = g->writes[at].entry;
        g->writes[at].entry = NULL;
    }
    /* To the end, because perhaps only this one cannot be written. */
    return g->writes[at].status == ST_WOULD_WAIT || queue_move_to_end(w, p);
}

/* Counts it, before whoever flushes is told that it is done; returns whether it is kept. */
static bool judge(struct shared_writer *w, size_t at)
{
    const struct group *g = &w->group;
    enum status st = g->writes[at].status;
    bool young = clock_mono_ms() - g->pending[at]->added_ms < AGE_MAX_MS;

    if (st == ST_WOULD_WAIT)
        return true;
    if (st != ST_OK && !(is_away(st) && young)) {
        report_dropped(w, &g->writes[at].err);
        return false;
    }
    metric_add(w->outcomes[st == ST_OK ? WRITTEN : RETRIED], 1);
    return st != ST_OK;
}

static void end_one(struct shared_writer *w, size_t at)
{
    struct group *g = &w->group;
    struct pending *p = g->pending[at];
    bool kept = judge(w, at), lost = false;

    (void)pthread_mutex_lock(&w->lock);
    if (kept)
        lost = !put_back(w, at);
    else if (p->version == g->versions[at])
        queue_remove(w, p);
    (void)pthread_mutex_unlock(&w->lock);
    if (lost)
        report_dropped(w, &g->writes[at].err);
    json_decref(g->writes[at].entry);
}

/* Returns whether the next group may be written. */
static bool end_writing(struct shared_writer *w)
{
    bool away = false;

    for (size_t i = 0; i < w->group.count; i++) {
        away = away || is_away(w->group.writes[i].status);
        end_one(w, i);
    }
    return !away;
}

static int64_t write_all(void *data)
{
    struct shared_writer *w = data;

    for (;;) {
        int64_t due_ms = begin_writing(w);
        if (w->group.count == 0)
            return due_ms;
        store_write_entries(w->store, w->group.writes, w->group.count, clock_mono_ms() + WRITE_MS);
        if (!end_writing(w))
            return clock_mono_ms() + RETRY_MS;
    }
}

/* ---- calls ---- */

/* The thread sleeps while nothing waits, and for a moment after the first entry. */
static bool wakes_thread(const struct shared_writer *w, unsigned count_before)
{
    unsigned count = HASH_COUNT(w->queue);

    return count > count_before && (count == 1 || count == SHARED_WRITER_GROUP_MAX);
}

static enum status add_to_queue(struct shared_writer *w, struct pending *p, struct err *err)
{
    unsigned before;
    bool wakes;
    enum status st;

    if (!p)
        return err_no_memory(err);
    (void)pthread_mutex_lock(&w->lock);
    before = HASH_COUNT(w->queue);
    st = queue_add(w, p, err);
    wakes = wakes_thread(w, before);
    (void)pthread_mutex_unlock(&w->lock);
    if (st != ST_OK)
        free_pending(p);
    if (wakes)
        ticker_wake(w->ticker);
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
        p->bytes = entry ? item_json_bytes(entry) : 0;
        p->ttl = ttl;
    } else {
        json_decref(entry);
    }
    st = add_to_queue(w, p, &why);
    if (st == ST_OK)
        return ST_OK;
    report_dropped(w, &why);
    return err_set(err, st, "%s", why.text);
}

bool shared_writer_flush(struct shared_writer *w, int64_t deadline)
{
    bool empty;

    (void)pthread_mutex_lock(&w->lock);
    w->hurry = w->queue;
    if (w->hurry)
        ticker_wake(w->ticker);
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
    (void)pthread_mutex_lock(&w->lock);
    w->stopping = true;
    (void)pthread_mutex_unlock(&w->lock);
    ticker_free(w->ticker);
    drop_all(w);
    (void)pthread_cond_destroy(&w->emptied);
    (void)pthread_mutex_destroy(&w->lock);
    free(w);
}
