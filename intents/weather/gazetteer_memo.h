/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/gazetteer_memo.h -- remembers which place the gazetteer chose for a query.
 *
 * A choice depends on nothing but the query and the home, so it never becomes outdated. Each thread
 * has a memo of its own. */
#ifndef CLIMACAST_INTENTS_WEATHER_GAZETTEER_MEMO_H
#define CLIMACAST_INTENTS_WEATHER_GAZETTEER_MEMO_H

#include <stdbool.h>
#include <stddef.h>

#include "intents/weather/gazetteer.h"

/* `home` may be NULL. The choice is plain data of `size` bytes, the same in both calls and at most
 * MEMO_VALUE_MAX, without pointers to anything that may be freed. */
bool gazetteer_memo_find(const struct gazetteer_query *query, const struct gazetteer_home *home,
                         void *ret_choice, size_t size);
void gazetteer_memo_put(const struct gazetteer_query *query, const struct gazetteer_home *home,
                        const void *choice, size_t size);

#endif
