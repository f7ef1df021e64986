/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/items.c -- reads and writes the items of a DynamoDB table by id.
 *
 * Every change starts with a consistent read, works out what to write, and writes it on the
 * condition that what it is based on has not changed: the old value of the member itself, but
 * nothing about its neighbors. So writers of different members do not conflict, and a request that
 * reaches the table twice, at once or late, has no effect the second time. After a conflict the
 * item is read again.
 *
 * A missing parent, or one that is not a map, is written as a whole with everything below it, on
 * the condition that it has not changed either. */
#include <stdlib.h>
#include <string.h>

#include "cache/dynamo/attribute_value.h"
#include "cache/dynamo/internal.h"
#include "cache/dynamo/raw_item.h"
#include "cache/item_json.h"
#include "cache/layout.h"
#include "server/base/clock.h"

enum status dynamo_items_contended(int64_t deadline, struct err *err)
{
    return err_reason(err, clock_left_ms(deadline) > 0 ? ST_UNAVAILABLE : ST_TIMEOUT, "contended",
                      "DynamoDB: other writers keep changing the same item");
}

/* ---- reading ---- */

/* An item as it was read. */
struct snapshot {
    bool exists;
    json_t *value; /* `attributes` as an attribute value; NULL if the item has none */
    json_t *plain; /* the same as plain JSON; NULL if the item does not exist */
};

static void snapshot_done(struct snapshot *seen)
{
    json_decref(seen->value);
    json_decref(seen->plain);
    *seen = (struct snapshot){ 0 };
}

static enum status snapshot_read(struct dynamo_store *s, struct str id, int64_t deadline,
                                 struct snapshot *ret_seen, struct err *err)
{
    struct dynamo_expression e;
    json_t *item = NULL, *value;
    enum status st;

    *ret_seen = (struct snapshot){ 0 };
    dynamo_expression_init(&e);
    dynamo_expression_project(&e, DYNAMO_PATH("id"));
    dynamo_expression_project(&e, DYNAMO_PATH(DYNAMO_ATTRIBUTES));
    st = dynamo_client_get_item(s->client, id, &e, true, deadline, &item, err);
    if (st != ST_OK || !item)
        return st;
    value = json_object_get(item, DYNAMO_ATTRIBUTES);
    ret_seen->exists = true;
    ret_seen->value = json_incref(value);
    if (value)
        st = attribute_value_to_json(value, &ret_seen->plain, err);
    else
        ret_seen->plain = json_object();
    if (st == ST_OK && !ret_seen->plain)
        st = err_no_memory(err);
    if (st != ST_OK)
        snapshot_done(ret_seen);
    json_decref(item);
    return st;
}

enum status dynamo_items_get(void *self, struct str id, int64_t deadline, json_t **ret,
                             uint64_t *ret_version, struct err *err)
{
    struct snapshot seen;
    enum status st = snapshot_read(self, id, deadline, &seen, err);

    if (st != ST_OK)
        return st;
    if (!seen.exists)
        return ST_MISS;
    if (!json_is_object(seen.plain)) {
        st = raw_item_malformed(err);
    } else {
        if (ret_version)
            *ret_version = item_json_version(seen.plain);
        *ret = json_incref(seen.plain);
    }
    snapshot_done(&seen);
    return st;
}

/* ---- what else depends on an item's content ---- */

static bool is_entry(const struct dynamo_store *s, struct str id)
{
    char cache[STORE_CACHE_MAX + 1];
    struct entry_name name;

    return s->layout == STORE_LAYOUT_ENTRIES && layout_entry_id_parse(id, cache, &name);
}

/* Adds the attributes that must change together with `attributes`: SHARED_CACHE loses its usage,
 * which has to be recounted, and an entry repeats its ttl outside of them. */
static void put_derived(const struct dynamo_store *s, struct str id, const json_t *after,
                        struct dynamo_expression *e)
{
    int64_t ttl = layout_ttl(after);
    json_t *value;

    if (str_eqz(id, STORE_SHARED_ID))
        dynamo_expression_remove(e, DYNAMO_PATH(DYNAMO_USAGE));
    if (!is_entry(s, id))
        return;
    if (ttl == 0) {
        dynamo_expression_remove(e, DYNAMO_PATH(DYNAMO_TTL));
        return;
    }
    value = attribute_value_make_integer(ttl);
    dynamo_expression_set(e, DYNAMO_PATH(DYNAMO_TTL), value);
    json_decref(value);
}

/* Updates the entry counter after a write; `before` is NULL if there was no item, `after` if there
 * is none now. */
static void count_change(struct dynamo_store *s, struct str id, const json_t *before,
                         const json_t *after, int64_t deadline)
{
    if (s->layout == STORE_LAYOUT_ENTRIES)
        entry_counter_item_changed(s->counter, id, before, after, deadline);
}

/* ---- writing whole items ---- */

