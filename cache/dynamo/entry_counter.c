/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/entry_counter.c -- counts the entries of each cache in layout `entries`.
 *
 * Changes are collected in `pending`; one thread at a time takes all of it as one batch and writes
 * it. If it is unknown whether a batch was written, it is kept and sent again under the same
 * sequence number before any other batch of its cache: if it had been written, its condition
 * fails. */
#include "cache/dynamo/entry_counter.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache/dynamo/attribute_value.h"
#include "cache/layout.h"
#include "server/base/clock.h"
#include "server/base/random.h"

enum {
    DAY_S = 86400,
    DAYS_MAX = 32,                     /* different days in one batch */
    CACHES_MAX = 16,                   /* per process; entries of further caches are not counted */
    PRUNED_MAX = 40,                   /* attributes removed at once */
    WRITER_IDLE_MS = 2 * DAY_S * 1000, /* after which a process's sequence number is removed */
    NAME_SIZE = 32,                    /* of an attribute's name */
    PER_DAY_MAX = 1 << 30, /* entries that expire on one day; a greater number is ignored */
};

struct day_change {
    int64_t day, by;
};

struct change_batch {
    struct day_change days[DAYS_MAX];
    size_t count;
};

struct cache_counter {
    char name[STORE_CACHE_MAX + 1];
    struct change_batch pending;
    struct change_batch sent; /* being written, or of unknown outcome */
    int64_t sequence;         /* of the batch in `sent`; it only grows */
    bool writing;             /* a thread is writing `sent` */
};

struct entry_counter {
    struct dynamo_client *client;
    char writer[NAME_SIZE]; /* "w" and a random id of this process */
    pthread_mutex_t lock;   /* guards all below, but `sent` and `sequence` belong to the writing
                             * thread */
    struct cache_counter caches[CACHES_MAX];
    size_t cache_count;
};

struct entry_counter *entry_counter_create(struct dynamo_client *client)
{
    struct entry_counter *c = calloc(1, sizeof *c);

    if (!c || pthread_mutex_init(&c->lock, NULL) != 0) {
        free(c);
        return NULL;
    }
    c->client = client;
    (void)snprintf(c->writer, sizeof c->writer, "w%016llx", (unsigned long long)random_u64());
    return c;
}

void entry_counter_free(struct entry_counter *c)
{
    if (!c)
        return;
    (void)pthread_mutex_destroy(&c->lock);
    free(c);
}

bool entry_counter_owns(struct str id)
{
    return str_starts(id, STR(ENTRY_COUNTER_ID));
}

static struct str counter_id(const char *cache, char out[STORE_CACHE_MAX + sizeof ENTRY_COUNTER_ID])
{
    int n =
        snprintf(out, STORE_CACHE_MAX + sizeof ENTRY_COUNTER_ID, "%s%s", ENTRY_COUNTER_ID, cache);

    return (struct str){ out, (size_t)n };
}

/* The caller holds the lock. NULL: there are too many caches. */
static struct cache_counter *find_cache(struct entry_counter *c, const char *cache)
{
    for (size_t i = 0; i < c->cache_count; i++)
        if (strcmp(c->caches[i].name, cache) == 0)
            return &c->caches[i];
    if (c->cache_count == CACHES_MAX)
        return NULL;
    (void)snprintf(c->caches[c->cache_count].name, sizeof c->caches[0].name, "%s", cache);
    return &c->caches[c->cache_count++];
}

/* False: the batch is full. */
static bool batch_add(struct change_batch *b, int64_t day, int64_t by)
{
    for (size_t i = 0; i < b->count; i++)
        if (b->days[i].day == day) {
            b->days[i].by += by;
            return true;
        }
    if (b->count == DAYS_MAX)
        return false;
    b->days[b->count++] = (struct day_change){ day, by };
    return true;
}

/* ---- writing changes ---- */

