/* SPDX-License-Identifier: Apache-2.0 */
/* server/utterance/slot_match.h -- which words fit a slot type, and what value they give the slot.
 * Pure. */
#ifndef CLIMACAST_SERVER_UTTERANCE_SLOT_MATCH_H
#define CLIMACAST_SERVER_UTTERANCE_SLOT_MATCH_H

#include <stdbool.h>

#include "server/base/arena.h"
#include "server/utterance/model.h"

enum slot_match {
    SLOT_MATCH_NONE,
    SLOT_MATCH_CLOSED, /* a value of a closed list, or a number */
    SLOT_MATCH_OPEN,   /* a place, or arbitrary words */
};

/* Do the words [from, to) fit the type? With `guess`, words that could be a place fit a place type
 * even when no such place is known. */
enum slot_match slot_match(const struct model_type *type, const struct tokens *words, size_t from,
                           size_t to, bool guess, struct arena *arena);

/* The slot's value for words that fit; in the arena or the model. `hour` is the current one, 0 to
 * 23: it decides which seven o'clock is meant. STR_NONE when the arena is full. */
struct str slot_match_value(const struct model_type *type, const struct tokens *words, size_t from,
                            size_t to, int hour, struct arena *arena);

#endif
