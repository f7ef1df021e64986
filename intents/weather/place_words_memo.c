/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/place_words_memo.c -- a query as bytes in a memo, followed by its city. */
#include "intents/weather/place_words_memo.h"

#include <string.h>

#include "server/base/memo.h"

static _Thread_local struct memo memo;

bool place_words_memo_find(struct str words, struct gazetteer_query *ret_query)
{
    struct str value;

    if (!memo_find(&memo, words, &value))
        return false;
    memcpy(ret_query, value.p, sizeof *ret_query);
    ret_query->city = str_sub(value, sizeof *ret_query, value.n);
    return true;
}

void place_words_memo_put(struct str words, const struct gazetteer_query *query)
{
    char value[MEMO_VALUE_MAX];
    size_t n = sizeof *query + query->city.n;

    if (n > sizeof value)
        return;
    memcpy(value, query, sizeof *query);
    if (query->city.n > 0)
        memcpy(value + sizeof *query, query->city.p, query->city.n);
    memo_put(&memo, words, (struct str){ value, n });
}
