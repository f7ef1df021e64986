/* SPDX-License-Identifier: Apache-2.0 */
/* intents/yes_no.h -- yes, no, or how likely: the first word of the answer to "will it rain", "is
 * it windy". The figures follow it. Pure. */
#ifndef CLIMACAST_INTENTS_YES_NO_H
#define CLIMACAST_INTENTS_YES_NO_H

#include <stdbool.h>

#include "intents/question.h"
#include "intents/weather/observation.h"

/* Does this leadin ask for yes or no? "is it", "will it", "are there"; not "what's the". */
bool yes_no_is_asked(struct str leadin);

/* "Yes. ", "No. ", "Probably. " or nothing, when it is no such question or nobody can tell. */
void yes_no_put_now(struct buf *out, const struct question *q, const struct observation *o,
                    bool daytime);
/* How likely what is asked for falls in the period, in percent; false when nobody can tell. 0 as
 * well when only something else falls. `ask` as in metric_words: one that yes_no_is_about_precipitation(). */
bool yes_no_is_about_precipitation(const char *ask);
bool yes_no_chance(const struct outlook *o, const char *ask, int *ret_percent);
/* Of several periods, as the days of a weekend are: one word for all. */
void yes_no_put_later(struct buf *out, const struct question *q, const struct outlook *o,
                      size_t count);

#endif
