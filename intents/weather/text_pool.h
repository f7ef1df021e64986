/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/text_pool.h -- texts of a decoded document, packed behind it in its one block of
 * memory.
 *
 * First add up text_pool_size() of all texts, allocate, then text_pool_add() the same texts in any
 * order. Texts are cut at `max` bytes, at a whole character. Pure but for the pool. */
#ifndef CLIMACAST_INTENTS_WEATHER_TEXT_POOL_H
#define CLIMACAST_INTENTS_WEATHER_TEXT_POOL_H

#include <stddef.h>

#include "server/base/str.h"

struct text_pool {
    char *at; /* where the next goes */
};

/* Bytes that the text takes up, its NUL counted. */
size_t text_pool_size(struct str text, size_t max);
/* A NUL-terminated copy in the pool. */
const char *text_pool_add(struct text_pool *pool, struct str text, size_t max);

#endif