static enum status write_attributes(struct dynamo_store *s, struct str id,
                                    const struct snapshot *seen, json_t *attributes,
                                    int64_t deadline, bool *ret_outcome_unknown, struct err *err)
{
    json_t *value = NULL;
    struct dynamo_expression e;
    enum status st = attribute_value_merge(seen->value, attributes, &value, err);

    if (st != ST_OK)
        return st;
    dynamo_expression_init(&e);
    dynamo_expression_set(&e, DYNAMO_PATH(DYNAMO_ATTRIBUTES), value);
    put_derived(s, id, attributes, &e);
    raw_item_require_unchanged(&e, seen->exists, seen->value);
    st = dynamo_client_update_item(s->client, id, &e, deadline, ret_outcome_unknown, NULL, err);
    json_decref(value);
    return st;
}

static enum status err_changed(struct err *err)
{
    return err_set(err, ST_CONFLICT, "another writer has changed the item");
}

static enum status err_outcome_unknown(struct err *err)
{
    return err_reason(err, ST_UNAVAILABLE, "outcome_unknown",
                      "DynamoDB: it is unknown whether the item was written");
}

/* Reads the item and decides by what it finds:
 *
 *     the version to replace                  writes, unless it has the wanted content already;
 *                                             ST_CONFLICT: it has changed since it was read
 *     the wanted content, *outcome_unknown    ST_OK: an earlier attempt has written it
 *     anything else, *outcome_unknown         ST_UNAVAILABLE: it may have been written and changed
 *     anything else                           ST_CONFLICT
 *
 * *outcome_unknown, in and out: an attempt of this call may have written the item. *ret_matched:
 * the version to replace was found. */
static enum status put_after_read(struct dynamo_store *s, struct str id, json_t *attributes,
                                  uint64_t version, int64_t deadline, bool *outcome_unknown,
                                  bool *ret_matched, struct err *err)
{
    struct snapshot seen;
    enum status st = snapshot_read(s, id, deadline, &seen, err);
    bool matched, unknown = false;

    if (st != ST_OK)
        return st;
    matched = version == (seen.exists ? item_json_version(seen.plain) : 0);
    if (seen.exists && json_equal(seen.plain, attributes) && (matched || *outcome_unknown))
        st = ST_OK;
    else if (matched)
        st = write_attributes(s, id, &seen, attributes, deadline, &unknown, err);
    else
        st = *outcome_unknown ? err_outcome_unknown(err) : err_changed(err);
    if (st == ST_OK)
        count_change(s, id, seen.plain, attributes, deadline);
    snapshot_done(&seen);
    *outcome_unknown |= unknown;
    *ret_matched = matched;
    return st;
}

enum status dynamo_items_put(void *self, struct str id, json_t *attributes, uint64_t version,
                             int64_t deadline, struct err *err)
{
    enum { LATE_CONFLICTS_MAX = 3 }; /* between the read and the write */
    struct dynamo_store *s = self;
    struct backoff backoff = DYNAMO_CONFLICT_BACKOFF;
    bool outcome_unknown = false;

    if (version == 0) { /* most likely it does not exist: try without a read */
        const struct snapshot nothing = { .exists = false };
        enum status st =
            write_attributes(s, id, &nothing, attributes, deadline, &outcome_unknown, err);
        if (st == ST_OK)
            count_change(s, id, NULL, attributes, deadline);
        if (st != ST_CONFLICT)
            return st;
    }
    backoff.waits_max = LATE_CONFLICTS_MAX;
    for (;;) {
        bool matched = false;
        enum status st =
            put_after_read(s, id, attributes, version, deadline, &outcome_unknown, &matched, err);
        if (st != ST_CONFLICT || !matched)
            return st;
        if (!backoff_sleep(&backoff, deadline))
            return outcome_unknown ? err_outcome_unknown(err) : err_changed(err);
    }
}

/* ---- writing members ---- */

/* A part of an item that is written as a whole. */
struct subtree {
    const char *path[STORE_PATH_MAX + 2]; /* from DYNAMO_ATTRIBUTES down, NULL at the end */
    size_t depth;
};

/* What to write for a change: the member itself, or its topmost missing parent. */
static struct subtree subtree_of(const json_t *before, const struct store_change *change)
{
    struct subtree t = { { DYNAMO_ATTRIBUTES }, 1 };
    const json_t *at = before;

    for (size_t i = 0; json_is_object(at) && change->path[i]; i++) {
        t.path[t.depth++] = change->path[i];
        at = json_object_get(at, change->path[i]);
    }
    t.path[t.depth] = NULL;
    return t;
}

static bool subtree_contains(const struct subtree *outer, const struct subtree *inner)
{
    if (inner->depth < outer->depth)
        return false;
    for (size_t i = 0; i < outer->depth; i++)
        if (strcmp(inner->path[i], outer->path[i]) != 0)
            return false;
    return true;
}

