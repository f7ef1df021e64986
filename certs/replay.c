/* SPDX-License-Identifier: Apache-2.0 */
/* certs/replay.c -- a hash set of ids with an expiry each, in eight bytes apiece.
 *
 * An id is stored as 56 bits of a keyed hash: 8 bits choose one of 256 small tables, and 48 bits
 * are in the slot, next to 15 bits of expiry and one bit for "served". Two ids that agree in 56
 * bits would cause a new request to be refused: with a full table, that happens to one request in 7
 * * 10^10, and nobody can provoke it, because the key (SipHash-2-4) is random. It never lets a
 * replay through.
 *
 * The tables use open addressing with linear probing. Each grows separately, by a quarter, so
 * memory follows the number of ids in small steps and no request waits for a million slots to be
 * rehashed.
 *
 * The expiry is a second modulo 2^15. That is unambiguous as long as each id is looked at again
 * within 9 hours: a table not swept for SWEEP_S is swept before it is used, and one untouched for
 * longer than that plus the longest lifetime holds only expired ids.
 *
 * `lock` guards everything. It is held for a microsecond, or for one table's resize (20 us when
 * full). */
#include "certs/replay.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/siphash.h"

enum {
    TABLES = 256,
    CAP_STEP = 16,
    EXPIRY_BITS = 15,
    EXPIRY_PERIOD = 1 << EXPIRY_BITS,
    SWEEP_S = 4096,
};

/* A slot: 48 bits of hash, 15 bits of expiry, 1 bit "served". 0 is empty; a hash of 0 is stored as
 * 1. */
#define SLOT_SERVED UINT64_C(1)
#define SLOT_HASH(slot) ((slot) >> (EXPIRY_BITS + 1))
#define SLOT_EXPIRY(slot) ((uint32_t)((slot) >> 1) & (EXPIRY_PERIOD - 1))

struct table {
    uint64_t *slots;
    uint32_t cap, count; /* count < cap whenever there are slots, so every probe ends */
    int64_t swept_s;
};

struct replay {
    pthread_mutex_t lock;
    struct table tables[TABLES];
    size_t count, ids_max;
    int64_t cleared_s; /* when everything was last swept to make room */
    struct siphash_key key;
};

/* ---- one table ---- */

static uint32_t home_slot(const struct table *t, uint64_t hash)
{
    return (uint32_t)((hash & UINT32_MAX) * t->cap >> 32);
}

static uint32_t next_slot(const struct table *t, uint32_t i)
{
    return i + 1 == t->cap ? 0 : i + 1;
}

/* The slot that holds `hash`, or NULL. */
static uint64_t *table_find(const struct table *t, uint64_t hash)
{
    if (t->cap == 0)
        return NULL;
    for (uint32_t i = home_slot(t, hash); t->slots[i] != 0; i = next_slot(t, i))
        if (SLOT_HASH(t->slots[i]) == hash)
            return &t->slots[i];
    return NULL;
}

static void table_put(struct table *t, uint64_t slot)
{
    uint32_t i = home_slot(t, SLOT_HASH(slot));

    while (t->slots[i] != 0)
        i = next_slot(t, i);
    t->slots[i] = slot;
    t->count++;
}

/* Remove a slot and close the gap, so that probes still reach the slots after it. */
static void table_remove(struct table *t, uint64_t *slot)
{
    uint32_t gap = (uint32_t)(slot - t->slots);

    for (uint32_t i = next_slot(t, gap); t->slots[i] != 0; i = next_slot(t, i)) {
        uint32_t from = home_slot(t, SLOT_HASH(t->slots[i]));
        bool stays = gap < i ? gap < from && from <= i : gap < from || from <= i;
        if (!stays) {
            t->slots[gap] = t->slots[i];
            gap = i;
        }
    }
    t->slots[gap] = 0;
    t->count--;
}

/* Rehash into `cap` slots (0 frees them all). False: out of memory, nothing changed. */
static bool table_resize(struct table *t, uint32_t cap)
{
    struct table next = { .cap = cap, .swept_s = t->swept_s };

    if (cap > 0 && !(next.slots = calloc(cap, sizeof *next.slots)))
        return false;
    for (uint32_t i = 0; i < t->cap; i++)
        if (t->slots[i] != 0)
            table_put(&next, t->slots[i]);
    free(t->slots);
    *t = next;
    return true;
}

static bool is_expired(uint64_t slot, int64_t now_s)
{
    uint32_t left = (SLOT_EXPIRY(slot) - (uint32_t)now_s) & (EXPIRY_PERIOD - 1);

    return left > EXPIRY_PERIOD / 2; /* the expiry is in the past */
}

/* Drop expired ids, and shrink the table when less than a quarter is in use. */
static void table_sweep(struct table *t, int64_t now_s)
{
    bool all_expired = now_s - t->swept_s > SWEEP_S + REPLAY_LIFE_MAX;

    t->swept_s = now_s;
    /* A removal may move another id into this slot, so look at it again. */
    for (uint32_t i = 0; i < t->cap;)
        if (t->slots[i] != 0 && (all_expired || is_expired(t->slots[i], now_s)))
            table_remove(t, &t->slots[i]);
        else
            i++;
    if (t->count < t->cap / 4)
        (void)table_resize(t, t->count * 2); /* out of memory, it keeps its size */
}

