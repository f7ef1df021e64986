/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/place_words_memo.h -- remembers what words were parsed to: most requests are
 * about a place that was asked for before, most often the user's own.
 *
 * What words mean depends on nothing but the words, so nothing here becomes outdated. Each thread
 * remembers for itself. */
#ifndef CLIMACAST_INTENTS_WEATHER_PLACE_WORDS_MEMO_H
#define CLIMACAST_INTENTS_WEATHER_PLACE_WORDS_MEMO_H

#include <stdbool.h>

#include "intents/weather/gazetteer.h"
#include "server/base/str.h"

/* Finds what `words` mean. Returns false when this thread does not remember them. The city is valid
 * until the next call of place_words_memo_put() on this thread. */
bool place_words_memo_find(struct str words, struct gazetteer_query *ret_query);
/* Remember it in place of something else. Words or a city that are unusually long are not. */
void place_words_memo_put(struct str words, const struct gazetteer_query *query);

#endif
