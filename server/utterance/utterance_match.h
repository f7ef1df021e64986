/* SPDX-License-Identifier: Apache-2.0 */
/* server/utterance/utterance_match.h -- what Alexa would make of a sentence: the intent and slots
 * of an interaction model.
 *
 * The sentence must fit a sample word for word, its slots by their types. Of several that fit, the
 * one with the most words of its own wins, then the one that leaves the least to slots which take
 * any place, then the one with the fewest slots, then the one that stands first in the model.
 * "Alexa, ask clima cast ..." and "open clima cast" are understood. Alexa guesses more; a sentence
 * that fits nothing here may still be understood there. Thread-safe. */
#ifndef CLIMACAST_SERVER_UTTERANCE_UTTERANCE_MATCH_H
#define CLIMACAST_SERVER_UTTERANCE_UTTERANCE_MATCH_H

#include <stdbool.h>

#include "server/base/arena.h"
#include "server/base/err.h"
#include "server/utterance/model.h"

struct utterance_slot {
    struct str name;
    struct str value; /* what the intent will read: of a synonym, the value it stands for */
};

struct utterance_match {
    struct str name; /* an intent, or "LaunchRequest" */
    struct utterance_slot slots[MODEL_SLOTS_MAX];
    size_t slot_count;  /* in the intent's order; slots that nothing was said for are left out */
    bool unknown_place; /* nothing fitted until a place was taken for one that we do not know */
};

/* ST_OK       *ret_said points into the model and the arena
 *   ST_MISS     no sample fits: Alexa's AMAZON.FallbackIntent
 *   ST_INVALID  no text at all, too long, or no UTF-8
 *   ST_SYSTEM   the arena is full */
enum status utterance_match(const struct model *model, struct str text, struct arena *arena,
                            struct utterance_match *ret_said, struct err *err);

#endif
