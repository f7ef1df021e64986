/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/gazetteer_memo.c -- a small table, indexed by a hash of name and state. */
#include "intents/weather/gazetteer_memo.h"

#include <assert.h>
#include <stdint.h>
#include <string.h>

#include "server/base/fnv.h"

enum { SLOTS = 64, CITY_MAX = 40 };

struct slot {
    unsigned char choice[GAZETTEER_MEMO_BYTES];
    struct gazetteer_home home;
    char state[3];
    size_t city_n; /* 0: empty */
    char city[CITY_MAX];
};

static struct slot *slot_of(const struct gazetteer_query *query)
{
    static _Thread_local struct slot slots[SLOTS];
    uint32_t hash = fnv1a_32(fnv1a_32(FNV1A_32, str_of(query->state)), query->city);

    return &slots[(hash ^ hash >> 16) % SLOTS];
}

static struct gazetteer_home home_or_none(const struct gazetteer_home *home)
{
    return home ? *home : (struct gazetteer_home){ .state = "" };
}

static bool is_same_home(const struct gazetteer_home *a, const struct gazetteer_home *b)
{
    return strcmp(a->state, b->state) == 0 && a->located == b->located &&
           (!a->located || (a->lat == b->lat && a->lon == b->lon));
}

bool gazetteer_memo_find(const struct gazetteer_query *query, const struct gazetteer_home *home,
                         void *ret_choice, size_t size)
{
    struct str city = query->city;
    struct gazetteer_home from = home_or_none(home);
    const struct slot *s = slot_of(query);

    if (city.n == 0 || s->city_n != city.n || memcmp(s->city, city.p, city.n) != 0 ||
        strcmp(s->state, query->state) != 0 || !is_same_home(&s->home, &from))
        return false;
    memcpy(ret_choice, s->choice, size);
    return true;
}

void gazetteer_memo_put(const struct gazetteer_query *query, const struct gazetteer_home *home,
                        const void *choice, size_t size)
{
    struct slot *s = slot_of(query);

    assert(size <= sizeof s->choice);
    if (query->city.n == 0 || query->city.n > sizeof s->city)
        return;
    memcpy(s->choice, choice, size);
    s->home = home_or_none(home);
    memcpy(s->state, query->state, sizeof s->state);
    s->city_n = query->city.n;
    memcpy(s->city, query->city.p, query->city.n);
}
