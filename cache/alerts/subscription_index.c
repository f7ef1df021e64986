/* SPDX-License-Identifier: Apache-2.0 */
/* cache/alerts/subscription_index.c -- reads those shards of the index that have changed. */
#include <stdio.h>
#include <string.h>

#include "cache/alerts/subscription_json.h"
#include "cache/alerts/subscriptions.h"
#include "cache/user_id.h"
#include "server/base/json.h"

enum { ID_SIZE = sizeof SUBSCRIPTION_INDEX_ID + 4 };

struct reading {
    unsigned shards[SUBSCRIPTION_SHARDS]; /* that have changed */
    char ids[SUBSCRIPTION_SHARDS][ID_SIZE];
    char tokens[SUBSCRIPTION_SHARDS][SUBSCRIPTION_TOKEN_SIZE];
    struct store_item items[SUBSCRIPTION_SHARDS];
    size_t count;
};

static void find_changed(const json_t *head, const struct subscription_index *seen,
                         struct reading *r)
{
    const json_t *shards = json_object_get(head, "shards");

    for (unsigned shard = 0; shard < SUBSCRIPTION_SHARDS; shard++) {
        char name[3], *token = r->tokens[r->count];
        (void)snprintf(name, sizeof name, "%02x", shard);
        subscription_copy_text(token, SUBSCRIPTION_TOKEN_SIZE, json_str(shards, name));
        if (strcmp(token, seen->tokens[shard]) == 0)
            continue;
        (void)snprintf(r->ids[r->count], ID_SIZE, "%s_%s", SUBSCRIPTION_INDEX_ID, name);
        r->items[r->count].id = str_of(r->ids[r->count]);
        r->shards[r->count++] = shard;
    }
}

static enum status visit_user(unsigned shard, struct str user, const json_t *object,
                              subscription_each_fn *each, void *data, struct err *err)
{
    struct subscription s;
    enum status st;

    if (!user_id_is_valid(user))
        return ST_OK;
    st = subscription_decode(object, &s);
    if (st == ST_INVALID)
        return ST_OK;
    if (st != ST_OK)
        return err_no_memory(err);
    st = each(data, shard, user, &s, err);
    subscription_done(&s);
    return st;
}

static enum status visit_shard(unsigned shard, json_t *attributes, subscription_begin_fn *begin,
                               subscription_each_fn *each, void *data, struct err *err)
{
    json_t *users = json_object_get(attributes, "users"), *object;
    const char *user;
    size_t n;
    enum status st = ST_OK;

    if (begin)
        begin(data, shard);
    json_object_keylen_foreach (users, user, n, object) {
        st = visit_user(shard, (struct str){ user, n }, object, each, data, err);
        if (st != ST_OK)
            break;
    }
    return st;
}

enum status subscriptions_changed(struct store *store, struct subscription_index *seen,
                                  subscription_begin_fn *begin, subscription_each_fn *each,
                                  void *data, int64_t deadline, struct err *err)
{
    struct reading r = { .count = 0 };
    json_t *head = NULL;
    enum status st = store_get(store, STR(SUBSCRIPTION_INDEX_ID), deadline, &head, NULL, err);

    if (st != ST_OK && st != ST_MISS)
        return st;
    find_changed(head, seen, &r);
    json_decref(head);
    st = store_get_items(store, r.items, r.count, deadline, err);
    if (st != ST_OK)
        return st;
    for (size_t i = 0; i < r.count; i++) {
        if (st == ST_OK) {
            st = visit_shard(r.shards[i], r.items[i].attributes, begin, each, data, err);
            if (st == ST_OK)
                memcpy(seen->tokens[r.shards[i]], r.tokens[i], SUBSCRIPTION_TOKEN_SIZE);
        }
        json_decref(r.items[i].attributes);
    }
    return st;
}
