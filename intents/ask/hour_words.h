/* SPDX-License-Identifier: Apache-2.0 */
/* intents/ask/hour_words.h -- one hour of a forecast in words, alone or in a list.  Pure. */
#ifndef CLIMACAST_INTENTS_ASK_HOUR_WORDS_H
#define CLIMACAST_INTENTS_ASK_HOUR_WORDS_H

#include <stdbool.h>
#include <stddef.h>

#include "intents/figures/hour.h"
#include "intents/question.h"
#include "intents/speech/units.h"
#include "server/base/str.h"
#include "server/base/zone.h"

/* How it is told. */
struct hour_manner {
    const struct zone *zone; /* of the place */
    int64_t now;
    enum units_system units;
};

/* Appends what the question asks of the hour, with the time and place ("today at 5 P.M. in Boulder,
 * Colorado").  Of the user's whole list: "Today at 5 P.M. in Boulder, Colorado: mostly cloudy, 56
 * degrees, west wind at 12 miles per hour. Chance of rain 40 percent, between noon and 6 P.M."  Of
 * a metric, the figure first: "56 degrees today at 5 P.M. in Boulder, Colorado."  False, with
 * nothing appended, when the hour has none of it. */
bool hour_words_put(struct buf *out, const struct question *q, const struct hour_manner *manner,
                    const struct hour_forecast *hour, struct str time_and_place);

/* Appends the weather of the hour, else its sky: "light rain", "mostly cloudy". False: neither is
 * known. */
bool hour_words_put_sky(struct buf *out, const struct hour_forecast *hour,
                        const struct hour_manner *manner);

/* A list of hours; `count` and `said` begin as zero. */
struct hour_list {
    const struct hour_manner *manner;
    const struct question *question;
    size_t count;   /* hours told so far */
    char said[200]; /* the sky or weather told last */
};

/* Appends the next hour: "56 degrees and mostly cloudy at 4 P.M.", ", 51 at 7 P.M.". Of the user's
 * whole list it tells the temperature, and the sky or weather where it changes. Appends nothing
 * when the hour has none of it. */
void hour_words_put_next(struct buf *out, struct hour_list *list, const struct hour_forecast *hour);

/* Appends the beginning of the sentence that nothing is forecast: "No wind forecast is available",
 * or, if it was sent but can't be read, "I have no wind forecast that I can read". */
void hour_words_put_none(struct buf *out, const struct question *q, const struct grid *g);

#endif
