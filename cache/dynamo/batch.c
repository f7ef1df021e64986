/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/batch.c -- reads and writes many items or entries with few requests.
 *
 * BatchGetItem and BatchWriteItem may process only a part; the rest goes into the next request
 * after a backoff. BatchWriteItem has no conditions, so it is used only for entries that did not
 * exist a moment ago, and an entry may be overwritten at any time anyway. Users' items are written
 * one by one, each on the condition that nobody else has changed it. */
#include <pthread.h>
#include <string.h>

#include "cache/dynamo/attribute_value.h"
#include "cache/dynamo/internal.h"
#include "cache/dynamo/raw_item.h"
#include "cache/item_json.h"
#include "cache/layout.h"
#include "server/base/clock.h"

enum {
    GET_MAX = 100, /* keys per request: DynamoDB's limit */
    WRITE_MAX = 25,
    WRITE_BYTES_MAX = 1 << 20, /* per request, roughly; DynamoDB's limit is 16 MB */
    HELPERS_MAX = 7,           /* threads beside the caller's */
    HELPER_ITEMS = 8,          /* one more thread per this many items */
    BACKOFF_FIRST_MS = 20,
    BACKOFF_MAX_MS = 2000,
};

/* ---- batches ---- */

static size_t batch_size(const json_t *requests)
{
    const json_t *keys = json_object_get(requests, "Keys");

    return json_array_size(keys ? keys : requests);
}

/* `more` may be NULL. */
static bool append_all(json_t *items, json_t *more)
{
    return !more || json_array_extend(items, more) == 0;
}

/* Carries out all of `requests`, the table's part of a batch; takes ownership. Items that are read
 * are appended to `items`, which is NULL for a write. */
static enum status run_batch(struct dynamo_store *s, const char *operation, json_t *requests,
                             json_t *items, int64_t deadline, struct err *err)
{
    const char *table = dynamo_client_table(s->client);
    struct backoff backoff = { .first_ms = BACKOFF_FIRST_MS,
                               .max_ms = BACKOFF_MAX_MS,
                               .jitter = BACKOFF_EQUAL_JITTER };
    enum status st = requests ? ST_OK : err_no_memory(err);

    while (st == ST_OK && batch_size(requests) > 0) {
        struct dynamo_client_response response = { NULL, false };
        size_t before = batch_size(requests);
        json_t *request = json_pack("{s:{s:o},s:s}", "RequestItems", table, requests,
                                    "ReturnConsumedCapacity", "TOTAL");
        json_t *unprocessed;
        requests = NULL;
        st = request ? dynamo_client_call(s->client, operation, request, deadline, &response, err)
                     : err_no_memory(err);
        if (st == ST_OK && items &&
            !append_all(items, json_object_get(json_object_get(response.body, "Responses"), table)))
            st = err_no_memory(err);
        unprocessed =
            json_object_get(response.body, items ? "UnprocessedKeys" : "UnprocessedItems");
        requests = json_incref(json_object_get(unprocessed, table));
        json_decref(response.body);
        if (st == ST_OK && batch_size(requests) < before)
            backoff_reset(&backoff);
        if (st == ST_OK && batch_size(requests) > 0 && !backoff_sleep(&backoff, deadline))
            st = err_reason(err, ST_UNAVAILABLE, "throttled",
                            "DynamoDB: table %s is throttled: requests exceed its capacity", table);
    }
    json_decref(requests);
    return st;
}

/* ---- reading ---- */

static json_t *key_of(struct str id)
{
    return json_pack("{s:o}", "id", attribute_value_make_string(id));
}

/* Adds a key to *keys, which becomes NULL when out of memory. */
static void add_key(json_t **keys, struct str id)
{
    if (json_array_append_new(*keys, key_of(id)) == 0)
        return;
    json_decref(*keys);
    *keys = NULL;
}

/* The table's part of a BatchGetItem for these keys (takes ownership) that returns `id` and
 * `attributes`, or only the ttl in the latter. */
