/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/items.c -- items in a DynamoDB table, by their id.
 *
 * Every change looks first (a consistent read), works out what is to be written, and writes it on
 * the condition that what it builds on is still so: the member's own old value, and nothing about
 * its neighbours. So writers of different members never meet, and a request that reaches the table
 * twice, at once or late, does nothing the second time. A conflict is: look again.
 *
 * A missing parent, or one that is no map, is written whole with all that is to be in it, on the
 * condition that it is still missing. */
#include <stdlib.h>
#include <string.h>

#include "cache/dynamo/attribute_value.h"
#include "cache/dynamo/internal.h"
#include "cache/layout.h"
#include "server/base/clock.h"

static const char *const path_attributes[] = { DYNAMO_ATTRIBUTES, NULL };
static const char *const path_usage[] = { DYNAMO_USAGE, NULL };
static const char *const path_ttl[] = { DYNAMO_TTL, NULL };
static const char *const path_id[] = { "id", NULL };

enum status dynamo_items_contended(int64_t deadline, struct err *err)
{
    return err_reason(err, clock_left_ms(deadline) > 0 ? ST_UNAVAILABLE : ST_TIMEOUT, "contended",
                      "DynamoDB: others keep changing the same item");
}

/* ---- reading ---- */

/* An item as it was read. */
struct seen {
    bool exists;
    json_t *value; /* `attributes` as attribute value; NULL when the item has none */
    json_t *plain; /* the same as plain JSON; NULL when the item does not exist */
};

static void seen_done(struct seen *s)
{
    json_decref(s->value);
    json_decref(s->plain);
    *s = (struct seen){ 0 };
}

static enum status look(struct dynamo_store *s, struct str id, int64_t deadline,
                        struct seen *ret_seen, struct err *err)
{
    struct dynamo_expression e;
    json_t *item = NULL, *value;
    enum status st;

    *ret_seen = (struct seen){ 0 };
    dynamo_expression_init(&e);
    dynamo_expression_project(&e, path_id);
    dynamo_expression_project(&e, path_attributes);
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
        seen_done(ret_seen);
    json_decref(item);
    return st;
}

enum status dynamo_items_get(void *self, struct str id, int64_t deadline, json_t **ret,
                             uint64_t *ret_version, struct err *err)
{
    struct seen seen;
    enum status st = look(self, id, deadline, &seen, err);

    if (st != ST_OK)
        return st;
    if (!seen.exists)
        return ST_MISS;
    if (!json_is_object(seen.plain)) {
        st = err_reason(err, ST_INVALID, "item_malformed", "DynamoDB: an item without a map");
    } else {
        if (ret_version)
            *ret_version = layout_version(seen.plain);
        *ret = json_incref(seen.plain);
    }
    seen_done(&seen);
    return st;
}

/* ---- what hangs on an item's content ---- */

/* Is this the item in which layout `item` keeps the shared entries? */
static bool is_shared(struct str id)
{
    return str_eqz(id, STORE_SHARED_ID);
}

static bool is_entry(const struct dynamo_store *s, struct str id)
{
    char cache[STORE_CACHE_MAX + 1];
    struct entry_name name;

    return s->layout == STORE_LAYOUT_ENTRIES && layout_entry_id_parse(id, cache, &name);
}

/* What must be written along with new attributes: the usage is to be counted anew, an entry's ttl
 * stands beside the attributes too. */
static void put_along(const struct dynamo_store *s, struct str id, const json_t *after,
                      struct dynamo_expression *e)
{
    int64_t ttl = layout_ttl(after);
    json_t *value;

    if (is_shared(id))
        dynamo_expression_remove(e, path_usage);
    if (!is_entry(s, id))
        return;
    if (ttl == 0) {
        dynamo_expression_remove(e, path_ttl);
        return;
    }
    value = attribute_value_make_integer(ttl);
    dynamo_expression_set(e, path_ttl, value);
    json_decref(value);
}

/* ---- writing whole ---- */