/* One more id would leave less than an eighth of the slots empty. */
static bool is_tight(const struct table *t)
{
    return ((uint64_t)t->count + 1) * 8 > (uint64_t)t->cap * 7;
}

/* Make room for one more id. A sweep that frees little is followed by growth; otherwise the next id
 * would cause another sweep. */
static bool table_make_room(struct table *t, int64_t now_s)
{
    if (!is_tight(t))
        return true;
    table_sweep(t, now_s);
    if (!is_tight(t) && (uint64_t)t->count * 4 < (uint64_t)t->cap * 3)
        return true;
    return table_resize(t, t->cap + t->cap / 4 + CAP_STEP) || !is_tight(t);
}

/* ---- the set ---- */

struct replay *replay_create(size_t ids_max)
{
    struct replay *r = calloc(1, sizeof *r);

    if (!r)
        return NULL;
    if (pthread_mutex_init(&r->lock, NULL) != 0) {
        free(r);
        return NULL;
    }
    r->ids_max = ids_max;
    r->cleared_s = INT64_MIN;
    siphash_key_create(&r->key);
    return r;
}

void replay_free(struct replay *r)
{
    if (!r)
        return;
    for (size_t i = 0; i < TABLES; i++)
        free(r->tables[i].slots);
    (void)pthread_mutex_destroy(&r->lock);
    free(r);
}

/* The table for an id, and the 48 hash bits stored in it. */
static struct table *table_of(struct replay *r, struct str id, uint64_t *ret_hash)
{
    uint64_t full = siphash(&r->key, id);
    uint64_t hash = full >> (64 - 48);

    *ret_hash = hash != 0 ? hash : 1;
    return &r->tables[full % TABLES];
}

static void sweep_table(struct replay *r, struct table *t, int64_t now_s)
{
    uint32_t before = t->count;

    table_sweep(t, now_s);
    r->count -= before - t->count;
}

/* Whether the set has room for one more id. A full set is swept, at most once a second. */
static bool set_has_room(struct replay *r, int64_t now_s)
{
    if (r->count >= r->ids_max && r->cleared_s != now_s) {
        r->cleared_s = now_s;
        for (size_t i = 0; i < TABLES; i++)
            sweep_table(r, &r->tables[i], now_s);
    }
    return r->count < r->ids_max;
}

/* The caller holds the lock. */
static enum replay_result claim_id(struct replay *r, struct table *t, uint64_t hash, int64_t now_s,
                                   int64_t life_s)
{
    uint64_t expiry = (uint64_t)(now_s + life_s) & (EXPIRY_PERIOD - 1);
    uint64_t fresh = hash << (EXPIRY_BITS + 1) | expiry << 1;
    uint64_t *slot;

    if (now_s - t->swept_s > SWEEP_S)
        sweep_table(r, t, now_s);
    slot = table_find(t, hash);
    if (slot && !is_expired(*slot, now_s))
        return *slot & SLOT_SERVED ? REPLAY_SERVED : REPLAY_IN_FLIGHT;
    if (slot) {
        *slot = fresh;
        return REPLAY_NEW;
    }
    if (!set_has_room(r, now_s))
        return REPLAY_FULL;
    uint32_t before = t->count;
    bool has_room = table_make_room(t, now_s);
    r->count -= before - t->count;
    if (!has_room)
        return REPLAY_FULL;
    table_put(t, fresh);
    r->count++;
    return REPLAY_NEW;
}

enum replay_result replay_claim(struct replay *r, struct str id, int64_t now_s, int64_t life_s)
{
    uint64_t hash;
    struct table *t = table_of(r, id, &hash);
    enum replay_result result;

    life_s = life_s < 0 ? 0 : life_s > REPLAY_LIFE_MAX ? REPLAY_LIFE_MAX : life_s;
    pthread_mutex_lock(&r->lock);
    result = claim_id(r, t, hash, now_s, life_s);
    pthread_mutex_unlock(&r->lock);
    return result;
}

void replay_commit(struct replay *r, struct str id)
{
    uint64_t hash, *slot;
    struct table *t = table_of(r, id, &hash);

    pthread_mutex_lock(&r->lock);
    slot = table_find(t, hash);
    if (slot)
        *slot |= SLOT_SERVED;
    pthread_mutex_unlock(&r->lock);
}

void replay_release(struct replay *r, struct str id)
{
    uint64_t hash, *slot;
    struct table *t = table_of(r, id, &hash);

    pthread_mutex_lock(&r->lock);
    slot = table_find(t, hash);
    if (slot && !(*slot & SLOT_SERVED)) {
        table_remove(t, slot);
        r->count--;
    }
    pthread_mutex_unlock(&r->lock);
}

void replay_sweep(struct replay *r, int64_t now_s)
{
    for (size_t i = 0; i < TABLES; i++) {
        pthread_mutex_lock(&r->lock); /* per table, so that nobody waits for all of them */
        sweep_table(r, &r->tables[i], now_s);
        pthread_mutex_unlock(&r->lock);
    }
}

size_t replay_count(struct replay *r)
{
    size_t count;

    pthread_mutex_lock(&r->lock);
    count = r->count;
    pthread_mutex_unlock(&r->lock);
    return count;
}