static json_t *get_requests(json_t *keys, bool ttl_only)
{
    json_t *requests = json_pack("{s:o,s:b,s:s,s:{s:s,s:s}}", "Keys", keys, "ConsistentRead", 1,
                                 "ProjectionExpression", ttl_only ? "#i,#a.#t" : "#i,#a",
                                 "ExpressionAttributeNames", "#i", "id", "#a", DYNAMO_ATTRIBUTES);

    if (ttl_only && json_object_set_new(json_object_get(requests, "ExpressionAttributeNames"), "#t",
                                        json_string(DYNAMO_TTL)) != 0) {
        json_decref(requests);
        return NULL;
    }
    return requests;
}

/* Reads items. *ret_found is a new reference to {id: `attributes` as an attribute value, or null if
 * the item has none}, of those that exist. Takes ownership of `keys`; NULL: they could not be
 * allocated. */
static enum status read_keys(struct dynamo_store *s, json_t *keys, bool ttl_only, int64_t deadline,
                             json_t **ret_found, struct err *err)
{
    json_t *items = json_array(), *found = json_object(), *item;
    enum status st = items && found && keys ? ST_OK : err_no_memory(err);
    size_t i;

    if (st == ST_OK)
        st = run_batch(s, "BatchGetItem", get_requests(keys, ttl_only), items, deadline, err);
    else
        json_decref(keys);
    json_array_foreach (items, i, item) {
        struct str id = attribute_value_string(json_object_get(item, "id"));
        json_t *value = json_object_get(item, DYNAMO_ATTRIBUTES);
        if (st == ST_OK && id.n > 0 &&
            json_object_setn_new(found, id.p, id.n, value ? json_incref(value) : json_null()) != 0)
            st = err_no_memory(err);
    }
    json_decref(items);
    if (st == ST_OK)
        *ret_found = found;
    else
        json_decref(found);
    return st;
}

static enum status set_item(struct store_item *item, json_t *value, struct err *err)
{
    enum status st =
        raw_item_attributes(json_is_null(value) ? NULL : value, &item->attributes, err);

    if (st == ST_OK)
        item->version = item_json_version(item->attributes);
    return st;
}

enum status dynamo_batch_get_items(void *self, struct store_item *items, size_t count,
                                   int64_t deadline, struct err *err)
{
    enum status st = ST_OK;

    for (size_t from = 0; from < count && st == ST_OK; from += GET_MAX) {
        size_t to = from + GET_MAX < count ? from + GET_MAX : count;
        json_t *keys = json_array(), *found = NULL;
        for (size_t i = from; i < to; i++)
            add_key(&keys, items[i].id);
        st = read_keys(self, keys, false, deadline, &found, err);
        for (size_t i = from; i < to && st == ST_OK; i++) {
            json_t *value = json_object_getn(found, items[i].id.p, items[i].id.n);
            if (value)
                st = set_item(&items[i], value, err);
        }
        json_decref(found);
    }
    return st;
}

/* ---- writing items ---- */

/* Each item has a condition of its own and so needs a request of its own. Several threads share the
 * work, because most of the time is spent waiting for the network. */
struct put_items {
    struct dynamo_store *s;
    struct store_item *items;
    size_t count;
    int64_t deadline;
    pthread_mutex_t lock; /* guards all below */
    size_t next;
    struct err err; /* the first error: no further item is started */
};

static struct store_item *next_item(struct put_items *p)
{
    struct store_item *item = NULL;

    (void)pthread_mutex_lock(&p->lock);
    if (p->next < p->count && p->err.status == ST_OK)
        item = &p->items[p->next++];
    (void)pthread_mutex_unlock(&p->lock);
    return item;
}

static void *put_items_work(void *data)
{
    struct put_items *p = data;
    struct store_item *item;

    while ((item = next_item(p))) {
        struct err failure = ERR_NONE;
        enum status st = dynamo_items_put(p->s, item->id, item->attributes, item->version,
                                          p->deadline, &failure);
        item->done = st == ST_OK;
        if (st == ST_OK || st == ST_CONFLICT)
            continue;
        (void)pthread_mutex_lock(&p->lock);
        if (p->err.status == ST_OK)
            p->err = failure;
        (void)pthread_mutex_unlock(&p->lock);
    }
    return NULL;
}

