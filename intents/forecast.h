/* SPDX-License-Identifier: Apache-2.0 */
/* intents/forecast.h -- answers from the forecast grid, for one period or a weekend. */
#ifndef CLIMACAST_INTENTS_FORECAST_H
#define CLIMACAST_INTENTS_FORECAST_H

#include "intents/intent.h"
#include "intents/question.h"

/* Reports the forecast for turn->place in the period `when`; NULL: that of question->when.  Fails
 * with the reasons of when_parse() or those of grid_get(). */
enum status forecast_answer(struct turn *turn, const struct question *question,
                            const struct when *when, struct reply *reply, struct err *err);

#endif