static enum status write_whole(struct dynamo_store *s, struct str id, const struct seen *seen,
                               json_t *attributes, int64_t deadline, bool *ret_outcome_unknown,
                               struct err *err)
{
    json_t *value = NULL;
    struct dynamo_expression e;
    enum status st = attribute_value_merge(seen->value, attributes, &value, err);

    if (st != ST_OK)
        return st;
    dynamo_expression_init(&e);
    dynamo_expression_set(&e, path_attributes, value);
    put_along(s, id, attributes, &e);
    if (!seen->exists)
        dynamo_expression_if_absent(&e, path_id);
    else if (seen->value)
        dynamo_expression_if_equal(&e, path_attributes, seen->value);
    else
        dynamo_expression_if_absent(&e, path_attributes);
    if (seen->exists)
        dynamo_expression_if_present(&e, path_id);
    st = dynamo_client_update_item(s->client, id, &e, deadline, ret_outcome_unknown, NULL, err);
    json_decref(value);
    return st;
}

enum status dynamo_items_put(void *self, struct str id, json_t *attributes, uint64_t version,
                             int64_t deadline, struct err *err)
{
    enum { AGAIN_MAX = 3 }; /* the content is as wanted, the condition says no */
    struct dynamo_store *s = self;
    bool outcome_unknown = false;
    struct backoff backoff = DYNAMO_CONFLICT_BACKOFF;

    backoff.waits_max = AGAIN_MAX;
    if (version == 0) { /* most likely it is not there: no need to look first */
        const struct seen nothing = { .exists = false };
        enum status st = write_whole(s, id, &nothing, attributes, deadline, &outcome_unknown, err);
        if (st == ST_OK)
            dynamo_entries_note(s, id, NULL, attributes, deadline);
        if (st != ST_CONFLICT)
            return st;
    }
    for (;;) {
        bool doubt = false;
        struct seen seen;
        enum status st = look(s, id, deadline, &seen, err);
        uint64_t is = st == ST_OK && seen.exists ? layout_version(seen.plain) : 0;
        bool written = st == ST_OK && seen.exists && json_equal(seen.plain, attributes) &&
                       (outcome_unknown || is == version);
        if (st == ST_OK && !written && is == version)
            st = write_whole(s, id, &seen, attributes, deadline, &doubt, err);
        else if (st == ST_OK && !written && outcome_unknown)
            st = err_reason(err, ST_UNAVAILABLE, "outcome_unknown",
                            "DynamoDB: the item was written, and then by somebody else");
        else if (st == ST_OK && !written)
            st = err_set(err, ST_CONFLICT, "somebody else has written the item");
        outcome_unknown |= doubt;
        if (st == ST_OK)
            dynamo_entries_note(s, id, seen.plain, attributes, deadline);
        seen_done(&seen);
        if (st != ST_CONFLICT || is != version)
            return st;
        if (!backoff_sleep(&backoff, deadline))
            return outcome_unknown
                       ? err_reason(err, ST_UNAVAILABLE, "outcome_unknown",
                                    "DynamoDB: it is not known whether the item was written")
                       : err_set(err, ST_CONFLICT, "somebody else has written the item");
    }
}

/* ---- writing members ---- */

/* A place that is written as one: from DYNAMO_ATTRIBUTES down. */
struct unit {
    const char *path[STORE_PATH_MAX + 2];
    size_t depth;
};

/* The unit of a change: its member, or the topmost parent that is missing. */
static struct unit unit_of(const json_t *before, const struct store_change *change)
{
    struct unit u = { { DYNAMO_ATTRIBUTES }, 1 };
    const json_t *at = before;

    for (size_t i = 0; json_is_object(at) && change->path[i]; i++) {
        u.path[u.depth++] = change->path[i];
        at = json_object_get(at, change->path[i]);
    }
    u.path[u.depth] = NULL;
    return u;
}

static bool is_within(const struct unit *inner, const struct unit *outer)
{
    if (inner->depth < outer->depth)
        return false;
    for (size_t i = 0; i < outer->depth; i++)
        if (strcmp(inner->path[i], outer->path[i]) != 0)
            return false;
    return true;
}

