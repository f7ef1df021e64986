/* SPDX-License-Identifier: Apache-2.0 */
/* intents/current.h -- answers from the latest report of a station nearby. */
#ifndef CLIMACAST_INTENTS_CURRENT_H
#define CLIMACAST_INTENTS_CURRENT_H

#include "intents/intent.h"
#include "intents/question.h"

/* Reports the current conditions at turn->place.  Reason "no_observation": no station nearby has
 * what was asked for. */
enum status current_answer(struct turn *turn, const struct question *question, struct reply *reply,
                           struct err *err);
/* Puts one sentence on the current conditions at turn->place. */
enum status current_brief(struct turn *turn, struct reply *reply, struct err *err);

#endif
