/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/shared_tree.c -- merges shared entries into a store.
 *
 * Anything else in a SHARED_CACHE item (attributes of other programs) is copied along, but never
 * overwritten. */
#include "server/tool/shared_tree.h"

#include <string.h>

#include "cache/layout.h"
#include "server/base/backoff.h"
#include "server/base/json_same.h"

enum { TRIES = 20 };

enum status shared_tree_init(struct shared_tree *t, struct err *err)
{
    *t = (struct shared_tree){ .whole = json_object() };
    return t->whole ? ST_OK : err_no_memory(err);
}

void shared_tree_done(struct shared_tree *t)
{
    json_decref(t->whole);
    *t = (struct shared_tree){ .whole = NULL };
}

/* ---- adding ---- */

static enum status put_member(struct shared_tree *t, const char *cache, struct str key,
                              json_t *stored, struct err *err)
{
    json_t *members = json_object_get(t->whole, cache), *there;

    if (!json_is_object(members)) {
        members = json_object();
        if (json_object_set_new(t->whole, cache, members) != 0)
            return err_no_memory(err);
    }
    there = json_object_getn(members, key.p, key.n);
    if (layout_outlives(there, stored))
        return ST_OK;
    t->entries += !there && layout_entry_valid(cache, key, stored);
    return json_object_setn(members, key.p, key.n, stored) == 0 ? ST_OK : err_no_memory(err);
}

static enum status add_member(void *data, const struct layout_member *member, struct err *err)
{
    struct shared_tree *t = data;

    if (member->key.p)
        return put_member(t, member->cache, member->key, member->value, err);
    if (!json_object_get(t->whole, member->cache) &&
        json_object_set(t->whole, member->cache, member->value) != 0)
        return err_no_memory(err);
    return ST_OK;
}

enum status shared_tree_add(struct shared_tree *t, struct str id, json_t *attributes,
                            struct err *err)
{
    return layout_each_member(id, attributes, add_member, t, err);
}

/* ---- writing SHARED_CACHE at once ---- */

/* Merge `value` into into[name]; `counts` when it is an entry. */
static enum status merge_entry(struct shared_tree *t, json_t *into, struct str name, json_t *value,
                               bool counts, bool overwrite, struct err *err)
{
    json_t *there = json_object_getn(into, name.p, name.n);

    if (there && json_same(there, value)) {
        t->identical += counts;
    } else if (there && !overwrite) {
        t->kept += counts;
    } else {
        t->written++;
        if (json_object_setn(into, name.p, name.n, value) != 0)
            return err_no_memory(err);
    }
    return ST_OK;
}

static enum status merge_tree(struct shared_tree *t, json_t *into, bool overwrite, struct err *err)
{
    json_t *members, *value, *target;
    const char *cache, *key;
    size_t n;
    enum status st = ST_OK;

    t->written = t->identical = t->kept = 0;
    json_object_foreach (t->whole, cache, members) {
        target = json_object_get(into, cache);
        if (!json_is_object(members) || !json_is_object(target)) {
            json_t *fresh = json_is_object(members) ? json_object() : json_incref(members);
            if ((!target || overwrite || json_is_object(members)) &&
                json_object_set(into, cache, fresh) != 0)
                st = err_no_memory(err);
            json_decref(fresh);
            target = json_object_get(into, cache);
        }
        json_object_keylen_foreach (members, key, n, value) {
            struct str name = { key, n };
            if (st == ST_OK)
                st = merge_entry(t, target, name, value, layout_entry_valid(cache, name, value),
                                 overwrite, err);
        }
    }
    return st;
}

/* Read, merge and write. ST_CONFLICT: the item was modified meanwhile. */
static enum status write_whole_once(struct shared_tree *t, struct store_session *session,
                                    bool overwrite, struct err *err)
{
    json_t *before = NULL, *now = NULL;
    uint64_t version = 0;
    enum status st = store_get(session->store, STR(STORE_SHARED_ID), store_session_deadline(),
                               &before, &version, err);

    if (st == ST_OK || st == ST_MISS) {
        now = before ? json_deep_copy(before) : json_object();
        st = now ? merge_tree(t, now, overwrite, err) : err_no_memory(err);
    }
    if (st == ST_OK && !(before ? json_same(before, now) : json_object_size(now) == 0))
        st = store_put(session->store, STR(STORE_SHARED_ID), now, version, store_session_deadline(),
                       err);
    json_decref(before);
    json_decref(now);
    return st;
}

/* ---- writing entry by entry ---- */

/* Compare with the entry in the store. ST_MISS: there is none. */
static enum status compare_entry(struct store_session *session, struct entry_name name,
                                 json_t *stored, bool *ret_same, struct err *err)
{
    json_t *there = NULL, *bare;
    int64_t ttl_there = 0, ttl = 0;
    const int64_t long_ago = 0; /* so that an expired entry is found, too */
    enum status st = store_get_entry(session->store, name, long_ago, store_session_deadline(),
                                     &there, &ttl_there, err);

    if (st != ST_OK)
        return st;
    bare = layout_entry_decode(stored, &ttl);
    *ret_same = bare && ttl == ttl_there && json_same(bare, there);
    json_decref(bare);
    json_decref(there);
    return ST_OK;
}

