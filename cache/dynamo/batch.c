/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/batch.c -- many items or entries in few requests.
 *
 * BatchGetItem and BatchWriteItem may answer that they did a part only; what is left goes into the
 * next request, after a wait. BatchWriteItem knows no conditions: so it writes only entries that
 * were not there a moment ago, each of which anybody may write anew at any time. Users' items are
 * written one by one, on the condition that nobody else has. */
#include <pthread.h>
#include <string.h>

#include "cache/dynamo/attribute_value.h"
#include "cache/dynamo/internal.h"
#include "cache/layout.h"
#include "server/base/clock.h"

enum {
    GET_MAX = 100, /* DynamoDB's own bounds */
    WRITE_MAX = 25,
    WRITE_BYTES = 1 << 20, /* of one request, about; DynamoDB's own bound is 16 MB */
    CREW_MAX = 7,          /* threads beside the caller's */
    CREW_SHARE = 8,        /* items that are worth one more */
    WAIT_FIRST_MS = 20,
    WAIT_MAX_MS = 2000,
};

/* ---- batches ---- */

static size_t size_of(const json_t *wanted)
{
    const json_t *keys = json_object_get(wanted, "Keys");

    return json_array_size(keys ? keys : wanted);
}

/* Carry out `wanted` (taken over), what a batch asks of our table, until nothing of it is left.
 * Items that it answers with are appended to `items` (may be NULL). */
static enum status batch(struct dynamo_store *s, const char *operation, json_t *wanted,
                         json_t *items, int64_t deadline, struct err *err)
{
    const char *table = dynamo_client_table(s->client);
    struct backoff backoff = { .first_ms = WAIT_FIRST_MS,
                               .max_ms = WAIT_MAX_MS,
                               .jitter = BACKOFF_EQUAL_JITTER };
    enum status st = wanted ? ST_OK : err_no_memory(err);

    while (st == ST_OK && size_of(wanted) > 0) {
        struct dynamo_client_response answer = { NULL, false };
        size_t before = size_of(wanted);
        json_t *request = json_pack("{s:{s:o},s:s}", "RequestItems", table, wanted,
                                    "ReturnConsumedCapacity", "TOTAL");
        json_t *left;
        wanted = NULL;
        st = request ? dynamo_client_call(s->client, operation, request, deadline, &answer, err)
                     : err_no_memory(err);
        if (st == ST_OK && items)
            (void)json_array_extend(
                items, json_object_get(json_object_get(answer.body, "Responses"), table));
        left = json_object_get(answer.body, items ? "UnprocessedKeys" : "UnprocessedItems");
        wanted = json_incref(json_object_get(left, table));
        json_decref(answer.body);
        if (st == ST_OK && size_of(wanted) < before)
            backoff_reset(&backoff);
        if (st == ST_OK && size_of(wanted) > 0 && !backoff_sleep(&backoff, deadline))
            st = err_reason(err, ST_UNAVAILABLE, "throttled",
                            "DynamoDB: table %s is throttled: more is asked of it than its "
                            "capacity allows",
                            table);
    }
    json_decref(wanted);
    return st;
}

/* ---- reading ---- */

static json_t *key_of(struct str id)
{
    return json_pack("{s:o}", "id", attribute_value_make_string(id));
}

/* What a BatchGetItem asks: of these keys (taken over), `id` and `attributes`, or of the latter
 * only the ttl. */
static json_t *wanted_of(json_t *keys, bool ttl_only)
{
    json_t *wanted = json_pack("{s:o,s:b,s:s,s:{s:s,s:s}}", "Keys", keys, "ConsistentRead", 1,
                               "ProjectionExpression", ttl_only ? "#i,#a.#t" : "#i,#a",
                               "ExpressionAttributeNames", "#i", "id", "#a", DYNAMO_ATTRIBUTES);

    if (ttl_only)
        (void)json_object_set_new(json_object_get(wanted, "ExpressionAttributeNames"), "#t",
                                  json_string(DYNAMO_TTL));
    return wanted;
}

