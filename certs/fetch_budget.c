/* SPDX-License-Identifier: Apache-2.0 */
/* certs/fetch_budget.c -- two token buckets, and a set-associative table of clients: a client can
 * be in one of a few slots only, so a lookup is short and needs no chains. The slots are chosen
 * with a random key, so that nobody can push a certain client out. */
#include "certs/fetch_budget.h"

#include <stdlib.h>

#include "server/base/random.h"

enum { SETS = 1024, WAYS = 4 };

/* `burst` and `level` are in thousandths of a fetch, so a bucket gains per_s of them per
 * millisecond. */
struct bucket {
    int64_t burst, per_s;
    int64_t level, at_ms;
};
enum { FETCH_COST = 1000 };

struct suspect {
    uint64_t client;
    int64_t until_ms; /* 0: the slot is free */
    bool bad;         /* else busy */
};

struct fetch_budget {
    struct bucket clean, common;
    uint64_t key;
    struct suspect table[SETS][WAYS];
};

/* ---- buckets ---- */

static struct bucket bucket_of(int64_t burst, int64_t per_s, int64_t now_ms)
{
    return (struct bucket){ burst * FETCH_COST, per_s, burst * FETCH_COST, now_ms };
}

static bool bucket_has(struct bucket *b, int64_t now_ms)
{
    int64_t passed = now_ms - b->at_ms;

    b->at_ms = now_ms;
    if (passed < b->burst) /* no overflow */
        b->level += passed * b->per_s;
    if (passed >= b->burst || b->level > b->burst)
        b->level = b->burst;
    return b->level >= FETCH_COST;
}

static bool bucket_take(struct bucket *b, int64_t now_ms)
{
    bool has = bucket_has(b, now_ms);

    if (has)
        b->level -= FETCH_COST;
    return has;
}

/* ---- clients ---- */

static struct suspect *set_of(struct fetch_budget *b, uint64_t client)
{
    uint64_t h = (client ^ b->key) * UINT64_C(0x9E3779B97F4A7C15);

    h = (h ^ (h >> 29)) * (b->key | 1);
    return b->table[(h >> 32) % SETS];
}

/* The client's slot while it is busy or bad, else NULL. */
static struct suspect *suspect_find(struct fetch_budget *b, uint64_t client, int64_t now_ms)
{
    struct suspect *set = set_of(b, client);

    for (int i = 0; i < WAYS; i++)
        if (set[i].client == client && set[i].until_ms > now_ms)
            return &set[i];
    return NULL;
}

static void suspect_put(struct fetch_budget *b, struct suspect fresh, int64_t now_ms)
{
    struct suspect *known = suspect_find(b, fresh.client, now_ms), *set = set_of(b, fresh.client);

    if (!known) {
        known = &set[0];
        for (int i = 1; i < WAYS; i++)
            if (set[i].until_ms < known->until_ms)
                known = &set[i];
    }
    *known = fresh;
}

static bool is_clean(struct fetch_budget *b, uint64_t client, int64_t now_ms)
{
    return client != 0 && !suspect_find(b, client, now_ms);
}

/* ---- the budget ---- */

struct fetch_budget *fetch_budget_create(int64_t now_ms)
{
    struct fetch_budget *b = calloc(1, sizeof *b);

    if (!b)
        return NULL;
    b->clean = bucket_of(FETCH_BUDGET_CLEAN_BURST, FETCH_BUDGET_CLEAN_PER_S, now_ms);
    b->common = bucket_of(FETCH_BUDGET_BURST, FETCH_BUDGET_PER_S, now_ms);
    b->key = random_u64();
    return b;
}

void fetch_budget_free(struct fetch_budget *b)
{
    free(b);
}

bool fetch_budget_take(struct fetch_budget *b, uint64_t client, int64_t now_ms)
{
    if (!is_clean(b, client, now_ms) || !bucket_take(&b->clean, now_ms))
        return bucket_take(&b->common, now_ms);
    suspect_put(b, (struct suspect){ client, now_ms + FETCH_BUDGET_BUSY_MS, false }, now_ms);
    return true;
}

bool fetch_budget_left(struct fetch_budget *b, uint64_t client, int64_t now_ms)
{
    return (is_clean(b, client, now_ms) && bucket_has(&b->clean, now_ms)) ||
           bucket_has(&b->common, now_ms);
}

void fetch_budget_settle(struct fetch_budget *b, uint64_t client, bool bad, int64_t now_ms)
{
    struct suspect *known = suspect_find(b, client, now_ms);

    if (client == 0)
        return;
    if (bad)
        suspect_put(b, (struct suspect){ client, now_ms + FETCH_BUDGET_BAD_MS, true }, now_ms);
    else if (known && !known->bad)
        *known = (struct suspect){ .until_ms = 0 };
}