/* Sends cache->sent. True: it has been written for certain. */
static bool send_batch(struct entry_counter *c, const struct cache_counter *cache, int64_t deadline)
{
    char id[STORE_CACHE_MAX + sizeof ENTRY_COUNTER_ID], name[NAME_SIZE];
    json_t *sequence = attribute_value_make_integer(cache->sequence);
    struct dynamo_expression e;
    enum status st;

    dynamo_expression_init(&e);
    for (size_t i = 0; i < cache->sent.count; i++) {
        (void)snprintf(name, sizeof name, "d%lld", (long long)cache->sent.days[i].day);
        if (cache->sent.days[i].by != 0)
            dynamo_expression_add(&e, name, cache->sent.days[i].by);
    }
    dynamo_expression_set(&e, DYNAMO_PATH(c->writer), sequence);
    dynamo_expression_if_absent_or_below(&e, c->writer, cache->sequence);
    json_decref(sequence);
    st = dynamo_client_update_item(c->client, counter_id(cache->name, id), &e, deadline, NULL, NULL,
                                   NULL);
    return st == ST_OK || st == ST_CONFLICT;
}

/* Writes what is pending until nothing is left. One thread per cache does so at a time. */
static void flush_cache(struct entry_counter *c, struct cache_counter *cache, int64_t deadline)
{
    bool written = true;

    (void)pthread_mutex_lock(&c->lock);
    while (!cache->writing && written && cache->sent.count + cache->pending.count > 0) {
        if (cache->sent.count == 0) {
            int64_t now = clock_wall_ms();
            cache->sent = cache->pending;
            cache->pending.count = 0;
            cache->sequence = now > cache->sequence ? now : cache->sequence + 1;
        }
        cache->writing = true;
        (void)pthread_mutex_unlock(&c->lock);
        written = send_batch(c, cache, deadline);
        (void)pthread_mutex_lock(&c->lock);
        cache->writing = false;
        if (written)
            cache->sent.count = 0; /* else it is sent again, which is safe in any case */
    }
    (void)pthread_mutex_unlock(&c->lock);
}

void entry_counter_add(struct entry_counter *c, const char *cache_name, int64_t ttl, int by,
                       int64_t deadline)
{
    struct cache_counter *cache;

    (void)pthread_mutex_lock(&c->lock);
    cache = find_cache(c, cache_name);
    if (cache)
        (void)batch_add(&cache->pending, ttl / DAY_S, by);
    (void)pthread_mutex_unlock(&c->lock);
    if (cache)
        flush_cache(c, cache, deadline);
}

void entry_counter_queue(struct entry_counter *c, const char *cache_name, int64_t ttl, int by,
                         int64_t deadline)
{
    struct cache_counter *cache;
    bool queued;

    (void)pthread_mutex_lock(&c->lock);
    cache = find_cache(c, cache_name);
    queued = !cache || batch_add(&cache->pending, ttl / DAY_S, by);
    (void)pthread_mutex_unlock(&c->lock);
    if (queued)
        return;
    flush_cache(c, cache, deadline); /* the batch was full */
    entry_counter_add(c, cache_name, ttl, by, deadline);
}

void entry_counter_flush(struct entry_counter *c, int64_t deadline)
{
    for (size_t i = 0; i < CACHES_MAX; i++) {
        struct cache_counter *cache;
        (void)pthread_mutex_lock(&c->lock);
        cache = i < c->cache_count ? &c->caches[i] : NULL;
        (void)pthread_mutex_unlock(&c->lock);
        if (!cache)
            return;
        flush_cache(c, cache, deadline);
    }
}

void entry_counter_item_changed(struct entry_counter *c, struct str id, const json_t *before,
                                const json_t *after, int64_t deadline)
{
    char cache[STORE_CACHE_MAX + 1];
    struct entry_name name;

    if (!layout_entry_id_parse(id, cache, &name))
        return;
    if (before && after && layout_ttl(before) == layout_ttl(after))
        return;
    if (before)
        entry_counter_add(c, cache, layout_ttl(before), -1, deadline);
    if (after)
        entry_counter_add(c, cache, layout_ttl(after), 1, deadline);
}

/* ---- reading the count ---- */

/* Parses an attribute's name: a letter followed by digits only. */
static bool parse_name(const char *name, char letter, int64_t *ret_number)
{
    return name[0] == letter && str_to_i64(str_of(name + 1), ret_number);
}

