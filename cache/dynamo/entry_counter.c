/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/entry_counter.c -- counting entries that are items of their own.
 *
 * What a thread adds goes to `pending`; one thread at a time takes all of it as a batch and tells
 * it. A batch that may or may not have arrived is kept and told again, with the same number, before
 * anything else of its cache: if it had arrived, the condition says so. */
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
    DAYS_MAX = 32,   /* different days in one batch */
    CACHES_MAX = 16, /* of one process; entries of further ones are not counted */
    PRUNED_AT_ONCE = 40,
    WRITER_SILENT_MS = 2 * DAY_S * 1000, /* its number is not needed any more */
    NAME_MAX_BYTES = 32,
    A_DAY_MAX = 1 << 30, /* entries that expire on one day; more has nobody counted */
};

struct day {
    int64_t day, by;
};

struct batch {
    struct day days[DAYS_MAX];
    size_t count;
};

struct cache_counter {
    char name[STORE_CACHE_MAX + 1];
    struct batch pending;
    struct batch told; /* under way, or in doubt */
    int64_t number;    /* of the batch in `told`; it grows */
    bool telling;      /* a thread is at it */
};

struct entry_counter {
    struct dynamo_client *client;
    char writer[NAME_MAX_BYTES]; /* "w" and what names this process */
    pthread_mutex_t lock; /* guards all below; `told` and `number` belong to who is telling */
    struct cache_counter caches[CACHES_MAX];
    size_t cache_count;
};

struct entry_counter *entry_counter_create(struct dynamo_client *d)
{
    struct entry_counter *t = calloc(1, sizeof *t);

    if (!t || pthread_mutex_init(&t->lock, NULL) != 0) {
        free(t);
        return NULL;
    }
    t->client = d;
    (void)snprintf(t->writer, sizeof t->writer, "w%016llx", (unsigned long long)random_u64());
    return t;
}

void entry_counter_free(struct entry_counter *t)
{
    if (!t)
        return;
    (void)pthread_mutex_destroy(&t->lock);
    free(t);
}

bool entry_counter_owns(struct str id)
{
    return str_starts(id, STR(ENTRY_COUNTER_ID));
}

static struct str id_of(const char *cache, char out[STORE_CACHE_MAX + sizeof ENTRY_COUNTER_ID])
{
    int n =
        snprintf(out, STORE_CACHE_MAX + sizeof ENTRY_COUNTER_ID, "%s%s", ENTRY_COUNTER_ID, cache);

    return (struct str){ out, (size_t)n };
}

/* The lock is held. NULL: no place for one more. */
static struct cache_counter *find(struct entry_counter *t, const char *cache)
{
    for (size_t i = 0; i < t->cache_count; i++)
        if (strcmp(t->caches[i].name, cache) == 0)
            return &t->caches[i];
    if (t->cache_count == CACHES_MAX)
        return NULL;
    (void)snprintf(t->caches[t->cache_count].name, sizeof t->caches[0].name, "%s", cache);
    return &t->caches[t->cache_count++];
}

static bool batch_add(struct batch *b, int64_t day, int64_t by)
{
    for (size_t i = 0; i < b->count; i++)
        if (b->days[i].day == day) {
            b->days[i].by += by;
            return true;
        }
    if (b->count == DAYS_MAX)
        return false;
    b->days[b->count++] = (struct day){ day, by };
    return true;
}

/* ---- telling ---- */

/* Tell c->told. True when it has arrived for sure. */
static bool tell(struct entry_counter *t, const struct cache_counter *c, int64_t deadline,
                 bool *ret_outcome_unknown)
{
    const char *const writer[] = { t->writer, NULL };
    char id[STORE_CACHE_MAX + sizeof ENTRY_COUNTER_ID], name[NAME_MAX_BYTES];
    json_t *number = attribute_value_make_integer(c->number);
    struct dynamo_expression e;
    enum status st;

    dynamo_expression_init(&e);
    for (size_t i = 0; i < c->told.count; i++) {
        (void)snprintf(name, sizeof name, "d%lld", (long long)c->told.days[i].day);
        if (c->told.days[i].by != 0)
            dynamo_expression_add(&e, name, c->told.days[i].by);
    }
    dynamo_expression_set(&e, writer, number);
    dynamo_expression_if_absent_or_below(&e, t->writer, c->number);
    json_decref(number);
    st = dynamo_client_update_item(t->client, id_of(c->name, id), &e, deadline, ret_outcome_unknown,
                                   NULL, NULL);
    return st == ST_OK || st == ST_CONFLICT;
}

/* Tell what is pending, until nothing is. One thread a cache. */
static void tell_all(struct entry_counter *t, struct cache_counter *c, int64_t deadline)
{
    bool arrived = true;

    (void)pthread_mutex_lock(&t->lock);
    while (!c->telling && arrived && c->told.count + c->pending.count > 0) {
        bool outcome_unknown = false;
        if (c->told.count == 0) {
            int64_t now = clock_wall_ms();
            c->told = c->pending;
            c->pending.count = 0;
            c->number = now > c->number ? now : c->number + 1;
        }
        c->telling = true;
        (void)pthread_mutex_unlock(&t->lock);
        arrived = tell(t, c, deadline, &outcome_unknown);
        (void)pthread_mutex_lock(&t->lock);
        c->telling = false;
        if (arrived)
            c->told.count = 0;
        /* One that surely has not arrived is in doubt too: it costs nothing to tell it again. */
    }
    (void)pthread_mutex_unlock(&t->lock);
}