/* {id: attribute value of `attributes`, or null} of those that are there; a new reference. */
static enum status read_some(struct dynamo_store *s, json_t *keys, bool ttl_only, int64_t deadline,
                             json_t **ret_found, struct err *err)
{
    json_t *items = json_array(), *found = json_object(), *item;
    enum status st = items && found ? ST_OK : err_no_memory(err);
    size_t i;

    if (st == ST_OK)
        st = batch(s, "BatchGetItem", wanted_of(keys, ttl_only), items, deadline, err);
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

static enum status take_item(struct store_item *item, json_t *value, struct err *err)
{
    enum status st = ST_OK;

    if (json_is_null(value))
        item->attributes = json_object();
    else
        st = attribute_value_to_json(value, &item->attributes, err);
    if (st == ST_OK && !json_is_object(item->attributes))
        return err_reason(err, ST_INVALID, "item_malformed", "DynamoDB: an item without a map");
    if (st == ST_OK)
        item->version = layout_version(item->attributes);
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
            (void)json_array_append_new(keys, key_of(items[i].id));
        st = read_some(self, keys, false, deadline, &found, err);
        for (size_t i = from; i < to && st == ST_OK; i++) {
            json_t *value = json_object_getn(found, items[i].id.p, items[i].id.n);
            if (value)
                st = take_item(&items[i], value, err);
        }
        json_decref(found);
    }
    return st;
}

/* ---- writing items ---- */

/* Each on a condition of its own, so each in a request of its own: some threads share them out, for
 * what takes the time is the way there and back. */
struct crew {
    struct dynamo_store *s;
    struct store_item *items;
    size_t count;
    int64_t deadline;
    pthread_mutex_t lock; /* guards all below */
    size_t next;
    struct err err; /* the first fault: nobody begins another item */
};

static struct store_item *next_item(struct crew *c)
{
    struct store_item *item = NULL;

    (void)pthread_mutex_lock(&c->lock);
    if (c->next < c->count && c->err.status == ST_OK)
        item = &c->items[c->next++];
    (void)pthread_mutex_unlock(&c->lock);
    return item;
}

static void *crew_work(void *data)
{
    struct crew *c = data;
    struct store_item *item;

    while ((item = next_item(c))) {
        struct err own = ERR_NONE;
        enum status st =
            dynamo_items_put(c->s, item->id, item->attributes, item->version, c->deadline, &own);
        item->done = st == ST_OK;
        if (st == ST_OK || st == ST_CONFLICT)
            continue;
        (void)pthread_mutex_lock(&c->lock);
        if (c->err.status == ST_OK)
            c->err = own;
        (void)pthread_mutex_unlock(&c->lock);
    }
    return NULL;
}

enum status dynamo_batch_put_items(void *self, struct store_item *items, size_t count,
                                   int64_t deadline, struct err *err)
{
    struct crew c = { .s = self, .items = items, .count = count, .deadline = deadline };
    pthread_t threads[CREW_MAX];
    size_t started = 0;

    if (pthread_mutex_init(&c.lock, NULL) != 0)
        return err_no_memory(err);
    while (started < CREW_MAX && started + 1 < count / CREW_SHARE &&
           pthread_create(&threads[started], NULL, crew_work, &c) == 0)
        started++;
    (void)crew_work(&c);
    while (started > 0)
        (void)pthread_join(threads[--started], NULL);
    (void)pthread_mutex_destroy(&c.lock);
    if (c.err.status != ST_OK && err && err->status == ST_OK)
        *err = c.err;
    return c.err.status;
}

/* ---- entries, as items of their own ---- */