/* Adds a subtree to the list, unless one there contains it; removes those that it contains. */
static size_t subtrees_add(struct subtree *list, size_t count, const struct subtree *added)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++)
        if (subtree_contains(&list[i], added))
            return count;
    for (size_t i = 0; i < count; i++)
        if (!subtree_contains(added, &list[i]))
            list[kept++] = list[i];
    list[kept++] = *added;
    return kept;
}

static json_t *subtree_plain(const struct subtree *t, json_t *plain)
{
    for (size_t i = 1; i < t->depth; i++)
        plain = json_object_get(plain, t->path[i]);
    return plain;
}

static json_t *subtree_value(const struct subtree *t, json_t *value)
{
    for (size_t i = 1; i < t->depth; i++)
        value = attribute_value_member(value, t->path[i]);
    return value;
}

/* Adds the update of one subtree, if it changes, and its condition. */
static enum status put_subtree(struct dynamo_expression *e, const struct subtree *t,
                               const struct snapshot *seen, json_t *after, struct err *err)
{
    json_t *old_value = subtree_value(t, seen->value), *value = NULL;
    json_t *old = seen->value ? subtree_plain(t, seen->plain) : NULL,
           *now = subtree_plain(t, after);
    enum status st = ST_OK;

    if ((!now && !old) || (now && old && json_equal(now, old)))
        return ST_OK;
    if (now)
        st = attribute_value_merge(old_value, now, &value, err);
    if (st != ST_OK)
        return st;
    if (now)
        dynamo_expression_set(e, t->path, value);
    else
        dynamo_expression_remove(e, t->path);
    if (old_value)
        dynamo_expression_if_equal(e, t->path, old_value);
    else
        dynamo_expression_if_absent(e, t->path);
    json_decref(value);
    return ST_OK;
}

/* Writes what differs between the item as read and `after`, if anything does. */
static enum status write_members(struct dynamo_store *s, struct str id, const struct snapshot *seen,
                                 json_t *after, const struct store_change *changes, size_t count,
                                 int64_t deadline, bool *outcome_unknown, struct err *err)
{
    bool unknown = false;
    struct subtree subtrees[STORE_CHANGES_MAX];
    size_t subtree_count = 0;
    enum status st = ST_OK;
    struct dynamo_expression e;

    for (size_t i = 0; i < count; i++) {
        struct subtree t = subtree_of(seen->value ? seen->plain : NULL, &changes[i]);
        subtree_count = subtrees_add(subtrees, subtree_count, &t);
    }
    dynamo_expression_init(&e);
    for (size_t i = 0; i < subtree_count && st == ST_OK; i++)
        st = put_subtree(&e, &subtrees[i], seen, after, err);
    if (st != ST_OK || !dynamo_expression_has_update(&e)) {
        dynamo_expression_done(&e);
        return st;
    }
    put_derived(s, id, after, &e);
    st = dynamo_client_update_item(s->client, id, &e, deadline, &unknown, NULL, err);
    *outcome_unknown |= unknown;
    if (st == ST_OK)
        count_change(s, id, seen->plain, after, deadline);
    return st;
}

enum status dynamo_items_update(void *self, struct str id, const struct store_change *changes,
                                size_t count, int64_t deadline, struct err *err)
{
    struct dynamo_store *s = self;
    struct backoff backoff = DYNAMO_CONFLICT_BACKOFF;
    bool outcome_unknown = false; /* of an earlier attempt: what is read tells */

    for (;;) {
        struct snapshot seen;
        enum status st = snapshot_read(s, id, deadline, &seen, err);
        json_t *after = NULL;
        if (st == ST_OK) {
            after = json_is_object(seen.plain) ? json_deep_copy(seen.plain) : json_object();
            st = after ? item_json_apply_changes(after, changes, count, err) : err_no_memory(err);
        }
        /* Removing members of an item that does not exist must not create it. */
        if (st == ST_OK && (seen.value || json_object_size(after) > 0))
            st =
                write_members(s, id, &seen, after, changes, count, deadline, &outcome_unknown, err);
        json_decref(after);
        snapshot_done(&seen);
        if (st == ST_CONFLICT && !backoff_sleep(&backoff, deadline))
            st = dynamo_items_contended(deadline, err);
        else if (st == ST_CONFLICT)
            continue;
        if (st != ST_OK && outcome_unknown)
            err_mark_unknown(err);
        return st;
    }
}

/* ---- removing ---- */

enum status dynamo_items_remove(void *self, struct str id, int64_t deadline, struct err *err)
{
    struct dynamo_store *s = self;
    json_t *before = NULL, *plain = NULL;
    struct dynamo_expression e;
    enum status st;

    dynamo_expression_init(&e);
    st = dynamo_client_delete_item(s->client, id, &e, deadline, NULL,
                                   is_entry(s, id) ? &before : NULL, err);
    if (st == ST_OK && before &&
        attribute_value_to_json(json_object_get(before, DYNAMO_ATTRIBUTES), &plain, NULL) == ST_OK)
        count_change(s, id, plain, NULL, deadline);
    json_decref(before);
    json_decref(plain);
    return st;
}
