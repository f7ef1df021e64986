/* SPDX-License-Identifier: Apache-2.0 */
/* cache/store.c -- persistent storage: validates arguments, then calls the backend.
 *
 * What any backend cannot store is rejected here for all of them, so data written to one backend
 * can always be migrated to another. */
#include "cache/store.h"

#include <stdlib.h>
#include <string.h>

#include "cache/item_json.h"
#include "cache/store_check.h"
#include "cache/store_guard.h"
#include "server/base/clock.h"

#define PROBE_ID STORE_SHARED_ID "_PROBE" /* not a possible user id */

struct store {
    const struct store_ops *ops;
    void *self;
    struct store_guard *guard; /* NULL: calls take as long as they like */
};

struct store *store_wrap(const struct store_ops *ops, void *self)
{
    struct store *s = malloc(sizeof *s);

    if (!s) {
        ops->free(self);
        return NULL;
    }
    *s = (struct store){ .ops = ops, .self = self };
    return s;
}

/* ---- NO_WAIT ---- */

static enum status check_time(bool waits, int64_t deadline, struct err *err)
{
    if (deadline == NO_WAIT)
        return waits ? ST_WOULD_WAIT : ST_OK;
    if (clock_left_ms(deadline) <= 0)
        return err_set(err, ST_TIMEOUT, "no time left to use the store");
    return ST_OK;
}

/* With NO_WAIT, errors are not reported. */
static struct err *reported_err(int64_t deadline, struct err *err)
{
    return deadline == NO_WAIT ? NULL : err;
}

static enum status result_of(enum status st, int64_t deadline)
{
    return deadline != NO_WAIT || st == ST_OK || st == ST_MISS ? st : ST_WOULD_WAIT;
}

/* ---- the guard ---- */

/* With NO_WAIT nothing waits, and what fails is tried again by a thread that may. */
static enum status guard_begin(struct store *s, enum store_access access, int64_t *deadline,
                               struct store_guard_call *ret_call, struct err *err)
{
    if (!s->guard || !deadline_may_wait(*deadline)) {
        ret_call->circuit = NULL;
        return ST_OK;
    }
    return store_guard_begin(s->guard, access, deadline, ret_call, err);
}

static enum status begin_reading(struct store *s, int64_t *deadline,
                                 struct store_guard_call *ret_call, struct err *err)
{
    enum status st = check_time(s->ops->reads_wait, *deadline, err);

    return st == ST_OK ? guard_begin(s, STORE_READ, deadline, ret_call, err) : st;
}

static enum status guard_end(struct store *s, const struct store_guard_call *call, enum status st,
                             const struct err *err)
{
    if (call->circuit)
        store_guard_end(s->guard, call, st, err);
    return st;
}

/* Writes an item that no reader knows, and removes it: anything less, such as removing what is not
 * there, would succeed on a full disk. */
static enum status probe_writing(struct store *s, int64_t deadline, struct err *err)
{
    static const char *const path[] = { "probe", NULL };
    const struct store_change change = { path, json_true() };
    enum status st = s->ops->update(s->self, STR(PROBE_ID), &change, 1, deadline, err);

    return st == ST_OK ? s->ops->remove(s->self, STR(PROBE_ID), deadline, err) : st;
}

static enum status probe_store(void *data, enum store_access access, int64_t deadline,
                               struct err *err)
{
    struct store *s = data;
    json_t *attributes = NULL;
    enum status st;

    if (access != STORE_READ)
        return probe_writing(s, deadline, err);
    st = s->ops->get(s->self, STR(PROBE_ID), deadline, &attributes, NULL, err);
    json_decref(attributes);
    return st == ST_MISS ? ST_OK : st;
}

enum status store_protect(struct store *s, struct circuit_report report, struct metrics *metrics,
                          struct err *err)
{
    s->guard = store_guard_create(report, metrics, probe_store, s);
    return s->guard ? ST_OK : err_no_memory(err);
}

/* ---- items ---- */

enum status store_get(struct store *s, struct str id, int64_t deadline, json_t **ret_attributes,
                      uint64_t *ret_version, struct err *err)
{
    struct store_guard_call call;
    enum status st = store_check_id(id, err);

    if (st == ST_OK)
        st = begin_reading(s, &deadline, &call, err);
    if (st != ST_OK)
        return st;
    st = s->ops->get(s->self, id, deadline, ret_attributes, ret_version,
                     reported_err(deadline, err));
    return result_of(guard_end(s, &call, st, err), deadline);
}