enum status dynamo_batch_put_items(void *self, struct store_item *items, size_t count,
                                   int64_t deadline, struct err *err)
{
    struct put_items p = { .s = self, .items = items, .count = count, .deadline = deadline };
    pthread_t threads[HELPERS_MAX];
    size_t started = 0;

    if (pthread_mutex_init(&p.lock, NULL) != 0)
        return err_no_memory(err);
    while (started < HELPERS_MAX && started + 1 < count / HELPER_ITEMS &&
           pthread_create(&threads[started], NULL, put_items_work, &p) == 0)
        started++;
    (void)put_items_work(&p);
    while (started > 0)
        (void)pthread_join(threads[--started], NULL);
    (void)pthread_mutex_destroy(&p.lock);
    if (p.err.status != ST_OK && err && err->status == ST_OK)
        *err = p.err;
    return p.err.status;
}

/* ---- entries, as items of their own ---- */

/* Sets `done` for the entries that have to be written. *ret_found is what exists, as read_keys()
 * gives it. */
static enum status choose_entries(struct dynamo_store *s, struct store_entry *entries, size_t count,
                                  int64_t deadline, json_t **ret_found, struct err *err)
{
    char buffer[LAYOUT_ENTRY_ID_MAX + 1];
    json_t *keys = json_array(), *found = NULL;
    enum status st;

    for (size_t i = 0; i < count; i++)
        if (entries[i].name.key.n > 0)
            add_key(&keys, layout_entry_id(entries[i].name, buffer));
    st = read_keys(s, keys, true, deadline, &found, err);
    for (size_t i = 0; i < count && st == ST_OK; i++) {
        if (entries[i].name.key.n == 0)
            continue;
        struct str id = layout_entry_id(entries[i].name, buffer);
        json_t *value = json_object_getn(found, id.p, id.n), *plain = NULL;
        if (json_is_null(value)) /* it exists, but has no ttl */
            plain = json_object();
        else if (value)
            st = attribute_value_to_json(value, &plain, err);
        entries[i].done = !layout_keeps(plain, &entries[i], clock_wall_s());
        json_decref(plain);
    }
    if (st == ST_OK)
        *ret_found = found;
    else
        json_decref(found);
    return st;
}

static json_t *put_request(const struct store_entry *e, struct err *err)
{
    char buffer[LAYOUT_ENTRY_ID_MAX + 1];
    json_t *value = NULL, *item;
    int64_t ttl = layout_ttl(e->stored);

    if (attribute_value_from_json(e->stored, &value, err) != ST_OK)
        return NULL;
    item =
        json_pack("{s:o,s:o}", "id", attribute_value_make_string(layout_entry_id(e->name, buffer)),
                  DYNAMO_ATTRIBUTES, value);
    if (ttl > 0 && json_object_set_new(item, DYNAMO_TTL, attribute_value_make_integer(ttl)) != 0) {
        json_decref(item);
        return NULL;
    }
    return item ? json_pack("{s:{s:o}}", "PutRequest", "Item", item) : NULL;
}

static json_t *delete_request(const struct store_entry *e)
{
    char buffer[LAYOUT_ENTRY_ID_MAX + 1];
    struct entry_name name = { e->name.cache, e->old_key };

    return json_pack("{s:{s:o}}", "DeleteRequest", "Key", key_of(layout_entry_id(name, buffer)));
}

/* Requests that are collected to be sent together. */
struct write_batch {
    struct dynamo_store *s;
    json_t *requests;
    size_t bytes;
    int64_t deadline;
};

static enum status write_batch_send(struct write_batch *w, struct err *err)
{
    json_t *requests = w->requests;

    w->requests = NULL;
    w->bytes = 0;
    if (json_array_size(requests) == 0) {
        json_decref(requests);
        return ST_OK;
    }
    return run_batch(w->s, "BatchWriteItem", requests, NULL, w->deadline, err);
}

