/* SPDX-License-Identifier: Apache-2.0 */
/* intents/yes_no.h -- yes, no, or how likely: the first word of the answer to "will it rain" or "is
 * it windy".  Pure. */
#ifndef CLIMACAST_INTENTS_YES_NO_H
#define CLIMACAST_INTENTS_YES_NO_H

#include <stdbool.h>

#include "intents/question.h"
#include "intents/weather/observation.h"

/* Does this leadin ask a yes/no question?  "is it", "will it", "are there"; not "what's the". */
bool yes_no_is_asked(struct str leadin);

/* Puts "Yes. ", "No. " or "Partly. " for current conditions; nothing if it is not a yes/no question
 * or the report does not tell. It isn't sunny while the sun is down, which is said. */
void yes_no_put_now(struct buf *out, const struct question *q, const struct observation *o,
                    bool sun_up);
/* Puts one word for all `count` periods: "Yes. ", "Probably. ", "Possibly. ", "Partly. ", "Probably
 * not. " or "No. "; nothing if it is not a yes/no question or the forecast does not tell. */
void yes_no_put_later(struct buf *out, const struct question *q, const struct outlook *o,
                      size_t count);

/* Is `about` (metric.h) rain, snow or precipitation? */
bool yes_no_is_about_precipitation(const char *about);

/* How likely such precipitation is in a period. */
struct yes_no_chance {
    bool whole;  /* all of the period is forecast, so a percentage of 0 means none */
    int percent; /* that it falls, as far as the forecast names it or the temperature tells */
    int open;    /* of hours whose kind is left open and that may bring it; 0 without such hours */
};
/* False when the forecast does not tell. */
bool yes_no_read_chance(const struct outlook *o, const char *about,
                        struct yes_no_chance *ret_chance);

#endif
