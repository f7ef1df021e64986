/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/fix_keys.h -- the key under which the skill looks up a shared entry.
 *
 * Older releases stored places under keys that were never looked up ("boulder colorado",
 * "Boulder, CO"), and stations and zones under whole URLs. Pure. */
#ifndef CLIMACAST_SERVER_TOOL_FIX_KEYS_H
#define CLIMACAST_SERVER_TOOL_FIX_KEYS_H

#include <jansson.h>

#include "server/base/arena.h"
#include "server/base/str.h"

/* The lookup key of an entry stored under `key`, from the words of the key or from the city and
 * state in the entry. Returns `key` itself when it is right or nothing better is known; else a
 * string in the arena. */
struct str fix_keys_lookup_key(struct arena *arena, const char *cache, struct str key,
                               const json_t *entry);

#endif
