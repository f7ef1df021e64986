/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/place_words_memo.c -- a small table per thread, indexed by a hash of the
 * words. */
#include "intents/weather/place_words_memo.h"

#include <stdint.h>
#include <string.h>

#include "server/base/fnv.h"

enum { SLOTS = 128, TEXT_MAX = 40 };

struct slot {
    struct gazetteer_query query; /* its city is below */
    uint8_t words_n;              /* 0: empty */
    char words[TEXT_MAX], city[TEXT_MAX];
};

static _Thread_local struct slot slots[SLOTS];

static struct slot *slot_of(struct str words)
{
    uint32_t hash = fnv1a_32(FNV1A_32, words);

    return &slots[(hash ^ hash >> 16) % SLOTS];
}

bool place_words_memo_find(struct str words, struct gazetteer_query *ret_query)
{
    struct slot *s;

    if (words.n == 0 || words.n > TEXT_MAX)
        return false;
    s = slot_of(words);
    if (s->words_n != words.n || memcmp(s->words, words.p, words.n) != 0)
        return false;
    *ret_query = s->query;
    ret_query->city.p = s->city;
    return true;
}

void place_words_memo_put(struct str words, const struct gazetteer_query *query)
{
    struct slot *s;

    if (words.n == 0 || words.n > TEXT_MAX || query->city.n > TEXT_MAX)
        return;
    s = slot_of(words);
    s->query = *query;
    memcpy(s->words, words.p, words.n);
    s->words_n = (uint8_t)words.n;
    if (query->city.n > 0)
        memcpy(s->city, query->city.p, query->city.n);
}
