/* SPDX-License-Identifier: Apache-2.0 */
/* intents/extended.h -- the extended forecast, as the National Weather Service writes it. */
#ifndef CLIMACAST_INTENTS_EXTENDED_H
#define CLIMACAST_INTENTS_EXTENDED_H

#include "intents/intent.h"

/* Reads the forecast for turn->place, period by period.  Reason "no_forecast": it has no text. */
enum status extended_answer(struct turn *turn, struct reply *reply, struct err *err);

/* At full length, adds the text of the periods that were told (those of reply->figures.hours); else
 * nothing.  If it is unavailable, the answer says so; that is not an error. */
enum status extended_add(struct turn *turn, struct reply *reply, struct err *err);

#endif
