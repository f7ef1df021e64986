/* SPDX-License-Identifier: Apache-2.0 */
/* intents/ask/front.h -- how the days ahead go: "is there a cold front coming", "is it going to
 * warm up this week". */
#ifndef CLIMACAST_INTENTS_ASK_FRONT_H
#define CLIMACAST_INTENTS_ASK_FRONT_H

#include "intents/ask/compared.h"
#include "intents/intent.h"

/* Is a front or a heat wave asked for?  Then front_answer() answers. */
bool front_is_asked(const struct turn *turn);
/* Tells what the highs show of it, after the alerts about heat or cold. Fails as a forecast does,
 * and with the reasons of period_read(). */
enum status front_answer(struct turn *turn, struct reply *reply, struct err *err);

/* Is it asked whether the days ahead will be warmer, windier and so on, rather than a day? */
bool front_is_of_days_ahead(const struct turn *turn, const struct compared *c);
/* Makes side `a` the day that is the warmest, windiest and so on of those ahead, and `b` today;
 * both stay as they are when no day ahead is forecast. */
enum status front_find_day(struct turn *turn, struct compared *c, struct reply *reply,
                           struct err *err);

#endif