static enum status get_object(struct store *s, struct str id, int64_t deadline,
                              struct object **ret_attributes, struct err *err)
{
    json_t *attributes = NULL;
    enum status st = s->ops->get(s->self, id, deadline, &attributes, NULL, err);

    if (st != ST_OK)
        return st;
    *ret_attributes = item_json_share(attributes);
    return *ret_attributes ? ST_OK : err_no_memory(err);
}

enum status store_acquire(struct store *s, struct str id, int64_t deadline,
                          struct object **ret_attributes, struct err *err)
{
    struct store_guard_call call;
    enum status st = store_check_id(id, err);

    if (st == ST_OK)
        st = begin_reading(s, &deadline, &call, err);
    if (st != ST_OK)
        return st;
    if (s->ops->acquire)
        st = s->ops->acquire(s->self, id, deadline, ret_attributes, reported_err(deadline, err));
    else
        st = get_object(s, id, deadline, ret_attributes, reported_err(deadline, err));
    return result_of(guard_end(s, &call, st, err), deadline);
}

enum status store_put(struct store *s, struct str id, json_t *attributes, uint64_t version,
                      int64_t deadline, struct err *err)
{
    struct store_guard_call call;
    enum status st = store_check_id(id, err);

    if (st == ST_OK)
        st = store_check_object(attributes, "an item's attributes", err);
    if (st == ST_OK)
        st = check_time(s->ops->writes_wait, deadline, err);
    if (st == ST_OK)
        st = guard_begin(s, STORE_SAVE, &deadline, &call, err);
    if (st != ST_OK)
        return st;
    return guard_end(s, &call, s->ops->put(s->self, id, attributes, version, deadline, err), err);
}

enum status store_update(struct store *s, struct str id, const struct store_change *changes,
                         size_t count, int64_t deadline, struct err *err)
{
    struct store_guard_call call;
    enum status st = store_check_id(id, err);

    if (st == ST_OK && count > STORE_CHANGES_MAX)
        st = err_set(err, ST_INVALID, "more than %d changes to one item", STORE_CHANGES_MAX);
    for (size_t i = 0; i < count && st == ST_OK; i++)
        st = store_check_change(&changes[i], err);
    if (st == ST_OK)
        st = check_time(s->ops->writes_wait, deadline, err);
    if (st == ST_OK && count > 0)
        st = guard_begin(s, STORE_SAVE, &deadline, &call, err);
    if (st != ST_OK || count == 0)
        return st;
    return guard_end(s, &call, s->ops->update(s->self, id, changes, count, deadline, err), err);
}

enum status store_delete(struct store *s, struct str id, int64_t deadline, struct err *err)
{
    struct store_guard_call call;
    enum status st = store_check_id(id, err);

    if (st == ST_OK)
        st = check_time(s->ops->writes_wait, deadline, err);
    if (st == ST_OK)
        st = guard_begin(s, STORE_SAVE, &deadline, &call, err);
    if (st != ST_OK)
        return st;
    return guard_end(s, &call, s->ops->remove(s->self, id, deadline, err), err);
}

enum status store_scan(struct store *s, size_t limit, char **cursor, store_each_fn *each,
                       void *data, int64_t deadline, struct err *err)
{
    enum status st = check_time(true, deadline, err);

    return st == ST_OK ? s->ops->scan(s->self, limit, cursor, each, data, deadline, err) : st;
}

/* ---- raw items ---- */

bool store_supports_raw(const struct store *s)
{
    return s->ops->scan_raw;
}

enum status store_get_raw(struct store *s, struct str id, int64_t deadline, json_t **ret_attributes,
                          json_t **ret_raw, uint64_t *ret_version, struct err *err)
{
    enum status st = store_check_id(id, err);

    if (st == ST_OK)
        st = check_time(true, deadline, err);
    if (st == ST_OK && s->ops->get_raw)
        return s->ops->get_raw(s->self, id, deadline, ret_attributes, ret_raw, ret_version, err);
    if (st == ST_OK)
        st = s->ops->get(s->self, id, deadline, ret_attributes, ret_version, err);
    if (st == ST_OK)
        *ret_raw = NULL;
    return st;
}

