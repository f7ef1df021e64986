/* SPDX-License-Identifier: Apache-2.0 */
/* server/api/say.h -- a question in a sentence, as one would ask it by voice. Thread-safe. */
#ifndef CLIMACAST_SERVER_API_SAY_H
#define CLIMACAST_SERVER_API_SAY_H

#include <stdbool.h>

#include "server/api/api_reply.h"
#include "server/api/question.h"
#include "server/utterance/model.h"

/* Finds the intent and the slots of the sentence, by the interaction model. `place` is where it is
 * asked about if the sentence names no place, and what "near me" means; STR_NONE: nowhere. The
 * slots' strings are in the arena or the model. False: the reply says why not. */
bool say_read(const struct model *model, struct str sentence, struct str place,
              struct question_call *question, struct api_reply *reply);

/* Whether the sentence has named a place of its own. */
bool say_names_place(const struct slots *slots);

#endif
