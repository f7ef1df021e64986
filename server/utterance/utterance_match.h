/* SPDX-License-Identifier: Apache-2.0 */
/* server/utterance/utterance_match.h -- which intent and slots of an interaction model a sentence
 * means.
 *
 * The sentence must match a sample word for word, and its slots by their types.  If several samples
 * match, these rules decide in turn: most words of its own, fewest words in slots that take any
 * place, fewest slots, first in the model. "Alexa, ask clima cast ..." and "open clima cast" are
 * understood. `hour`, 0 to 23, is the current one where the user is: see spoken_time.h. Alexa is
 * more lenient: it may understand a sentence that matches nothing here. Thread-safe. */
#ifndef CLIMACAST_SERVER_UTTERANCE_UTTERANCE_MATCH_H
#define CLIMACAST_SERVER_UTTERANCE_UTTERANCE_MATCH_H

#include <stdbool.h>

#include "server/base/arena.h"
#include "server/base/err.h"
#include "server/utterance/model.h"

struct utterance_slot {
    struct str name;
    struct str value; /* as the intent reads it: for a synonym, the value itself */
};

struct utterance_match {
    struct str name; /* an intent, or "LaunchRequest" */
    struct utterance_slot slots[MODEL_SLOTS_MAX];
    size_t slot_count;                 /* in the intent's order; empty slots are left out */
    const struct model_sample *sample; /* that the sentence matches; NULL when none was needed */
    bool unknown_place; /* it matched only because words were taken for an unknown place */
};

/* ST_OK       *ret_match points into the model and the arena
 * ST_MISS     no sample matches: Alexa would send AMAZON.FallbackIntent
 * ST_INVALID  no words, too many, or not UTF-8
 * ST_SYSTEM   the arena is full */
enum status utterance_match(const struct model *model, struct str text, int hour,
                            struct arena *arena, struct utterance_match *ret_match,
                            struct err *err);

#endif
