/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/shared_item.c -- shared entries inside the one item SHARED_CACHE, layout `item`.
 *
 * A look-up reads the one entry by a projection. A change reads the entry and the usage, and writes
 * both in one request (the small way): on the condition that the entry is as it was, that the bytes
 * still fit, and that the cache holds as many entries as the usage says. So writers of different
 * entries do not meet, the item never grows past its bound however many write, and a request that
 * arrives twice is counted once.
 *
 * When it does not fit, when the usage is missing (another program has written the item), or when
 * the small way met a conflict twice, the whole item is read and everything is worked out anew (the
 * whole way): what goes, what comes, and the usage, all in one request, on the condition that
 * nobody has written meanwhile (`writes` counts our own, the number of members tells of others).
 * Room is made for more than the one entry, so that the whole way is gone seldom. */
#include <string.h>

#include "cache/dynamo/attribute_value.h"
#include "cache/dynamo/shared_item_update.h"
#include "cache/layout.h"

static const struct str shared_id = { STORE_SHARED_ID, sizeof STORE_SHARED_ID - 1 };
static const char *const path_usage[] = { DYNAMO_USAGE, NULL };

static void job_init(struct shared_item_update *j, struct dynamo_store *s, struct entry_name name,
                     int64_t deadline)
{
    *j = (struct shared_item_update){ .s = s, .name = name, .deadline = deadline };
    if (name.key.n > 0)
        memcpy(j->key, name.key.p, name.key.n);
    j->path_cache[0] = j->path_entry[0] = DYNAMO_ATTRIBUTES;
    j->path_cache[1] = j->path_entry[1] = j->path_count[2] = name.cache;
    j->path_entry[2] = j->key;
    j->path_count[0] = DYNAMO_USAGE;
    j->path_count[1] = "count";
}

static void job_forget(struct shared_item_update *j)
{
    json_decref(j->item);
    json_decref(j->fresh);
    j->item = j->old = j->fresh = NULL;
}

/* Read what is needed of the item, and work out the entry. */
static enum status job_look(struct shared_item_update *j, bool whole, struct err *err)
{
    struct dynamo_expression e;
    enum status st;

    job_forget(j);
    dynamo_expression_init(&e);
    if (!whole) {
        dynamo_expression_project(&e, j->path_entry);
        dynamo_expression_project(&e, path_usage);
    }
    st = dynamo_client_get_item(j->s->client, shared_id, &e, true, j->deadline, &j->item, err);
    if (st != ST_OK)
        return st;
    shared_item_usage_read(j->item, &j->usage);
    j->old = attribute_value_member(shared_item_update_cache(j), j->key);
    if (j->stored)
        st = attribute_value_merge(j->old, j->stored, &j->fresh, err);
    return st;
}

/* Is the entry as it is to be? */
static bool job_is_done(const struct shared_item_update *j)
{
    json_t *plain = NULL;
    bool done;

    if (!j->old)
        return !j->stored;
    if (j->stored)
        return json_equal(j->old, j->fresh);
    if (j->expire_at == 0 || attribute_value_to_json(j->old, &plain, NULL) != ST_OK)
        return false;
    done = !layout_expired(layout_ttl(plain), j->expire_at); /* somebody has renewed it */
    json_decref(plain);
    return done;
}

/* ---- the calls ---- */

static enum status job_run(struct shared_item_update *j, struct err *err)
{
    bool whole = false;
    struct backoff backoff = DYNAMO_CONFLICT_BACKOFF;

    for (;;) {
        bool done = true;
        enum status st = job_look(j, whole, err);
        if (st != ST_OK || job_is_done(j))
            return st;
        if (!whole && !shared_item_update_can_be_fast(j)) {
            whole = true;
            continue;
        }
        st = whole ? shared_item_update_rewrite(j, &done, err) : shared_item_update_fast(j, err);
        if (st == ST_OK && !done)
            continue;
        if (st != ST_CONFLICT)
            return st;
        if (!backoff_sleep(&backoff, j->deadline))
            return dynamo_items_contended(j->deadline, err);
        whole = backoff.waits % 3 == 2;
    }
}

