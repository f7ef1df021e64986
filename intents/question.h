/* SPDX-License-Identifier: Apache-2.0 */
/* intents/question.h -- a question about the weather, and those who can answer it.
 *
 * metric.c makes the question from the slots and hands it to one of these; launch.c asks for the
 * brief one. turn->place is resolved. */
#ifndef CLIMACAST_INTENTS_QUESTION_H
#define CLIMACAST_INTENTS_QUESTION_H

#include "intents/intent.h"
#include "intents/metrics.h"
#include "intents/weather/grid.h"
#include "intents/when.h"

struct question {
    struct metric_words words;               /* what was asked for, as said */
    enum metric_id metrics[METRIC_DEFAULTS]; /* what to report, in order */
    size_t count;
    bool all;    /* the user's whole list: what is lacking is left out */
    bool yes_no; /* "is it windy": begin with yes, no, or how likely */
    struct when_words when;
};

/* One period of a forecast, and the grid to read it from. */
struct outlook {
    const struct grid *grid;
    struct when when;
};

enum status current_answer(struct turn *turn, const struct question *question, struct reply *reply,
                           struct err *err);
enum status forecast_answer(struct turn *turn, const struct question *question, struct reply *reply,
                            struct err *err);
/* Is rain, snow or either to fall in the days ahead: when, and how likely. */
enum status ahead_answer(struct turn *turn, const struct question *question, struct reply *reply,
                         struct err *err);
enum status extended_answer(struct turn *turn, struct reply *reply, struct err *err);
enum status alerts_answer(struct turn *turn, struct reply *reply, struct err *err);

/* One sentence on what it is like at turn->place now. */
enum status current_brief(struct turn *turn, struct buf *out, struct err *err);

/* "Boulder, Colorado". */
void put_place(struct buf *out, const struct place *place);
/* "In Boulder, Colorado", or "Near ..." for a ZIP code known by its neighbourhood only. */
void put_in_place(struct buf *out, const struct place *place);
/* A sentence on the age of what upstream could not renew. */
void put_stale(struct buf *out, const char *what, int64_t age_s);
/* The card's title: "Boulder, Colorado". In the arena. */
struct str place_title(const struct turn *turn);

#endif
