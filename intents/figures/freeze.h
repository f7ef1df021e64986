/* SPDX-License-Identifier: Apache-2.0 */
/* intents/figures/freeze.h -- the nights of frost and freeze in a forecast.  Pure.
 *
 * A night is from 6 P.M. to 9 A.M., and its low that of the hourly temperatures. In degrees
 * Fahrenheit, rounded: a freeze is a low of 32 or less, a hard freeze one of 28 or less. Frost can
 * form at 33 to 36, because thermometers are five feet up, if the wind is light and the sky clear:
 * at most 7 miles per hour and half covered, in the three hours around the low. */
#ifndef CLIMACAST_INTENTS_FIGURES_FREEZE_H
#define CLIMACAST_INTENTS_FIGURES_FREEZE_H

#include <stdbool.h>
#include <stdint.h>

#include "intents/figures/days.h"
#include "intents/weather/grid.h"

enum freeze_kind { FREEZE_NONE, FREEZE_FROST, FREEZE_FREEZE, FREEZE_HARD }; /* each is worse */

struct freeze_night {
    struct span span; /* what is left of it from the current hour on */
    enum freeze_kind kind;
    double low_c;
    int64_t low_at; /* the first hour with that temperature */
    bool whole;     /* each of its hours has a temperature */
};

/* Reads the night; false when none of its hours has a temperature. */
bool freeze_read(const struct grid *g, struct span night, struct freeze_night *ret_night);

struct freeze_answer {
    bool read;                 /* some hour has a temperature; else nothing below is set */
    bool found;                /* a night is as cold as asked */
    struct freeze_night night; /* the first of those; else the one with the lowest low */
    bool whole;                /* every hour until `through` has a temperature */
    int64_t through;           /* a noon: until when nights were looked at (days_through()) */
    bool has_through;
};

/* The first night that is at least as bad as `kind`: of the seven days and the hours that are
 * forecast beyond, or, if `period` isn't NULL, of the nights that it names: one that begins in it,
 * or whose hours after midnight it holds. */
struct freeze_answer freeze_find(const struct grid *g, const struct days *d, enum freeze_kind kind,
                                 const struct span *period);

#endif
