/* SPDX-License-Identifier: Apache-2.0 */
/* server/utterance/slot_match.h -- may these words stand in a slot of that type, and what do they
 * mean there? */
#ifndef CLIMACAST_SERVER_UTTERANCE_SLOT_MATCH_H
#define CLIMACAST_SERVER_UTTERANCE_SLOT_MATCH_H

#include <stdbool.h>

#include "server/base/arena.h"
#include "server/utterance/model.h"

enum slot_match {
    SLOT_MATCH_NONE,
    SLOT_MATCH_CLOSED, /* one of a closed list, or a number */
    SLOT_MATCH_OPEN,   /* a place, or any words at all */
};

/* The words [from, to) in a slot of that type. `guess`: also a place that nobody knows. */
enum slot_match slot_match(const struct model_type *type, const struct tokens *words, size_t from,
                           size_t to, bool guess, struct arena *arena);

/* What words that fit mean; in the arena or the model. STR_NONE when the arena is full. */
struct str slot_value(const struct model_type *type, const struct tokens *words, size_t from,
                      size_t to, struct arena *arena);

#endif
