/* SPDX-License-Identifier: Apache-2.0 */
/* cache/memory.c -- the in-process tier.
 *
 * Eight shards, chosen by the key's hash, so that threads seldom meet at a lock. Each has its own
 * table, its own list from most to least recently used, and an eighth of the bytes. What falls out
 * is unlinked under the lock and freed after it: freeing a big document takes its time. Holds
 * always: a shard's `bytes` is the sum of the costs of its nodes and not above its share. */
#define HASH_NONFATAL_OOM 1
#include "cache/memory.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>
#include <utlist.h>

enum { SHARDS = 8, TABLE_COST = 64 /* a node's share of the table, about */ };

struct node {
    UT_hash_handle hh;
    struct node *prev, *next; /* towards more and less recently used */
    struct object *value;
    int64_t stamp;
    size_t cost;
    size_t n;
    char key[];
};

struct shard {
    pthread_mutex_t lock; /* guards all below */
    struct node *table, *list;
    size_t bytes;
    uint64_t hits, misses, evictions;
};

struct memory {
    size_t share; /* bytes of one shard */
    struct shard shards[SHARDS];
};

struct memory *memory_create(size_t max_bytes)
{
    struct memory *m = calloc(1, sizeof *m);

    if (!m)
        return NULL;
    m->share = max_bytes / SHARDS;
    for (size_t i = 0; i < SHARDS; i++) {
        if (pthread_mutex_init(&m->shards[i].lock, NULL) != 0) {
            while (i-- > 0)
                (void)pthread_mutex_destroy(&m->shards[i].lock);
            free(m);
            return NULL;
        }
    }
    return m;
}

static void node_free(struct node *n)
{
    if (!n)
        return;
    object_release(n->value);
    free(n);
}

void memory_free(struct memory *m)
{
    struct node *n, *next;

    if (!m)
        return;
    for (size_t i = 0; i < SHARDS; i++) {
        struct shard *s = &m->shards[i];
        HASH_CLEAR(hh, s->table);
        for (n = s->list; n; n = next) {
            next = n->next;
            node_free(n);
        }
        (void)pthread_mutex_destroy(&s->lock);
    }
    free(m);
}

/* The table's own hash, computed once for shard and look-up. */
static unsigned hash_of(struct str key)
{
    unsigned hash = 0;

    HASH_VALUE(key.p, key.n, hash);
    return hash;
}

static struct shard *shard_of(struct memory *m, unsigned hash)
{
    return &m->shards[(hash >> 24) % SHARDS]; /* the table takes the low bits */
}

/* Under the lock, as are the next two. */
static struct node *find(const struct shard *s, struct str key, unsigned hash)
{
    struct node *n = NULL;

    HASH_FIND_BYHASHVALUE(hh, s->table, key.p, key.n, hash, n);
    return n;
}

/* Out of table and list, onto `dropped`. */
static void unlink_node(struct shard *s, struct node *n, struct node **dropped)
{
    HASH_DEL(s->table, n);
    DL_DELETE(s->list, n);
    s->bytes -= n->cost;
    LL_PREPEND(*dropped, n);
}

static bool link_node(struct shard *s, struct node *n, unsigned hash)
{
    HASH_ADD_KEYPTR_BYHASHVALUE(hh, s->table, n->key, n->n, hash, n);
    if (!n->hh.tbl)
        return false;
    DL_PREPEND(s->list, n);
    s->bytes += n->cost;
    return true;
}

static void free_all(struct node *dropped)
{
    struct node *n, *next;

    for (n = dropped; n; n = next) {
        next = n->next;
        node_free(n);
    }
}

struct object *memory_get(struct memory *m, struct str key, int64_t *ret_stamp)
{
    unsigned hash = hash_of(key);
    struct shard *s = shard_of(m, hash);
    struct object *value = NULL;
    struct node *n;

    (void)pthread_mutex_lock(&s->lock);
    n = find(s, key, hash);
    if (n) {
        value = object_retain(n->value);
        if (ret_stamp)
            *ret_stamp = n->stamp;
        if (n != s->list) {
            DL_DELETE(s->list, n);
            DL_PREPEND(s->list, n);
        }
        s->hits++;
    } else {
        s->misses++;
    }
    (void)pthread_mutex_unlock(&s->lock);
    return value;
}

static struct node *node_create(struct str key, struct object *value, int64_t stamp)
{
    struct node *n = calloc(1, sizeof *n + key.n + 1);

    if (!n)
        return NULL;
    memcpy(n->key, key.p, key.n);
    n->n = key.n;
    n->stamp = stamp;
    n->value = object_retain(value);
    n->cost = sizeof *n + key.n + TABLE_COST + sizeof *value + value->bytes;
    return n;
}

static void store(struct memory *m, struct str key, struct object *value, int64_t stamp,
                  bool replace)
{
    unsigned hash = hash_of(key);
    struct shard *s = shard_of(m, hash);
    struct node *fresh = node_create(key, value, stamp), *old, *dropped = NULL;
    bool fits = fresh && fresh->cost <= m->share;

    (void)pthread_mutex_lock(&s->lock);
    old = find(s, key, hash);
    if (!old || replace) {
        if (old)
            unlink_node(s, old, &dropped); /* also when the new one does not fit: it is outdated */
        while (fits && s->bytes + fresh->cost > m->share) {
            unlink_node(s, s->list->prev, &dropped); /* the head's `prev` is the tail */
            s->evictions++;
        }
        if (fits && link_node(s, fresh, hash))
            fresh = NULL;
    }
    (void)pthread_mutex_unlock(&s->lock);
    node_free(fresh);
    free_all(dropped);
}

void memory_put(struct memory *m, struct str key, struct object *value, int64_t stamp)
{
    store(m, key, value, stamp, true);
}

void memory_add(struct memory *m, struct str key, struct object *value, int64_t stamp)
{
    store(m, key, value, stamp, false);
}

void memory_remove(struct memory *m, struct str key)
{
    unsigned hash = hash_of(key);
    struct shard *s = shard_of(m, hash);
    struct node *n, *dropped = NULL;

    (void)pthread_mutex_lock(&s->lock);
    n = find(s, key, hash);
    if (n)
        unlink_node(s, n, &dropped);
    (void)pthread_mutex_unlock(&s->lock);
    free_all(dropped);
}

struct memory_stats memory_stats(struct memory *m)
{
    struct memory_stats facts = { .max_bytes = m->share * SHARDS };

    for (size_t i = 0; i < SHARDS; i++) {
        struct shard *s = &m->shards[i];
        (void)pthread_mutex_lock(&s->lock);
        facts.bytes += s->bytes;
        facts.count += HASH_COUNT(s->table);
        facts.hits += s->hits;
        facts.misses += s->misses;
        facts.evictions += s->evictions;
        (void)pthread_mutex_unlock(&s->lock);
    }
    return facts;
}
