/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/text_pool.h -- packs the strings of a decoded document into its block of memory.
 *
 * First add up text_pool_size() of all strings and allocate that much, then text_pool_add() the
 * same strings, in any order. Strings are cut off at `max` bytes, between characters. */
#ifndef CLIMACAST_INTENTS_WEATHER_TEXT_POOL_H
#define CLIMACAST_INTENTS_WEATHER_TEXT_POOL_H

#include <stddef.h>

#include "server/base/str.h"

struct text_pool {
    char *at; /* where the next string goes */
};

/* The bytes that a string takes up, including the NUL. */
size_t text_pool_size(struct str text, size_t max);
/* Appends a NUL-terminated copy, and returns it. */
const char *text_pool_add(struct text_pool *pool, struct str text, size_t max);

#endif