/* Takes ownership of `request`. */
static enum status write_batch_add(struct write_batch *w, json_t *request, struct err *err)
{
    size_t bytes = json_dumpb(request, NULL, 0, JSON_COMPACT);
    enum status st = ST_OK;

    if (!request)
        return err_no_memory(err);
    if (w->bytes + bytes > WRITE_BYTES_MAX || json_array_size(w->requests) == WRITE_MAX)
        st = write_batch_send(w, err);
    if (!w->requests)
        w->requests = json_array();
    w->bytes += bytes;
    return json_array_append_new(w->requests, request) == 0 ? st : err_no_memory(err);
}

/* Writes new entries in batches, and overwrites existing ones one by one, so that other attributes
 * of their items stay. */
static enum status write_entries(struct dynamo_store *s, const struct store_entry *entries,
                                 size_t count, json_t *found, int64_t deadline, struct err *err)
{
    struct write_batch w = { .s = s, .deadline = deadline };
    char buffer[LAYOUT_ENTRY_ID_MAX + 1];
    enum status st = ST_OK;

    for (size_t i = 0; i < count && st == ST_OK; i++) {
        const struct store_entry *e = &entries[i];
        struct str id = layout_entry_id(e->name, buffer);
        if (e->done && json_object_getn(found, id.p, id.n))
            st = dynamo_entries_put(s, e->name, e->stored, deadline, err);
        else if (e->done)
            st = write_batch_add(&w, put_request(e, err), err);
    }
    if (st == ST_OK)
        st = write_batch_send(&w, err);
    json_decref(w.requests);
    for (size_t i = 0; i < count && st == ST_OK; i++) {
        struct str id = layout_entry_id(entries[i].name, buffer);
        if (entries[i].done && !json_object_getn(found, id.p, id.n))
            entry_counter_queue(s->counter, entries[i].name.cache, layout_ttl(entries[i].stored), 1,
                                deadline);
    }
    entry_counter_flush(s->counter, deadline);
    return st;
}

static enum status remove_old_keys(struct dynamo_store *s, struct store_entry *entries,
                                   size_t count, int64_t deadline, struct err *err)
{
    struct write_batch w = { .s = s, .deadline = deadline };
    enum status st = ST_OK;

    for (size_t i = 0; i < count && st == ST_OK; i++)
        if (entries[i].old_key.n > 0)
            st = write_batch_add(&w, delete_request(&entries[i]), err);
    if (st == ST_OK)
        st = write_batch_send(&w, err);
    json_decref(w.requests);
    for (size_t i = 0; i < count && st == ST_OK; i++)
        if (entries[i].old_key.n > 0) {
            entry_counter_queue(s->counter, entries[i].name.cache, layout_ttl(entries[i].stored),
                                -1, deadline);
            entries[i].done |= entries[i].name.key.n == 0;
        }
    entry_counter_flush(s->counter, deadline);
    return st;
}

static enum status add_entries(struct dynamo_store *s, struct store_entry *entries, size_t count,
                               bool dry_run, int64_t deadline, struct err *err)
{
    enum status st = ST_OK;

    for (size_t from = 0; from < count && st == ST_OK; from += GET_MAX) {
        size_t n = count - from < GET_MAX ? count - from : GET_MAX;
        json_t *found = NULL;
        st = choose_entries(s, entries + from, n, deadline, &found, err);
        if (st == ST_OK && !dry_run)
            st = write_entries(s, entries + from, n, found, deadline, err);
        if (st == ST_OK && !dry_run)
            st = remove_old_keys(s, entries + from, n, deadline, err);
        json_decref(found);
    }
    return st;
}

enum status dynamo_batch_add_entries(void *self, struct store_entry *entries, size_t count,
                                     bool dry_run, int64_t deadline, struct err *err)
{
    struct dynamo_store *s = self;

    return s->layout == STORE_LAYOUT_ITEM
               ? shared_item_batch_add(s, entries, count, dry_run, deadline, err)
               : add_entries(s, entries, count, dry_run, deadline, err);
}
