/* SPDX-License-Identifier: Apache-2.0 */
/* server/utterance/slot_match.h -- may these words stand in a slot of that type, and what do they
 * mean there? */
#ifndef CLIMACAST_SERVER_UTTERANCE_SLOT_MATCH_H
#define CLIMACAST_SERVER_UTTERANCE_SLOT_MATCH_H

#include <stdbool.h>

#include "server/base/arena.h"
#include "server/utterance/model.h"

enum slot_fit {
    FIT_NONE,
    FIT_KNOWN, /* one of a closed list, or a number */
    FIT_OPEN,  /* a place, or any words at all */
};

/* The words [from, to) in a slot of that type. `guess`: also a place that nobody knows. */
enum slot_fit slot_fits(const struct model_type *type, const struct words *words, size_t from,
                        size_t to, bool guess, struct arena *arena);

/* What words that fit mean; in the arena or the model. STR_NONE when the arena is full. */
struct str slot_value(const struct model_type *type, const struct words *words, size_t from,
                      size_t to, struct arena *arena);

#endif
