/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/place_words_memo.h -- remembers what the words for a place mean.
 *
 * What words mean depends on nothing but the words, so an entry never becomes outdated. Each thread
 * has a memo of its own. */
#ifndef CLIMACAST_INTENTS_WEATHER_PLACE_WORDS_MEMO_H
#define CLIMACAST_INTENTS_WEATHER_PLACE_WORDS_MEMO_H

#include <stdbool.h>

#include "intents/weather/gazetteer.h"
#include "server/base/str.h"

/* Returns false when this thread does not remember the words. The city is valid until the next
 * place_words_memo_put() on this thread. */
bool place_words_memo_find(struct str words, struct gazetteer_query *ret_query);
/* Unusually long words or cities are not remembered. */
void place_words_memo_put(struct str words, const struct gazetteer_query *query);

#endif
