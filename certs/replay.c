/* SPDX-License-Identifier: Apache-2.0 */
/* certs/replay.c -- a set of ids with an end for each, in eight bytes apiece.
 *
 * An id is kept as 56 bits of a keyed hash, 8 of which choose one of 256 small tables and 48 stand
 * in a slot beside 15 bits of its end and one that says "served". Two ids alike in 56 bits would
 * refuse a request that is new: with the memory full, that happens to one request in 7 * 10^10, and
 * nobody can bring it about, for the key (SipHash-2-4) is drawn at random. A replay is never let
 * through for it.
 *
 * The tables are open addressing with linear probing, and each grows by itself, by a quarter:
 * memory follows the number of ids in small steps, and no request waits for a million slots to be
 * moved.
 *
 * The end is a second modulo 2^15. That is no riddle so long as every id is looked at again before
 * the circle closes (9 h): a table unswept for SWEEP_S is swept before it is used, and one
 * untouched for longer than the longest life on top of that holds nothing that still counts.
 *
 * `lock` guards everything; it is held for a microsecond, or for one table's rebuilding (20 us when
 * full). */
#include "certs/replay.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/random.h"

enum {
    TABLES = 256,
    ROOM_MIN = 16,
    END_BITS = 15,
    END_CIRCLE = 1 << END_BITS,
    SWEEP_S = 4096,
};

/* A slot: 48 bits of hash, 15 bits of end, 1 bit served. 0 is empty: a hash of 0 is taken as 1. */
#define SLOT_SERVED UINT64_C(1)
#define SLOT_HASH(slot) ((slot) >> (END_BITS + 1))
#define SLOT_END(slot) ((uint32_t)((slot) >> 1) & (END_CIRCLE - 1))

struct table {
    uint64_t *slots;
    uint32_t room, count; /* count < room whenever there are slots: a probe always ends */
    int64_t swept_s;
};

struct replay {
    pthread_mutex_t lock;
    struct table tables[TABLES];
    size_t count, most;
    int64_t cleared_s; /* when everything was last swept for want of room */
    uint64_t key[2];
};

/* ---- the hash: SipHash-2-4, after Aumasson and Bernstein ---- */

static uint64_t rotate(uint64_t x, int bits)
{
    return x << bits | x >> (64 - bits);
}

static void sip_rounds(uint64_t v[4], int rounds)
{
    while (rounds-- > 0) {
        v[0] += v[1];
        v[1] = rotate(v[1], 13) ^ v[0];
        v[0] = rotate(v[0], 32);
        v[2] += v[3];
        v[3] = rotate(v[3], 16) ^ v[2];
        v[0] += v[3];
        v[3] = rotate(v[3], 21) ^ v[0];
        v[2] += v[1];
        v[1] = rotate(v[1], 17) ^ v[2];
        v[2] = rotate(v[2], 32);
    }
}

static uint64_t little_endian(const char *p, size_t n)
{
    uint64_t word = 0;

    for (size_t i = 0; i < n; i++)
        word |= (uint64_t)(uint8_t)p[i] << (8 * i);
    return word;
}

static uint64_t siphash(const uint64_t key[2], struct str s)
{
    uint64_t v[4] = { key[0] ^ UINT64_C(0x736f6d6570736575), key[1] ^ UINT64_C(0x646f72616e646f6d),
                      key[0] ^ UINT64_C(0x6c7967656e657261),
                      key[1] ^ UINT64_C(0x7465646279746573) };
    size_t whole = s.n - s.n % 8;

    for (size_t at = 0; at <= whole; at += 8) {
        uint64_t word = at < whole ? little_endian(s.p + at, 8)
                                   : little_endian(s.p + at, s.n % 8) | (uint64_t)s.n << 56;
        v[3] ^= word;
        sip_rounds(v, 2);
        v[0] ^= word;
    }
    v[2] ^= 0xff;
    sip_rounds(v, 4);
    return v[0] ^ v[1] ^ v[2] ^ v[3];
}

/* ---- one table ---- */

static uint32_t home(const struct table *t, uint64_t hash)
{
    return (uint32_t)((hash & UINT32_MAX) * t->room >> 32);
}

static uint32_t after(const struct table *t, uint32_t i)
{
    return i + 1 == t->room ? 0 : i + 1;
}

/* The slot that holds `hash`, or NULL. */
static uint64_t *table_find(const struct table *t, uint64_t hash)
{
    if (t->room == 0)
        return NULL;
    for (uint32_t i = home(t, hash); t->slots[i] != 0; i = after(t, i))
        if (SLOT_HASH(t->slots[i]) == hash)
            return &t->slots[i];
    return NULL;
}

static void table_put(struct table *t, uint64_t slot)
{
    uint32_t i = home(t, SLOT_HASH(slot));

    while (t->slots[i] != 0)
        i = after(t, i);
    t->slots[i] = slot;
    t->count++;
}

/* Take a slot out and close the gap, so that no probe stops short of what lies behind it. */
static void table_remove(struct table *t, uint64_t *slot)
{
    uint32_t gap = (uint32_t)(slot - t->slots);

    for (uint32_t i = after(t, gap); t->slots[i] != 0; i = after(t, i)) {
        uint32_t from = home(t, SLOT_HASH(t->slots[i]));
        bool stays = gap < i ? gap < from && from <= i : gap < from || from <= i;
        if (!stays) {
            t->slots[gap] = t->slots[i];
            gap = i;
        }
    }
    t->slots[gap] = 0;
    t->count--;
}