void entry_counter_add(struct entry_counter *t, const char *cache, int64_t ttl, int by,
                       int64_t deadline)
{
    struct cache_counter *c;

    (void)pthread_mutex_lock(&t->lock);
    c = find(t, cache);
    if (c)
        (void)batch_add(&c->pending, ttl / DAY_S, by);
    (void)pthread_mutex_unlock(&t->lock);
    if (c)
        tell_all(t, c, deadline);
}

void entry_counter_queue(struct entry_counter *t, const char *cache, int64_t ttl, int by,
                         int64_t deadline)
{
    struct cache_counter *c;
    bool room;

    (void)pthread_mutex_lock(&t->lock);
    c = find(t, cache);
    room = !c || batch_add(&c->pending, ttl / DAY_S, by);
    (void)pthread_mutex_unlock(&t->lock);
    if (room)
        return;
    tell_all(t, c, deadline);
    entry_counter_add(t, cache, ttl, by, deadline);
}

void entry_counter_flush(struct entry_counter *t, int64_t deadline)
{
    for (size_t i = 0; i < CACHES_MAX; i++) {
        struct cache_counter *c;
        (void)pthread_mutex_lock(&t->lock);
        c = i < t->cache_count ? &t->caches[i] : NULL;
        (void)pthread_mutex_unlock(&t->lock);
        if (!c)
            return;
        tell_all(t, c, deadline);
    }
}

/* ---- counting ---- */

/* Whole of the digits behind a letter. */
static bool numbered(const char *name, char letter, int64_t *ret_number)
{
    return name[0] == letter && str_to_i64(str_of(name + 1), ret_number);
}

/* Is this attribute of no use any more: a day long over, a process long silent? */
static bool is_stale(const char *name, const json_t *value, int64_t now)
{
    int64_t number;

    if (numbered(name, 'd', &number))
        return number > 0 && number < now / DAY_S - 1;
    return name[0] == 'w' && attribute_value_integer(value, &number) &&
           number < now * 1000 - WRITER_SILENT_MS;
}

/* Both are safe at any time: nobody adds to a day that is over, and a process that is heard of
 * again has nothing in doubt from two days ago. */
static void prune(struct entry_counter *t, struct str id, json_t *item, int64_t now,
                  int64_t deadline)
{
    size_t count = 0;
    const char *name;
    json_t *value;
    struct dynamo_expression e;

    dynamo_expression_init(&e);
    json_object_foreach (item, name, value) {
        const char *const path[] = { name, NULL };
        if (count < PRUNED_AT_ONCE && is_stale(name, value, now)) {
            dynamo_expression_remove(&e, path);
            count++;
        }
    }
    if (count > 0)
        (void)dynamo_client_update_item(t->client, id, &e, deadline, NULL, NULL, NULL);
    else
        dynamo_expression_done(&e);
}

enum status entry_counter_count(struct entry_counter *t, const char *cache, int64_t now,
                                int64_t deadline, int64_t *ret_count, struct err *err)
{
    char room[STORE_CACHE_MAX + sizeof ENTRY_COUNTER_ID];
    struct str id = id_of(cache, room);
    struct cache_counter *c;
    json_t *item = NULL, *value;
    int64_t sum = 0, day, by;
    const char *name;
    struct dynamo_expression e;
    enum status st;

    (void)pthread_mutex_lock(&t->lock);
    c = find(t, cache);
    (void)pthread_mutex_unlock(&t->lock);
    if (c)
        tell_all(t, c, deadline);
    dynamo_expression_init(&e);
    st = dynamo_client_get_item(t->client, id, &e, true, deadline, &item, err);
    if (st != ST_OK)
        return st;
    json_object_foreach (item, name, value) {
        if (numbered(name, 'd', &day) && (day == 0 || day >= now / DAY_S) &&
            attribute_value_integer(value, &by) && by >= -A_DAY_MAX && by <= A_DAY_MAX)
            sum += by;
    }
    prune(t, id, item, now, deadline);
    json_decref(item);
    *ret_count = sum > 0 ? sum : 0;
    return ST_OK;
}

/* ---- correcting ---- */

enum status entry_counter_correct(struct entry_counter *t, const char *cache, const json_t *days,
                                  int64_t now, int64_t deadline, struct err *err)
{
    char room[STORE_CACHE_MAX + sizeof ENTRY_COUNTER_ID];
    json_t *item = NULL, *value;
    int64_t day, told;
    const char *name;
    struct dynamo_expression e;
    enum status st;

    entry_counter_flush(t, deadline);
    dynamo_expression_init(&e);
    st = dynamo_client_get_item(t->client, id_of(cache, room), &e, true, deadline, &item, err);
    if (st != ST_OK)
        return st;
    json_object_foreach (item, name, value) {
        if (numbered(name, 'd', &day) && (day == 0 || day >= now / DAY_S) &&
            attribute_value_integer(value, &told)) {
            int64_t off = json_integer_value(json_object_get(days, name)) - told;
            if (off != 0)
                entry_counter_queue(t, cache, day * DAY_S, (int)off, deadline);
        }
    }
    json_object_foreach ((json_t *)(uintptr_t)days, name, value) {
        if (numbered(name, 'd', &day) && !json_object_get(item, name))
            entry_counter_queue(t, cache, day * DAY_S, (int)json_integer_value(value), deadline);
    }
    json_decref(item);
    entry_counter_flush(t, deadline);
    return ST_OK;
}
