/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/gazetteer_memo.h -- remembers what the gazetteer has chosen.
 *
 * A choice depends on nothing but the query and the home, so none becomes outdated. Each thread
 * remembers its own. */
#ifndef CLIMACAST_INTENTS_WEATHER_GAZETTEER_MEMO_H
#define CLIMACAST_INTENTS_WEATHER_GAZETTEER_MEMO_H

#include <stdbool.h>
#include <stddef.h>

#include "intents/weather/gazetteer.h"

enum { GAZETTEER_MEMO_BYTES = 160 };

/* `home` may be NULL. The choice is plain data of `size` bytes, the same in both calls and at most
 * GAZETTEER_MEMO_BYTES, without pointers to what may be freed. */
bool gazetteer_memo_find(const struct gazetteer_query *query, const struct gazetteer_home *home,
                         void *ret_choice, size_t size);
void gazetteer_memo_put(const struct gazetteer_query *query, const struct gazetteer_home *home,
                        const void *choice, size_t size);

#endif