/* Lay the slots out anew in `room` of them (0: none is taken). False: no memory, nothing done. */
static bool table_resize(struct table *t, uint32_t room)
{
    struct table next = { .room = room, .swept_s = t->swept_s };

    if (room > 0 && !(next.slots = calloc(room, sizeof *next.slots)))
        return false;
    for (uint32_t i = 0; i < t->room; i++)
        if (t->slots[i] != 0)
            table_put(&next, t->slots[i]);
    free(t->slots);
    *t = next;
    return true;
}

static bool is_over(uint64_t slot, int64_t now_s)
{
    uint32_t left = (SLOT_END(slot) - (uint32_t)now_s) & (END_CIRCLE - 1);

    return left > END_CIRCLE / 2; /* the end lies behind */
}

/* Forget what is over, and give room back when three quarters of it are empty. */
static void table_sweep(struct table *t, int64_t now_s)
{
    bool all_over = now_s - t->swept_s > SWEEP_S + REPLAY_LIFE_MAX;

    t->swept_s = now_s;
    /* Taking one out may move another into its place, which is looked at next. */
    for (uint32_t i = 0; i < t->room;)
        if (t->slots[i] != 0 && (all_over || is_over(t->slots[i], now_s)))
            table_remove(t, &t->slots[i]);
        else
            i++;
    if (t->count < t->room / 4)
        (void)table_resize(t, t->count * 2); /* without memory it stays as it is */
}

/* Would one more id leave less than an eighth of the slots empty? */
static bool is_tight(const struct table *t)
{
    return ((uint64_t)t->count + 1) * 8 > (uint64_t)t->room * 7;
}

/* Room for one more id. A sweep that wins next to nothing is followed by growth, else the next id
 * would sweep again. */
static bool table_make_room(struct table *t, int64_t now_s)
{
    if (!is_tight(t))
        return true;
    table_sweep(t, now_s);
    if (!is_tight(t) && (uint64_t)t->count * 4 < (uint64_t)t->room * 3)
        return true;
    return table_resize(t, t->room + t->room / 4 + ROOM_MIN) || !is_tight(t);
}

/* ---- the set ---- */

struct replay *replay_create(size_t most)
{
    struct replay *r = calloc(1, sizeof *r);

    if (!r)
        return NULL;
    if (pthread_mutex_init(&r->lock, NULL) != 0) {
        free(r);
        return NULL;
    }
    r->most = most;
    r->cleared_s = INT64_MIN;
    random_bytes(r->key, sizeof r->key);
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

/* The table of an id, and the 48 bits that stand for it there. */
static struct table *locate(struct replay *r, struct str id, uint64_t *ret_hash)
{
    uint64_t full = siphash(r->key, id);
    uint64_t hash = full >> (64 - 48);

    *ret_hash = hash != 0 ? hash : 1;
    return &r->tables[full % TABLES];
}

static void sweep(struct replay *r, struct table *t, int64_t now_s)
{
    uint32_t before = t->count;

    table_sweep(t, now_s);
    r->count -= before - t->count;
}

/* Is there room for one more in all? Looks for it by sweeping everything, once a second at most. */
static bool has_room(struct replay *r, int64_t now_s)
{
    if (r->count >= r->most && r->cleared_s != now_s) {
        r->cleared_s = now_s;
        for (size_t i = 0; i < TABLES; i++)
            sweep(r, &r->tables[i], now_s);
    }
    return r->count < r->most;
}

/* The caller holds the lock. */
static enum replay_answer claim(struct replay *r, struct table *t, uint64_t hash, int64_t now_s,
                                int64_t life_s)
{
    uint64_t end = (uint64_t)(now_s + life_s) & (END_CIRCLE - 1);
    uint64_t fresh = hash << (END_BITS + 1) | end << 1;
    uint64_t *slot;

    if (now_s - t->swept_s > SWEEP_S)
        sweep(r, t, now_s);
    slot = table_find(t, hash);
    if (slot && !is_over(*slot, now_s))
        return *slot & SLOT_SERVED ? REPLAY_SERVED : REPLAY_IN_FLIGHT;
    if (slot) {
        *slot = fresh;
        return REPLAY_NEW;
    }
    if (!has_room(r, now_s))
        return REPLAY_FULL;
    uint32_t before = t->count;
    bool room = table_make_room(t, now_s);
    r->count -= before - t->count;
    if (!room)
        return REPLAY_FULL;
    table_put(t, fresh);
    r->count++;
    return REPLAY_NEW;
}

enum replay_answer replay_claim(struct replay *r, struct str id, int64_t now_s, int64_t life_s)
{
    uint64_t hash;
    struct table *t = locate(r, id, &hash);
    enum replay_answer answer;

    life_s = life_s < 0 ? 0 : life_s > REPLAY_LIFE_MAX ? REPLAY_LIFE_MAX : life_s;
    pthread_mutex_lock(&r->lock);
    answer = claim(r, t, hash, now_s, life_s);
    pthread_mutex_unlock(&r->lock);
    return answer;
}

void replay_commit(struct replay *r, struct str id)
{
    uint64_t hash, *slot;
    struct table *t = locate(r, id, &hash);

    pthread_mutex_lock(&r->lock);
    slot = table_find(t, hash);
    if (slot)
        *slot |= SLOT_SERVED;
    pthread_mutex_unlock(&r->lock);
}

void replay_release(struct replay *r, struct str id)
{
    uint64_t hash, *slot;
    struct table *t = locate(r, id, &hash);

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
        pthread_mutex_lock(&r->lock); /* anew for each: nobody waits for all of them */
        sweep(r, &r->tables[i], now_s);
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