/* Add a unit, unless it lies in one of the list; drop those that lie in it. */
static size_t units_add(struct unit *units, size_t count, const struct unit *fresh)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++)
        if (is_within(fresh, &units[i]))
            return count;
    for (size_t i = 0; i < count; i++)
        if (!is_within(&units[i], fresh))
            units[kept++] = units[i];
    units[kept++] = *fresh;
    return kept;
}

static json_t *plain_at(json_t *plain, const struct unit *u)
{
    for (size_t i = 1; i < u->depth; i++)
        plain = json_object_get(plain, u->path[i]);
    return plain;
}

static json_t *value_at(json_t *value, const struct unit *u)
{
    for (size_t i = 1; i < u->depth; i++)
        value = attribute_value_member(value, u->path[i]);
    return value;
}

/* One unit into the expression; nothing when it is as it should be. */
static enum status put_unit(struct dynamo_expression *e, const struct unit *u,
                            const struct seen *seen, json_t *after, struct err *err)
{
    json_t *old = value_at(seen->value, u), *now = plain_at(after, u), *value = NULL;
    json_t *was = seen->value ? plain_at(seen->plain, u) : NULL;
    enum status st = ST_OK;

    if ((!now && !was) || (now && was && json_equal(now, was)))
        return ST_OK;
    if (now)
        st = attribute_value_merge(old, now, &value, err);
    if (st != ST_OK)
        return st;
    if (now)
        dynamo_expression_set(e, u->path, value);
    else
        dynamo_expression_remove(e, u->path);
    if (old)
        dynamo_expression_if_equal(e, u->path, old);
    else
        dynamo_expression_if_absent(e, u->path);
    json_decref(value);
    return ST_OK;
}

/* Write what differs between what was seen and `after`. ST_OK also when that is nothing. */
static enum status write_members(struct dynamo_store *s, struct str id, const struct seen *seen,
                                 json_t *after, const struct store_change *changes, size_t count,
                                 int64_t deadline, struct err *err)
{
    struct unit units[STORE_CHANGES_MAX];
    size_t unit_count = 0;
    enum status st = ST_OK;
    struct dynamo_expression e;

    for (size_t i = 0; i < count; i++) {
        struct unit u = unit_of(seen->value ? seen->plain : NULL, &changes[i]);
        unit_count = units_add(units, unit_count, &u);
    }
    dynamo_expression_init(&e);
    for (size_t i = 0; i < unit_count && st == ST_OK; i++)
        st = put_unit(&e, &units[i], seen, after, err);
    if (st != ST_OK || !dynamo_expression_has_update(&e)) {
        dynamo_expression_done(&e);
        return st;
    }
    put_along(s, id, after, &e);
    st = dynamo_client_update_item(s->client, id, &e, deadline, NULL, NULL, err);
    if (st == ST_OK)
        dynamo_entries_note(s, id, seen->plain, after, deadline);
    return st;
}

enum status dynamo_items_update(void *self, struct str id, const struct store_change *changes,
                                size_t count, int64_t deadline, struct err *err)
{
    struct dynamo_store *s = self;
    struct backoff backoff = DYNAMO_CONFLICT_BACKOFF;

    for (;;) {
        struct seen seen;
        enum status st = look(s, id, deadline, &seen, err);
        json_t *after = NULL;
        if (st == ST_OK) {
            after = json_is_object(seen.plain) ? json_deep_copy(seen.plain) : json_object();
            st = after ? layout_apply_changes(after, changes, count, err) : err_no_memory(err);
        }
        /* Removing from what is not there makes nothing. */
        if (st == ST_OK && (seen.value || json_object_size(after) > 0))
            st = write_members(s, id, &seen, after, changes, count, deadline, err);
        json_decref(after);
        seen_done(&seen);
        if (st != ST_CONFLICT)
            return st;
        if (!backoff_sleep(&backoff, deadline))
            return dynamo_items_contended(deadline, err);
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
        dynamo_entries_note(s, id, plain, NULL, deadline);
    json_decref(before);
    json_decref(plain);
    return st;
}