enum status store_put_raw(struct store *s, struct str id, json_t *attributes, json_t *raw,
                          uint64_t version, int64_t deadline, struct err *err)
{
    enum status st;

    if (!raw || !s->ops->put_raw)
        return store_put(s, id, attributes, version, deadline, err);
    st = store_check_id(id, err);
    if (st == ST_OK)
        st = store_check_object(attributes, "an item's attributes", err);
    if (st == ST_OK)
        st = check_time(true, deadline, err);
    return st == ST_OK ? s->ops->put_raw(s->self, id, raw, version, deadline, err) : st;
}

struct scan_without_raw {
    store_each_raw_fn *each;
    void *data;
};

static enum status each_without_raw(void *data, struct str id, json_t *attributes, struct err *err)
{
    const struct scan_without_raw *p = data;

    return p->each(p->data, id, attributes, NULL, err);
}

enum status store_scan_raw(struct store *s, size_t limit, char **cursor, store_each_raw_fn *each,
                           void *data, int64_t deadline, struct err *err)
{
    struct scan_without_raw p = { each, data };
    enum status st;

    if (!s->ops->scan_raw)
        return store_scan(s, limit, cursor, each_without_raw, &p, deadline, err);
    st = check_time(true, deadline, err);
    return st == ST_OK ? s->ops->scan_raw(s->self, limit, cursor, each, data, deadline, err) : st;
}

/* ---- entries ---- */

enum status store_get_entry(struct store *s, struct entry_name name, int64_t now, int64_t deadline,
                            json_t **ret_entry, int64_t *ret_ttl, struct err *err)
{
    struct store_guard_call call;
    enum status st = store_check_name(name, err);

    if (st == ST_OK)
        st = begin_reading(s, &deadline, &call, err);
    if (st != ST_OK)
        return st;
    st = s->ops->get_entry(s->self, name, now, deadline, ret_entry, ret_ttl,
                           reported_err(deadline, err));
    return result_of(guard_end(s, &call, st, err), deadline);
}

enum status store_put_entry(struct store *s, struct entry_name name, json_t *entry, int64_t ttl,
                            int64_t deadline, struct err *err)
{
    struct store_guard_call call;
    enum status st = store_check_entry(name, entry, ttl, err);

    if (st == ST_OK)
        st = check_time(s->ops->writes_wait, deadline, err);
    if (st == ST_OK)
        st = guard_begin(s, STORE_WRITE_ENTRY, &deadline, &call, err);
    if (st != ST_OK)
        return st;
    return guard_end(s, &call, s->ops->put_entry(s->self, name, entry, ttl, deadline, err), err);
}

enum status store_remove_entry(struct store *s, struct entry_name name, int64_t deadline,
                               struct err *err)
{
    struct store_guard_call call;
    enum status st = store_check_name(name, err);

    if (st == ST_OK)
        st = check_time(s->ops->writes_wait, deadline, err);
    if (st == ST_OK)
        st = guard_begin(s, STORE_WRITE_ENTRY, &deadline, &call, err);
    if (st != ST_OK)
        return st;
    return guard_end(s, &call, s->ops->remove_entry(s->self, name, deadline, err), err);
}

/* ST_INVALID: one of them is to be rejected by itself. */
static enum status write_together(struct store *s, const struct store_write *writes, size_t count,
                                  int64_t deadline, struct err *err)
{
    struct store_guard_call call;
    enum status st = check_time(true, deadline, err);

    for (size_t i = 0; i < count && st == ST_OK; i++)
        st = writes[i].entry
                 ? store_check_entry(writes[i].name, writes[i].entry, writes[i].ttl, err)
                 : store_check_name(writes[i].name, err);
    if (st == ST_OK)
        st = guard_begin(s, STORE_WRITE_ENTRY, &deadline, &call, err);
    if (st != ST_OK)
        return st;
    return guard_end(s, &call, s->ops->write_entries(s->self, writes, count, deadline, err), err);
}

static void write_one_by_one(struct store *s, struct store_write *writes, size_t count,
                             int64_t deadline)
{
    enum status last = ST_OK;

    for (size_t i = 0; i < count; i++) {
        struct store_write *w = &writes[i];
        w->err = ERR_NONE;
        if (last == ST_TIMEOUT || last == ST_UNAVAILABLE)
            w->status = ST_WOULD_WAIT;
        else if (w->entry)
            last = w->status = store_put_entry(s, w->name, w->entry, w->ttl, deadline, &w->err);
        else
            last = w->status = store_remove_entry(s, w->name, deadline, &w->err);
    }
}

