/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/shared_item.c -- shared entries inside the one item SHARED_CACHE, layout `item`.
 *
 * A lookup reads only its entry. A change is an optimistic update with two paths:
 *
 *     fast     reads the entry and the usage, and writes both in one request on the condition that
 *              the entry has not changed, that the item stays within its maximum size, and that the
 *              cache has as many entries as the usage says. Writers of different entries do not
 *              conflict, however many there are, and a request that arrives twice counts once.
 *     rewrite  reads the whole item, evicts entries if there is no room, and writes the evictions,
 *              the entry and a recounted usage in one request, on the condition that nobody has
 *              added or removed entries (`writes` in the usage covers Climacast's own changes, the
 *              number of entries in each cache those of other programs).
 *
 * The rewrite is used when the entry does not fit, when the usage is missing because another
 * program has written the item, and for every third attempt after conflicts. An eviction frees more
 * than the entry needs, so that rewrites stay rare. */
#include <string.h>

#include "cache/dynamo/attribute_value.h"
#include "cache/dynamo/shared_item_update.h"
#include "cache/layout.h"

static void update_init(struct shared_item_update *u, struct dynamo_store *s,
                        struct entry_name name, int64_t deadline)
{
    *u = (struct shared_item_update){ .s = s, .name = name, .deadline = deadline };
    if (name.key.n > 0)
        memcpy(u->key, name.key.p, name.key.n);
}

/* Forgets what was read. */
static void update_reset(struct shared_item_update *u)
{
    json_decref(u->item);
    json_decref(u->new_value);
    u->item = u->old = u->new_value = NULL;
}

/* Reads the entry and the usage, or the whole item, and prepares the new entry. */
static enum status update_read(struct shared_item_update *u, bool whole, struct err *err)
{
    struct dynamo_expression e;
    enum status st;

    update_reset(u);
    dynamo_expression_init(&e);
    if (!whole) {
        dynamo_expression_project(&e, SHARED_ITEM_ENTRY_PATH(u));
        dynamo_expression_project(&e, DYNAMO_PATH(DYNAMO_USAGE));
    }
    st = dynamo_client_get_item(u->s->client, STR(STORE_SHARED_ID), &e, true, u->deadline, &u->item,
                                err);
    if (st != ST_OK)
        return st;
    shared_item_usage_read(u->item, &u->usage);
    u->old = attribute_value_member(shared_item_update_cache(u), u->key);
    if (u->stored)
        st = attribute_value_merge(u->old, u->stored, &u->new_value, err);
    return st;
}

/* Does the entry already have the wanted content? */
static bool update_is_done(const struct shared_item_update *u)
{
    json_t *plain = NULL;
    bool done;

    if (!u->old)
        return !u->stored;
    if (u->stored)
        return json_equal(u->old, u->new_value);
    if (u->expired_at == 0 || attribute_value_to_json(u->old, &plain, NULL) != ST_OK)
        return false;
    done = !layout_expired(layout_ttl(plain), u->expired_at); /* another writer has renewed it */
    json_decref(plain);
    return done;
}

static enum status update_run(struct shared_item_update *u, struct err *err)
{
    bool rewrite = false;
    struct backoff backoff = DYNAMO_CONFLICT_BACKOFF;

    for (;;) {
        bool done = true;
        enum status st = update_read(u, rewrite, err);
        if (st != ST_OK || update_is_done(u))
            return st;
        if (!rewrite && !shared_item_update_can_be_fast(u)) {
            rewrite = true;
            continue;
        }
        st = rewrite ? shared_item_update_rewrite(u, &done, err) : shared_item_update_fast(u, err);
        if (st == ST_OK && !done)
            continue;
        if (st != ST_CONFLICT)
            return st;
        if (!backoff_sleep(&backoff, u->deadline))
            return dynamo_items_contended(u->deadline, err);
        rewrite = backoff.waits % 3 == 2;
    }
}

/* ---- the calls ---- */

enum status shared_item_put(struct dynamo_store *s, struct entry_name name, json_t *stored,
                            int64_t deadline, struct err *err)
{
    struct shared_item_update u;
    enum status st;

    update_init(&u, s, name, deadline);
    u.stored = stored;
    st = update_run(&u, err);
    update_reset(&u);
    return st;
}

/* Removes an expired entry unless another writer has renewed it. Errors are ignored: the next
 * reader tries again. */
static void remove_expired(struct dynamo_store *s, struct entry_name name, int64_t now,
                           int64_t deadline)
{
    struct shared_item_update u;

    update_init(&u, s, name, deadline);
    u.expired_at = now;
    (void)update_run(&u, NULL);
    update_reset(&u);
}

enum status shared_item_get(struct dynamo_store *s, struct entry_name name, int64_t now,
                            int64_t deadline, json_t **ret_entry, int64_t *ret_ttl, struct err *err)
{
    struct shared_item_update u;
    struct dynamo_expression e;
    bool expired = false;
    enum status st;

    update_init(&u, s, name, deadline);
    dynamo_expression_init(&e);
    dynamo_expression_project(&e, SHARED_ITEM_ENTRY_PATH(&u));
    st = dynamo_client_get_item(s->client, STR(STORE_SHARED_ID), &e, false, deadline, &u.item, err);
    if (st != ST_OK)
        return st;
    st = dynamo_entries_decode(attribute_value_member(shared_item_update_cache(&u), u.key), now,
                               ret_entry, ret_ttl, &expired, err);
    update_reset(&u);
    if (expired)
        remove_expired(s, name, now, deadline);
    return st;
}

/* Counts the entries of a cache when the usage is missing, and stores a new usage for the next
 * caller. */
static enum status recount(struct shared_item_update *u, int64_t *ret_count, struct err *err)
{
    struct dynamo_expression e;
    json_t *usage;
    enum status st = update_read(u, true, err);

    if (st != ST_OK)
        return st;
    *ret_count = (int64_t)json_object_size(attribute_value_members(shared_item_update_cache(u)));
    if (!u->item || u->usage.known)
        return ST_OK;
    dynamo_expression_init(&e);
    usage = shared_item_usage_build(u->item, shared_item_usage_measure(u->item), 0);
    dynamo_expression_set(&e, DYNAMO_PATH(DYNAMO_USAGE), usage);
    shared_item_update_require_unchanged(u, &e);
    json_decref(usage);
    (void)dynamo_client_update_item(u->s->client, STR(STORE_SHARED_ID), &e, u->deadline, NULL, NULL,
                                    NULL);
    return ST_OK;
}

enum status shared_item_count(struct dynamo_store *s, const char *cache, int64_t deadline,
                              int64_t *ret_count, struct err *err)
{
    struct entry_name name = { cache, STR_NONE };
    int64_t count = 0;
    struct shared_item_update u;
    struct dynamo_expression e;
    enum status st;

    update_init(&u, s, name, deadline);
    dynamo_expression_init(&e);
    dynamo_expression_project(&e, DYNAMO_PATH(DYNAMO_USAGE));
    st = dynamo_client_get_item(s->client, STR(STORE_SHARED_ID), &e, true, deadline, &u.item, err);
    if (st == ST_OK) {
        shared_item_usage_read(u.item, &u.usage);
        if (u.usage.known)
            count = shared_item_usage_count(&u.usage, cache);
        else if (u.item)
            st = recount(&u, &count, err);
    }
    if (st == ST_OK)
        *ret_count = count > 0 ? count : 0;
    update_reset(&u);
    return st;
}