/* Which of these entries are to be written: `done`. *ret_found: what is there of them. */
static enum status judge(struct dynamo_store *s, struct store_entry *entries, size_t count,
                         int64_t deadline, json_t **ret_found, struct err *err)
{
    char room[LAYOUT_ENTRY_ID_MAX + 1];
    json_t *keys = json_array(), *found = NULL;
    enum status st;

    for (size_t i = 0; i < count; i++)
        if (entries[i].name.key.n > 0)
            (void)json_array_append_new(keys, key_of(layout_entry_id(entries[i].name, room)));
    st = read_some(s, keys, true, deadline, &found, err);
    for (size_t i = 0; i < count && st == ST_OK; i++) {
        if (entries[i].name.key.n == 0)
            continue;
        struct str id = layout_entry_id(entries[i].name, room);
        json_t *value = json_object_getn(found, id.p, id.n), *plain = NULL;
        if (json_is_null(value)) /* there, and without a ttl */
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
    char room[LAYOUT_ENTRY_ID_MAX + 1];
    json_t *value = NULL, *item;
    int64_t ttl = layout_ttl(e->stored);

    if (attribute_value_from_json(e->stored, &value, err) != ST_OK)
        return NULL;
    item = json_pack("{s:o,s:o}", "id", attribute_value_make_string(layout_entry_id(e->name, room)),
                     DYNAMO_ATTRIBUTES, value);
    if (ttl > 0)
        (void)json_object_set_new(item, DYNAMO_TTL, attribute_value_make_integer(ttl));
    return item ? json_pack("{s:{s:o}}", "PutRequest", "Item", item) : NULL;
}

static json_t *delete_request(const struct store_entry *e)
{
    char room[LAYOUT_ENTRY_ID_MAX + 1];
    struct entry_name name = { e->name.cache, e->old_key };

    return json_pack("{s:{s:o}}", "DeleteRequest", "Key", key_of(layout_entry_id(name, room)));
}

/* Requests that wait to be sent together. */
struct writer {
    struct dynamo_store *s;
    json_t *requests;
    size_t bytes;
    int64_t deadline;
};

static enum status writer_send(struct writer *w, struct err *err)
{
    json_t *requests = w->requests;

    w->requests = NULL;
    w->bytes = 0;
    if (json_array_size(requests) == 0) {
        json_decref(requests);
        return ST_OK;
    }
    return batch(w->s, "BatchWriteItem", requests, NULL, w->deadline, err);
}

/* `request` is taken over. */
static enum status writer_add(struct writer *w, json_t *request, struct err *err)
{
    size_t bytes = json_dumpb(request, NULL, 0, JSON_COMPACT);
    enum status st = ST_OK;

    if (!request)
        return err_no_memory(err);
    if (w->bytes + bytes > WRITE_BYTES || json_array_size(w->requests) == WRITE_MAX)
        st = writer_send(w, err);
    if (!w->requests)
        w->requests = json_array();
    w->bytes += bytes;
    return json_array_append_new(w->requests, request) == 0 ? st : err_no_memory(err);
}

/* Those that are nowhere go together; those that expire earlier there are replaced one by one, so
 * that what else lies in their items stays. */
static enum status write_entries(struct dynamo_store *s, const struct store_entry *entries,
                                 size_t count, json_t *found, int64_t deadline, struct err *err)
{
    struct writer w = { .s = s, .deadline = deadline };
    char room[LAYOUT_ENTRY_ID_MAX + 1];
    enum status st = ST_OK;

    for (size_t i = 0; i < count && st == ST_OK; i++) {
        const struct store_entry *e = &entries[i];
        struct str id = layout_entry_id(e->name, room);
        if (e->done && json_object_getn(found, id.p, id.n))
            st = dynamo_entries_put(s, e->name, e->stored, deadline, err);
        else if (e->done)
            st = writer_add(&w, put_request(e, err), err);
    }
    if (st == ST_OK)
        st = writer_send(&w, err);
    json_decref(w.requests);
    for (size_t i = 0; i < count && st == ST_OK; i++) {
        struct str id = layout_entry_id(entries[i].name, room);
        if (entries[i].done && !json_object_getn(found, id.p, id.n))
            entry_counter_queue(s->counter, entries[i].name.cache, layout_ttl(entries[i].stored), 1,
                                deadline);
    }
    entry_counter_flush(s->counter, deadline);
    return st;
}

static enum status remove_old(struct dynamo_store *s, struct store_entry *entries, size_t count,
                              int64_t deadline, struct err *err)
{
    struct writer w = { .s = s, .deadline = deadline };
    enum status st = ST_OK;

    for (size_t i = 0; i < count && st == ST_OK; i++)
        if (entries[i].old_key.n > 0)
            st = writer_add(&w, delete_request(&entries[i]), err);
    if (st == ST_OK)
        st = writer_send(&w, err);
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

static enum status add_each(struct dynamo_store *s, struct store_entry *entries, size_t count,
                            bool dry_run, int64_t deadline, struct err *err)
{
    enum status st = ST_OK;

    for (size_t from = 0; from < count && st == ST_OK; from += GET_MAX) {
        size_t n = count - from < GET_MAX ? count - from : GET_MAX;
        json_t *found = NULL;
        st = judge(s, entries + from, n, deadline, &found, err);
        if (st == ST_OK && !dry_run)
            st = write_entries(s, entries + from, n, found, deadline, err);
        if (st == ST_OK && !dry_run)
            st = remove_old(s, entries + from, n, deadline, err);
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
               : add_each(s, entries, count, dry_run, deadline, err);
}
