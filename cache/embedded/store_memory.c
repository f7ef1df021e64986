/* SPDX-License-Identifier: Apache-2.0 */
/* cache/embedded/store_memory.c -- the store in process memory, for tests. Its data is lost when
 * the process ends.
 *
 * One lock is the transaction. There is no rollback: the functions of rows.c finish computing
 * before their first write, so only running out of memory could leave a change half done. Trees are
 * copied on the way in and out, so they are never shared with a caller. Entries are in a hash table
 * per cache, which makes counting them cheap. */
#define HASH_NONFATAL_OOM 1
#include "cache/store.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "cache/embedded/rows.h"
#include "cache/layout.h"

/* An item or an entry. */
struct record {
    UT_hash_handle hh;
    json_t *value;
    size_t n;
    char key[];
};

struct table {
    UT_hash_handle hh;
    struct record *records;
    char name[STORE_CACHE_MAX + 1];
};

struct memory_store {
    struct rows rows;     /* must be first: rows_*() cast `self` to it */
    pthread_mutex_t lock; /* guards everything below */
    struct table items;
    struct table *caches;
};

/* ---- records ---- */

static struct record *record_find(const struct table *t, struct str key)
{
    struct record *found = NULL;

    if (t)
        HASH_FIND(hh, t->records, key.p, key.n, found);
    return found;
}

static void record_remove(struct table *t, struct record *old)
{
    HASH_DEL(t->records, old);
    json_decref(old->value);
    free(old);
}

static enum status record_put(struct table *t, struct str key, json_t *value, struct err *err)
{
    struct record *old = record_find(t, key), *fresh;

    if (!value) {
        if (old)
            record_remove(t, old);
        return ST_OK;
    }
    fresh = calloc(1, sizeof *fresh + key.n + 1);
    if (!fresh)
        return err_no_memory(err);
    memcpy(fresh->key, key.p, key.n);
    fresh->n = key.n;
    fresh->value = json_deep_copy(value);
    if (fresh->value)
        HASH_ADD_KEYPTR(hh, t->records, fresh->key, fresh->n, fresh);
    if (!fresh->value || !fresh->hh.tbl) {
        json_decref(fresh->value);
        free(fresh);
        return err_no_memory(err);
    }
    if (old)
        record_remove(t, old);
    return ST_OK;
}

static enum status copy_value(const struct record *found, json_t **ret_value, struct err *err)
{
    json_t *copy;

    if (!found)
        return ST_MISS;
    copy = json_deep_copy(found->value);
    if (!copy)
        return err_no_memory(err);
    *ret_value = copy;
    return ST_OK;
}

static struct table *cache_find(struct memory_store *m, const char *name)
{
    struct table *found = NULL;

    HASH_FIND_STR(m->caches, name, found);
    return found;
}

static struct table *cache_ensure(struct memory_store *m, const char *name)
{
    struct table *cache = cache_find(m, name);

    if (cache)
        return cache;
    cache = calloc(1, sizeof *cache);
    if (!cache)
        return NULL;
    memcpy(cache->name, name, strlen(name) + 1);
    HASH_ADD_STR(m->caches, name, cache);
    if (!cache->hh.tbl) {
        free(cache);
        return NULL;
    }
    return cache;
}

/* ---- rows ---- */

static enum status memory_begin(void *self, enum rows_mode mode, int64_t deadline, void **ret_tx,
                                struct err *err)
{
    struct memory_store *m = self;

    (void)mode;
    (void)deadline; /* the lock is only held for a moment */
    (void)err;
    (void)pthread_mutex_lock(&m->lock);
    *ret_tx = m;
    return ST_OK;
}

static enum status memory_end(void *self, void *tx, enum status st, struct err *err)
{
    struct memory_store *m = self;

    (void)tx;
    (void)err;
    (void)pthread_mutex_unlock(&m->lock);
    return st;
}

static enum status memory_item_read(void *tx, struct str id, json_t **ret_value, struct err *err)
{
    struct memory_store *m = tx;

    return copy_value(record_find(&m->items, id), ret_value, err);
}

static enum status memory_entry_read(void *tx, struct entry_name name, json_t **ret_value,
                                     struct err *err)
{
    return copy_value(record_find(cache_find(tx, name.cache), name.key), ret_value, err);
}

static enum status memory_item_write(void *tx, struct str id, json_t *value, struct err *err)
{
    struct memory_store *m = tx;

    return record_put(&m->items, id, value, err);
}

static enum status memory_entry_write(void *tx, struct entry_name name, json_t *value,
                                      struct err *err)
{
    struct table *cache = value ? cache_ensure(tx, name.cache) : cache_find(tx, name.cache);

    if (!cache)
        return value ? err_no_memory(err) : ST_OK;
    return record_put(cache, name.key, value, err);
}

static int by_key(const struct record *a, const struct record *b)
{
    return str_cmp((struct str){ a->key, a->n }, (struct str){ b->key, b->n });
}