/* Does this attribute count entries that expire at some time after `now`, or never? */
static bool is_current_day(const char *name, const json_t *value, int64_t now, int64_t *ret_day,
                           int64_t *ret_count)
{
    return parse_name(name, 'd', ret_day) && (*ret_day == 0 || *ret_day >= now / DAY_S) &&
           attribute_value_integer(value, ret_count);
}

/* Is this attribute no longer needed: a day that is long over, or a process that is long idle? */
static bool is_obsolete(const char *name, const json_t *value, int64_t now)
{
    int64_t number;

    if (parse_name(name, 'd', &number))
        return number > 0 && number < now / DAY_S - 1;
    return name[0] == 'w' && attribute_value_integer(value, &number) &&
           number < now * 1000 - WRITER_IDLE_MS;
}

/* Removes obsolete attributes. This is always safe: nobody adds to a day that is over, and a
 * process that was idle for two days has no batch of unknown outcome left. */
static void prune(struct entry_counter *c, struct str id, json_t *item, int64_t now,
                  int64_t deadline)
{
    size_t count = 0;
    const char *name;
    json_t *value;
    struct dynamo_expression e;

    dynamo_expression_init(&e);
    json_object_foreach (item, name, value) {
        if (count < PRUNED_MAX && is_obsolete(name, value, now)) {
            dynamo_expression_remove(&e, DYNAMO_PATH(name));
            count++;
        }
    }
    if (count > 0)
        (void)dynamo_client_update_item(c->client, id, &e, deadline, NULL, NULL, NULL);
    else
        dynamo_expression_done(&e);
}

/* Reads the item of a counter. */
static enum status read_counter(struct entry_counter *c, struct str id, int64_t deadline,
                                json_t **ret_item, struct err *err)
{
    struct dynamo_expression e;

    dynamo_expression_init(&e);
    return dynamo_client_get_item(c->client, id, &e, true, deadline, ret_item, err);
}

enum status entry_counter_count(struct entry_counter *c, const char *cache_name, int64_t now,
                                int64_t deadline, int64_t *ret_count, struct err *err)
{
    char buffer[STORE_CACHE_MAX + sizeof ENTRY_COUNTER_ID];
    struct str id = counter_id(cache_name, buffer);
    struct cache_counter *cache;
    json_t *item = NULL, *value;
    int64_t sum = 0, day, count;
    const char *name;
    enum status st;

    (void)pthread_mutex_lock(&c->lock);
    cache = find_cache(c, cache_name);
    (void)pthread_mutex_unlock(&c->lock);
    if (cache)
        flush_cache(c, cache, deadline);
    st = read_counter(c, id, deadline, &item, err);
    if (st != ST_OK)
        return st;
    json_object_foreach (item, name, value) {
        if (is_current_day(name, value, now, &day, &count) && count >= -PER_DAY_MAX &&
            count <= PER_DAY_MAX)
            sum += count;
    }
    prune(c, id, item, now, deadline);
    json_decref(item);
    *ret_count = sum > 0 ? sum : 0;
    return ST_OK;
}

/* ---- correcting the count ---- */

enum status entry_counter_correct(struct entry_counter *c, const char *cache, const json_t *days,
                                  int64_t now, int64_t deadline, struct err *err)
{
    char buffer[STORE_CACHE_MAX + sizeof ENTRY_COUNTER_ID];
    json_t *item = NULL, *value;
    int64_t day, stored;
    const char *name;
    enum status st;

    entry_counter_flush(c, deadline);
    st = read_counter(c, counter_id(cache, buffer), deadline, &item, err);
    if (st != ST_OK)
        return st;
    json_object_foreach (item, name, value) {
        if (is_current_day(name, value, now, &day, &stored)) {
            int64_t missing = json_integer_value(json_object_get(days, name)) - stored;
            if (missing != 0)
                entry_counter_queue(c, cache, day * DAY_S, (int)missing, deadline);
        }
    }
    json_object_foreach ((json_t *)(uintptr_t)days, name, value) {
        if (parse_name(name, 'd', &day) && !json_object_get(item, name))
            entry_counter_queue(c, cache, day * DAY_S, (int)json_integer_value(value), deadline);
    }
    json_decref(item);
    entry_counter_flush(c, deadline);
    return ST_OK;
}