enum status shared_item_put(struct dynamo_store *s, struct entry_name name, json_t *stored,
                            int64_t deadline, struct err *err)
{
    struct shared_item_update j;
    enum status st;

    job_init(&j, s, name, deadline);
    j.stored = stored;
    st = job_run(&j, err);
    job_forget(&j);
    return st;
}

/* Gone, unless somebody has renewed it; what goes wrong is tried again by the next who asks. */
static void expire(struct dynamo_store *s, struct entry_name name, int64_t now, int64_t deadline)
{
    struct shared_item_update j;

    job_init(&j, s, name, deadline);
    j.expire_at = now;
    (void)job_run(&j, NULL);
    job_forget(&j);
}

enum status shared_item_get(struct dynamo_store *s, struct entry_name name, int64_t now,
                            int64_t deadline, json_t **ret_entry, int64_t *ret_ttl, struct err *err)
{
    struct shared_item_update j;
    struct dynamo_expression e;
    json_t *value, *plain = NULL, *entry;
    enum status st;

    job_init(&j, s, name, deadline);
    dynamo_expression_init(&e);
    dynamo_expression_project(&e, j.path_entry);
    st = dynamo_client_get_item(s->client, shared_id, &e, false, deadline, &j.item, err);
    if (st != ST_OK)
        return st;
    value = attribute_value_member(shared_item_update_cache(&j), j.key);
    if (!attribute_value_members(value) || attribute_value_to_json(value, &plain, NULL) != ST_OK) {
        st = ST_MISS;
    } else if (layout_expired(layout_ttl(plain), now)) {
        expire(s, name, now, deadline);
        st = ST_MISS;
    } else {
        entry = layout_entry_decode(plain, ret_ttl);
        if (entry)
            *ret_entry = entry;
        else
            st = err_no_memory(err);
    }
    json_decref(plain);
    job_forget(&j);
    return st;
}

/* The usage is missing: count, and write down what was counted, for the next who asks. */
static enum status count_anew(struct shared_item_update *j, int64_t *ret_count, struct err *err)
{
    struct dynamo_expression e;
    json_t *usage;
    enum status st = job_look(j, true, err);

    if (st != ST_OK)
        return st;
    *ret_count = (int64_t)json_object_size(attribute_value_members(shared_item_update_cache(j)));
    if (!j->item || j->usage.known)
        return ST_OK;
    dynamo_expression_init(&e);
    usage = shared_item_usage_build(j->item, shared_item_usage_measure(j->item), 0);
    dynamo_expression_set(&e, path_usage, usage);
    shared_item_update_require_unchanged(j, &e);
    json_decref(usage);
    (void)dynamo_client_update_item(j->s->client, shared_id, &e, j->deadline, NULL, NULL, NULL);
    return ST_OK;
}

enum status shared_item_count(struct dynamo_store *s, const char *cache, int64_t deadline,
                              int64_t *ret_count, struct err *err)
{
    struct entry_name name = { cache, STR_NONE };
    int64_t count = 0;
    struct shared_item_update j;
    struct dynamo_expression e;
    enum status st;

    job_init(&j, s, name, deadline);
    dynamo_expression_init(&e);
    dynamo_expression_project(&e, path_usage);
    st = dynamo_client_get_item(s->client, shared_id, &e, true, deadline, &j.item, err);
    if (st == ST_OK) {
        shared_item_usage_read(j.item, &j.usage);
        if (j.usage.known)
            count = shared_item_usage_count(&j.usage, cache);
        else if (j.item)
            st = count_anew(&j, &count, err);
    }
    if (st == ST_OK)
        *ret_count = count > 0 ? count : 0;
    job_forget(&j);
    return st;
}
