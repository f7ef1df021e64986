/* SPDX-License-Identifier: Apache-2.0 */
/* intents/ask/warnings.h -- the active alerts that an answer must name before it says anything
 * else. */
#ifndef CLIMACAST_INTENTS_ASK_WARNINGS_H
#define CLIMACAST_INTENTS_ASK_WARNINGS_H

#include <stdbool.h>

#include "intents/intent.h"
#include "intents/turn.h"
#include "intents/weather/alert.h"

/* Which alerts are meant. */
typedef bool warnings_fn(const struct alert *a);
warnings_fn warnings_is_warning; /* the event ends in "Warning" */
warnings_fn warnings_is_cold;    /* about cold, frost or freeze */
warnings_fn warnings_is_heat;
warnings_fn warnings_is_water; /* about beaches, surf or currents */

struct warnings {
    struct alerts alerts;
    bool checked; /* all of them were read just now */
};

/* Gets the alerts of turn->place. If they are unavailable, that is not a failure: then `checked` is
 * false. Get the forecast first, since a service that hangs takes the time that is left.
 *   ST_OK, ST_WOULD_WAIT, ST_SYSTEM */
enum status warnings_get(struct turn *turn, struct warnings *ret_warnings, struct err *err);
/* Appends a sentence and a space for each kind of event among those that are meant. An answer with
 * one, or without a list that was read, is not cut short (reply->shortened). */
void warnings_put(struct reply *reply, const struct turn *turn, const struct warnings *w,
                  warnings_fn *is_meant);
/* Foresees grid_get() and warnings_get(). */
foresight_fn warnings_foresee;
/* Appends a space and the sentence that says so, unless all alerts were read. */
void warnings_put_unchecked(struct reply *reply, const struct warnings *w);

#endif
