/* SPDX-License-Identifier: Apache-2.0 */
/* intents/ask/sky_answer.h -- answers about the sun and the moon of a date. */
#ifndef CLIMACAST_INTENTS_ASK_SKY_ANSWER_H
#define CLIMACAST_INTENTS_ASK_SKY_ANSWER_H

#include "intents/ask/sky_date.h"
#include "intents/intent.h"

/* "The day in Boulder, Colorado, is 9 hours and 33 minutes long today, from 7 A.M. to ..." */
void sky_answer_day_length(const struct turn *turn, const struct sky_date *date,
                           struct reply *reply);
/* "The moon is waxing gibbous, 62 percent lit." */
void sky_answer_moon_phase(const struct turn *turn, const struct sky_date *date,
                           struct reply *reply);

#endif