void store_write_entries(struct store *s, struct store_write *writes, size_t count,
                         int64_t deadline)
{
    struct err err = ERR_NONE;
    enum status st = ST_INVALID;

    if (count > 1 && s->ops->write_entries)
        st = write_together(s, writes, count, deadline, &err);
    if (st != ST_OK && st != ST_TIMEOUT) {
        write_one_by_one(s, writes, count, deadline); /* perhaps it is because of one of them */
        return;
    }
    for (size_t i = 0; i < count; i++) {
        writes[i].status = st;
        writes[i].err = err;
    }
}

enum status store_count_entries(struct store *s, const char *cache, int64_t deadline,
                                int64_t *ret_count, struct err *err)
{
    struct store_guard_call call;
    enum status st = store_check_cache(cache, err);

    if (st == ST_OK)
        st = begin_reading(s, &deadline, &call, err);
    if (st != ST_OK)
        return st;
    st = s->ops->count_entries(s->self, cache, deadline, ret_count, reported_err(deadline, err));
    return result_of(guard_end(s, &call, st, err), deadline);
}

/* ---- batches ---- */

enum status store_get_items(struct store *s, struct store_item *items, size_t count,
                            int64_t deadline, struct err *err)
{
    enum status st = check_time(true, deadline, err);

    for (size_t i = 0; i < count; i++) {
        items[i].attributes = NULL;
        items[i].version = 0;
        if (st == ST_OK)
            st = store_check_id(items[i].id, err);
    }
    if (st != ST_OK || count == 0)
        return st;
    st = s->ops->get_items(s->self, items, count, deadline, err);
    for (size_t i = 0; i < count && st != ST_OK; i++) {
        json_decref(items[i].attributes);
        items[i].attributes = NULL;
    }
    return st;
}

enum status store_put_items(struct store *s, struct store_item *items, size_t count,
                            int64_t deadline, struct err *err)
{
    enum status st = check_time(true, deadline, err);

    for (size_t i = 0; i < count; i++) {
        items[i].done = false;
        if (st == ST_OK)
            st = store_check_id(items[i].id, err);
        if (st == ST_OK)
            st = store_check_object(items[i].attributes, "an item's attributes", err);
    }
    if (st != ST_OK || count == 0)
        return st;
    return s->ops->put_items(s->self, items, count, deadline, err);
}

enum status store_add_entries(struct store *s, struct store_entry *entries, size_t count,
                              bool dry_run, int64_t deadline, struct err *err)
{
    enum status st = check_time(true, deadline, err);

    for (size_t i = 0; i < count; i++) {
        entries[i].done = false;
        if (st == ST_OK)
            st = entries[i].name.key.n == 0 ? store_check_cache(entries[i].name.cache, err)
                                            : store_check_name(entries[i].name, err);
        if (st == ST_OK && (entries[i].old_key.n > 0 || entries[i].name.key.n == 0))
            st = store_check_name((struct entry_name){ entries[i].name.cache, entries[i].old_key },
                                  err);
        if (st == ST_OK)
            st = store_check_object(entries[i].stored, "an entry", err);
    }
    if (st != ST_OK || count == 0)
        return st;
    return s->ops->add_entries(s->self, entries, count, dry_run, deadline, err);
}

enum status store_recount(struct store *s, int64_t deadline, struct err *err)
{
    enum status st = check_time(true, deadline, err);

    return st == ST_OK && s->ops->recount ? s->ops->recount(s->self, deadline, err) : st;
}

/* ---- the backend itself ---- */

enum status store_describe(struct store *s, int64_t deadline, struct store_facts *ret_facts,
                           struct err *err)
{
    enum status st = check_time(true, deadline, err);

    return st == ST_OK ? s->ops->describe(s->self, deadline, ret_facts, err) : st;
}

enum status store_create_table(struct store *s, int64_t deadline, struct err *err)
{
    enum status st = check_time(true, deadline, err);

    return st == ST_OK ? s->ops->create_table(s->self, deadline, err) : st;
}

void store_free(struct store *s)
{
    if (!s)
        return;
    store_guard_free(s->guard);
    s->ops->free(s->self);
    free(s);
}
