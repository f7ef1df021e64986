/* SPDX-License-Identifier: Apache-2.0 */
/* intents/precipitation_outlook.h -- the chance of rain, snow or either over the days ahead. */
#ifndef CLIMACAST_INTENTS_PRECIPITATION_OUTLOOK_H
#define CLIMACAST_INTENTS_PRECIPITATION_OUTLOOK_H

#include "intents/intent.h"
#include "intents/question.h"

/* Reports on which days and nights ahead what the question names may fall at turn->place, and how
 * likely.  Reason "no_forecast": the grid has no chance for any of them. */
enum status precipitation_outlook_answer(struct turn *turn, const struct question *question,
                                         struct reply *reply, struct err *err);

#endif
