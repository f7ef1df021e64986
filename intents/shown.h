/* SPDX-License-Identifier: Apache-2.0 */
/* intents/shown.h -- the figures that an answer was told from, for a screen to draw: it neither
 * asks for them again nor reads them out of the words. */
#ifndef CLIMACAST_INTENTS_SHOWN_H
#define CLIMACAST_INTENTS_SHOWN_H

#include <stdbool.h>
#include <stdint.h>

#include "intents/weather/alert.h"
#include "intents/weather/grid.h"
#include "intents/weather/observation.h"
#include "intents/weather/periods.h"

enum shown_kind {
    SHOWN_NOTHING, /* only the words, if the answer leaves a topic */
    SHOWN_TEXT,    /* the words, in any case */
    SHOWN_NOW,     /* current */
    SHOWN_HOURS,   /* grid, from, to */
    SHOWN_WEEK,    /* grid, or the forecaster's periods */
    SHOWN_ALERTS,  /* alerts */
};

/* Everything pointed to is valid as long as the turn's arena. */
struct shown {
    enum shown_kind kind;
    const struct current_observation *current;
    const struct grid *grid;
    int64_t from, to; /* what was told of the grid, UTC [from, to); 0: what comes next */
    const struct forecast_periods *periods;
    const struct alerts *alerts;
    struct str *alert_texts; /* of each alert, as it is told; "" for one that isn't */
    bool has_extreme, night; /* of a day or night: */
    double extreme_c;        /* its high or low */
    bool warned;             /* for a display of four characters: a warning is active */
};

/* What was told of the hours of a grid. */
static inline void shown_hours(struct shown *s, const struct grid *grid, int64_t from, int64_t to)
{
    s->kind = SHOWN_HOURS;
    s->grid = grid;
    s->from = from;
    s->to = to;
}

#endif