static enum status write_entry(struct shared_tree *t, struct store_session *session,
                               struct entry_name name, json_t *stored, bool overwrite,
                               struct err *err)
{
    bool same = false;
    enum status st = compare_entry(session, name, stored, &same, err);

    if (st == ST_OK && same) {
        t->identical++;
    } else if (st == ST_OK && !overwrite) {
        t->kept++;
    } else if (st == ST_OK || st == ST_MISS) {
        st = store_put_entry(session->store, name, stored, layout_ttl(stored),
                             store_session_deadline(), err);
        t->written += st == ST_OK;
    }
    return st;
}

enum status shared_tree_write_other(struct store *store, const struct layout_member *member,
                                    struct err *err)
{
    const char *const path[] = { member->cache, member->key.p, NULL };
    const struct store_change change = { path, member->value };
    json_t *now = NULL, *there;
    enum status st;

    if (!member->key.p && json_is_object(member->value)) /* an empty cache */
        return ST_OK;
    st = store_get(store, STR(STORE_SHARED_ID), store_session_deadline(), &now, NULL, err);
    there = json_object_get(now, member->cache);
    if (member->key.p && there)
        there = json_object_get(there, member->key.p);
    if (st == ST_MISS || (st == ST_OK && !there))
        st = store_update(store, STR(STORE_SHARED_ID), &change, 1, store_session_deadline(), err);
    json_decref(now);
    return st;
}

struct tree_writer {
    struct shared_tree *tree;
    struct store_session *session;
    bool overwrite;
};

static enum status write_member(void *data, const struct layout_member *member, struct err *err)
{
    const struct tree_writer *w = data;
    struct entry_name name = { member->cache, member->key };

    return member->is_entry
               ? write_entry(w->tree, w->session, name, member->value, w->overwrite, err)
               : shared_tree_write_other(w->session->store, member, err);
}

static enum status write_each(struct shared_tree *t, struct store_session *session, bool overwrite,
                              struct err *err)
{
    struct tree_writer w = { t, session, overwrite };

    t->written = t->identical = t->kept = 0;
    return layout_each_member(STR(STORE_SHARED_ID), t->whole, write_member, &w, err);
}

/* ---- either layout ---- */

enum status shared_tree_write(struct shared_tree *t, struct store_session *session, bool overwrite,
                              struct err *err)
{
    struct backoff backoff = { .first_ms = 30, .max_ms = 600, .waits_max = TRIES - 1 };
    enum status st;

    if (session->layout == STORE_LAYOUT_ENTRIES)
        return write_each(t, session, overwrite, err);
    do {
        err_clear(err);
        st = write_whole_once(t, session, overwrite, err);
    } while (st == ST_CONFLICT && backoff_sleep(&backoff, INT64_MAX));
    if (st != ST_TOO_LARGE && st != ST_CONFLICT)
        return st;
    err_clear(err); /* not all of them fit: write one by one, and let the store evict */
    return write_each(t, session, overwrite, err);
}

static enum status compare_whole(const struct shared_tree *t, struct store_session *session,
                                 int64_t *ret_differing, struct err *err)
{
    struct shared_tree copy = *t;
    json_t *now = NULL;
    enum status st =
        store_get(session->store, STR(STORE_SHARED_ID), store_session_deadline(), &now, NULL, err);

    if (st == ST_OK)
        st = merge_tree(&copy, now, false, err);
    if (st == ST_OK)
        *ret_differing = copy.kept;
    json_decref(now);
    return st == ST_MISS ? ST_OK : st;
}

struct tree_comparison {
    struct store_session *session;
    int64_t differing;
};

static enum status compare_member(void *data, const struct layout_member *member, struct err *err)
{
    struct tree_comparison *c = data;
    struct entry_name name = { member->cache, member->key };
    bool same = true;
    enum status st =
        member->is_entry ? compare_entry(c->session, name, member->value, &same, err) : ST_OK;

    c->differing += st == ST_OK && !same;
    return st == ST_MISS ? ST_OK : st;
}

enum status shared_tree_compare(const struct shared_tree *t, struct store_session *session,
                                int64_t *ret_differing, struct err *err)
{
    struct tree_comparison c = { session, 0 };
    enum status st;

    *ret_differing = 0;
    if (session->layout == STORE_LAYOUT_ITEM)
        return compare_whole(t, session, ret_differing, err);
    st = layout_each_member(STR(STORE_SHARED_ID), t->whole, compare_member, &c, err);
    *ret_differing = c.differing;
    return st;
}