static int by_name(const struct table *a, const struct table *b)
{
    return strcmp(a->name, b->name);
}

/* Call `each` for the records after `after`, in order; *limit counts down. */
static enum status each_record_after(struct table *t, struct str after, size_t *limit,
                                     rows_each_fn *each, void *data, struct err *err)
{
    enum status st = ST_OK;
    struct record *record;

    HASH_SORT(t->records, by_key);
    for (record = t->records; record && *limit > 0 && st == ST_OK; record = record->hh.next) {
        struct str key = { record->key, record->n };
        struct entry_name name = { t->name, t->name[0] ? key : STR_NONE };
        json_t *copy = NULL;
        if (str_cmp(key, after) <= 0)
            continue;
        st = copy_value(record, &copy, err);
        if (st == ST_OK)
            st = each(data, t->name[0] ? STR_NONE : key, name, copy, err);
        --*limit;
    }
    return st;
}

static enum status memory_items_after(void *tx, struct str after, size_t limit, rows_each_fn *each,
                                      void *data, struct err *err)
{
    struct memory_store *m = tx;

    return each_record_after(&m->items, after, &limit, each, data, err);
}

static enum status memory_entries_after(void *tx, struct entry_name after, size_t limit,
                                        rows_each_fn *each, void *data, struct err *err)
{
    struct memory_store *m = tx;
    enum status st = ST_OK;
    struct table *cache;

    HASH_SORT(m->caches, by_name);
    for (cache = m->caches; cache; cache = cache->hh.next) {
        int order = strcmp(cache->name, after.cache);
        if (order >= 0 && st == ST_OK)
            st = each_record_after(cache, order == 0 ? after.key : STR_NONE, &limit, each, data,
                                   err);
    }
    return st;
}

static enum status memory_entry_expire(void *tx, struct entry_name name, int64_t now,
                                       struct err *err)
{
    struct table *cache = cache_find(tx, name.cache);
    struct record *found = record_find(cache, name.key);

    (void)err;
    if (found && layout_expired(layout_ttl(found->value), now))
        record_remove(cache, found);
    return ST_OK;
}

static enum status memory_expire_some(void *tx, int64_t now, struct err *err)
{
    (void)tx;
    (void)now;
    (void)err; /* not worth it: the data is short-lived */
    return ST_OK;
}

static enum status memory_entries_count(void *tx, const char *name, int64_t *ret_count,
                                        struct err *err)
{
    const struct table *cache = cache_find(tx, name);

    (void)err;
    *ret_count = cache ? (int64_t)HASH_COUNT(cache->records) : 0;
    return ST_OK;
}

static const struct rows_ops memory_rows = {
    .begin = memory_begin,
    .end = memory_end,
    .item_read = memory_item_read,
    .entry_read = memory_entry_read,
    .item_write = memory_item_write,
    .entry_write = memory_entry_write,
    .items_after = memory_items_after,
    .entries_after = memory_entries_after,
    .entry_expire = memory_entry_expire,
    .expire_some = memory_expire_some,
    .entries_count = memory_entries_count,
};

/* ---- the store ---- */

/* Without the skill's own. Under the lock. */
static int64_t count_items(const struct memory_store *m)
{
    int64_t count = 0;

    for (const struct record *r = m->items.records; r; r = r->hh.next)
        count += !layout_is_internal((struct str){ r->key, r->n });
    return count;
}

static enum status memory_describe(void *self, int64_t deadline, struct store_facts *ret,
                                   struct err *err)
{
    struct memory_store *m = self;

    (void)deadline;
    (void)err;
    (void)pthread_mutex_lock(&m->lock);
    *ret = (struct store_facts){ "memory", STORE_READY, count_items(m), -1,
                                 "in process memory; lost when the process ends" };
    (void)pthread_mutex_unlock(&m->lock);
    return ST_OK;
}

static enum status memory_create_table(void *self, int64_t deadline, struct err *err)
{
    (void)self;
    (void)deadline;
    (void)err;
    return ST_OK;
}

static void table_clear(struct table *t)
{
    while (t->records)
        record_remove(t, t->records);
}

static void memory_free_all(void *self)
{
    struct memory_store *m = self;

    table_clear(&m->items);
    while (m->caches) {
        struct table *cache = m->caches;
        table_clear(cache);
        HASH_DEL(m->caches, cache);
        free(cache);
    }
    (void)pthread_mutex_destroy(&m->lock);
    free(m);
}

static const struct store_ops memory_ops = {
    .name = "memory",
    ROWS_STORE_OPS,
    .remove = rows_delete,
    .describe = memory_describe,
    .create_table = memory_create_table,
    .free = memory_free_all,
};

struct store *store_memory_create(enum store_layout layout)
{
    struct memory_store *m = calloc(1, sizeof *m);

    if (!m || pthread_mutex_init(&m->lock, NULL) != 0) {
        free(m);
        return NULL;
    }
    m->rows = (struct rows){ &memory_rows, m, layout };
    return store_wrap(&memory_ops, m);
}
