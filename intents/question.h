/* SPDX-License-Identifier: Apache-2.0 */
/* intents/question.h -- a question about the weather, as it is read from the slots and current.c,
 * forecast.c and precipitation_outlook.c answer it. */
#ifndef CLIMACAST_INTENTS_QUESTION_H
#define CLIMACAST_INTENTS_QUESTION_H

#include <stdbool.h>
#include <stddef.h>

#include "intents/metric.h"
#include "intents/turn.h"
#include "intents/weather/grid.h"
#include "intents/weather/place.h"
#include "intents/when.h"

struct question {
    struct metric_words words;               /* what was asked for, in the user's words */
    enum metric_id metrics[METRIC_DEFAULTS]; /* what to report, in order */
    size_t count;
    bool all;    /* the user's whole list: metrics without data are left out */
    bool yes_no; /* "is it windy": begin with yes, no, or how likely */
    struct when_words when;
};

/* Reads the slots metric, leadin and those for a time.  Fails with reason "metric_unknown" when the
 * words name no metric, or with that of unsupported.def; turn->subject is then the words. */
enum status question_read(struct turn *turn, struct question *ret_question, struct err *err);

/* One period of a forecast, and the grid to read it from. */
struct outlook {
    const struct grid *grid;
    const struct place *place; /* where the sun rises and sets; NULL: at 6 A.M. and 6 P.M. */
    struct when when;
};

/* "Will there be thunderstorms", "how are the roads": is the metric that was named none, but what
 * TimingIntent or AdviceIntent tells? */
bool question_is_about_event(const struct turn *turn);
/* Answers that question, of the same time and place. */
enum status question_answer_event(struct turn *turn, struct reply *reply, struct err *err);

#endif
