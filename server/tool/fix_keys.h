/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/fix_keys.h -- the key under which the skill looks a shared entry up, whatever key it
 * was stored under.
 *
 * Older releases stored places under keys that nobody read ("boulder colorado", "Boulder, CO"), and
 * stations and zones under whole URLs. Pure. */
#ifndef CLIMACAST_SERVER_TOOL_FIX_KEYS_H
#define CLIMACAST_SERVER_TOOL_FIX_KEYS_H

#include <jansson.h>

#include "server/base/arena.h"
#include "server/base/str.h"

/* The right key: `key` itself when it is right, or when nothing better can be told. In the arena,
 * or `key`. `entry` may help: it names its own city and state. */
struct str fix_keys_lookup_key(struct arena *arena, const char *cache, struct str key,
                               const json_t *entry);

#endif
