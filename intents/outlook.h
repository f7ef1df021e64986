/* SPDX-License-Identifier: Apache-2.0 */
/* intents/outlook.h -- the grid and the period that a forecast is about, and what falls in it. */
#ifndef CLIMACAST_INTENTS_OUTLOOK_H
#define CLIMACAST_INTENTS_OUTLOOK_H

#include <stdbool.h>

#include "intents/weather/grid.h"
#include "intents/when.h"

enum { OUTLOOK_CONDITIONS_MAX = 12 };

struct outlook {
    const struct grid *grid;
    struct when when;
};

/* What falls, as the weather layer has it. */
struct falling {
    bool rain, frozen;
};
struct falling outlook_falling(const struct outlook *o);

#endif
