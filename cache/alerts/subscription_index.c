/* SPDX-License-Identifier: Apache-2.0 */
/* cache/alerts/subscription_index.c -- reads those shards of the index that have changed. */
#include <stdio.h>
#include <string.h>

#include "cache/alerts/subscription_json.h"
#include "cache/alerts/subscriptions.h"
#include "cache/user_id.h"
#include "server/base/json.h"

enum { ID_SIZE = sizeof SUBSCRIPTION_INDEX_ID + 4 };

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

/* Single reads: the daemon needs no permission for others. */
static enum status read_shard(struct store *store, unsigned shard, subscription_begin_fn *begin,
                              subscription_each_fn *each, void *data, int64_t deadline,
                              struct err *err)
{
    char id[ID_SIZE];
    json_t *attributes = NULL;
    enum status st;

    (void)snprintf(id, sizeof id, "%s_%02x", SUBSCRIPTION_INDEX_ID, shard);
    st = store_get(store, str_of(id), deadline, &attributes, NULL, err);
    if (st == ST_OK || st == ST_MISS)
        st = visit_shard(shard, attributes, begin, each, data, err);
    json_decref(attributes);
    return st;
}

enum status subscriptions_changed(struct store *store, struct subscription_index *seen,
                                  subscription_begin_fn *begin, subscription_each_fn *each,
                                  void *data, int64_t deadline, struct err *err)
{
    json_t *head = NULL;
    enum status st = store_get(store, STR(SUBSCRIPTION_INDEX_ID), deadline, &head, NULL, err);

    if (st == ST_MISS)
        st = ST_OK;
    for (unsigned shard = 0; shard < SUBSCRIPTION_SHARDS && st == ST_OK; shard++) {
        char name[3], token[SUBSCRIPTION_TOKEN_SIZE];
        (void)snprintf(name, sizeof name, "%02x", shard);
        subscription_copy_text(token, sizeof token,
                               json_str(json_object_get(head, "shards"), name));
        if (strcmp(token, seen->tokens[shard]) == 0)
            continue;
        st = read_shard(store, shard, begin, each, data, deadline, err);
        if (st == ST_OK)
            memcpy(seen->tokens[shard], token, sizeof token);
    }
    json_decref(head);
    return st;
}
