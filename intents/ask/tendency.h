/* SPDX-License-Identifier: Apache-2.0 */
/* intents/ask/tendency.h -- "when will it warm up", "when will it be less windy": which question
 * that is. */
#ifndef CLIMACAST_INTENTS_ASK_TENDENCY_H
#define CLIMACAST_INTENTS_ASK_TENDENCY_H

#include "intents/slots.h"
#include "intents/turn.h"

/* The intent that answers when it will be so, and in `slots`, those of the turn, what it is asked
 * for; NULL when the turn asks for something else. */
const struct intent *tendency_question(const struct turn *turn, struct slots *slots);

#endif
