/* SPDX-License-Identifier: Apache-2.0 */
/* cache/memory.c -- the in-process cache tier.
 *
 * The key's hash selects one of eight shards, so threads rarely contend for a lock. Each shard has
 * its own hash table, its own list in order of use, and an eighth of the bytes. Evicted nodes are
 * unlinked under the lock and freed after it, since freeing a large document takes time.
 *
 * Invariant: a shard's `bytes` is the sum of the costs of its nodes and at most its share. */
#define HASH_NONFATAL_OOM 1
#include "cache/memory.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>
#include <utlist.h>

enum { SHARDS = 8, TABLE_COST = 64 /* bytes of hash table per node, roughly */ };

struct node {
    UT_hash_handle hh;
    struct node *prev, *next; /* more and less recently used */
    struct object *value;
    int64_t stamp;
    size_t cost;
    size_t n;
    char key[];
};

struct shard {
    pthread_mutex_t lock; /* guards everything below */
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

/* Eight bytes at a time, because keys are long: most are URLs. Computed once for the shard and the
 * table; uthash's own takes six times as long. */
static unsigned hash_key(struct str key)
{
    const uint64_t odd = UINT64_C(0x9e3779b97f4a7c15);
    uint64_t hash = key.n * odd, word;
    size_t i = 0;

    for (; i + sizeof word <= key.n; i += sizeof word) {
        memcpy(&word, key.p + i, sizeof word);
        hash = (hash ^ word) * odd;
        hash ^= hash >> 29;
    }
    if (i < key.n) {
        word = 0;
        memcpy(&word, key.p + i, key.n - i);
        hash = (hash ^ word) * odd;
        hash ^= hash >> 29;
    }
    hash *= UINT64_C(0xbf58476d1ce4e5b9);
    return (unsigned)(hash >> 32);
}

static struct shard *shard_of(struct memory *m, unsigned hash)
{
    return &m->shards[(hash >> 24) % SHARDS]; /* the table uses the low bits */
}

/* ---- with the lock held ---- */

static struct node *find_node(const struct shard *s, struct str key, unsigned hash)
{
    struct node *n = NULL;

    HASH_FIND_BYHASHVALUE(hh, s->table, key.p, key.n, hash, n);
    return n;
}

/* Move a node to `removed`. */
static void unlink_node(struct shard *s, struct node *n, struct node **removed)
{
    HASH_DEL(s->table, n);
    DL_DELETE(s->list, n);
    s->bytes -= n->cost;
    LL_PREPEND(*removed, n);
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

/* ---- calls ---- */

static void free_nodes(struct node *removed)
{
    struct node *n, *next;

    for (n = removed; n; n = next) {
        next = n->next;
        node_free(n);
    }
}

struct object *memory_get(struct memory *m, struct str key, int64_t *ret_stamp)
{
    unsigned hash = hash_key(key);
    struct shard *s = shard_of(m, hash);
    struct object *value = NULL;
    struct node *n;

    (void)pthread_mutex_lock(&s->lock);
    n = find_node(s, key, hash);
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

static void store_value(struct memory *m, struct str key, struct object *value, int64_t stamp,
                        bool replace)
{
    unsigned hash = hash_key(key);
    struct shard *s = shard_of(m, hash);
    struct node *fresh = node_create(key, value, stamp), *old, *removed = NULL;
    bool fits = fresh && fresh->cost <= m->share;

    (void)pthread_mutex_lock(&s->lock);
    old = find_node(s, key, hash);
    if (!old || replace) {
        if (old)
            unlink_node(s, old, &removed); /* outdated, even if the new one does not fit */
        while (fits && s->bytes + fresh->cost > m->share) {
            unlink_node(s, s->list->prev, &removed); /* the head's `prev` is the tail */
            s->evictions++;
        }
        if (fits && link_node(s, fresh, hash))
            fresh = NULL;
    }
    (void)pthread_mutex_unlock(&s->lock);
    node_free(fresh);
    free_nodes(removed);
}

void memory_put(struct memory *m, struct str key, struct object *value, int64_t stamp)
{
    store_value(m, key, value, stamp, true);
}

void memory_add(struct memory *m, struct str key, struct object *value, int64_t stamp)
{
    store_value(m, key, value, stamp, false);
}

void memory_remove(struct memory *m, struct str key)
{
    unsigned hash = hash_key(key);
    struct shard *s = shard_of(m, hash);
    struct node *n, *removed = NULL;

    (void)pthread_mutex_lock(&s->lock);
    n = find_node(s, key, hash);
    if (n)
        unlink_node(s, n, &removed);
    (void)pthread_mutex_unlock(&s->lock);
    free_nodes(removed);
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
