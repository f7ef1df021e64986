/* SPDX-License-Identifier: Apache-2.0 */
/* intents/source.h -- where the figures of an answer come from, for "how do you know that". */
#ifndef CLIMACAST_INTENTS_SOURCE_H
#define CLIMACAST_INTENTS_SOURCE_H

#include <stdint.h>

#include "intents/weather/grid.h"
#include "intents/weather/observation.h"
#include "server/base/str.h"

enum source_kind {
    SOURCE_NONE,     /* the answer has no figures */
    SOURCE_REPORT,   /* a station's report */
    SOURCE_FORECAST, /* an office's forecast */
    SOURCE_ALERTS,   /* the weather service's list of alerts */
    SOURCE_COMPUTED, /* sun and moon */
};

/* Strings are valid as long as the arena of the turn. */
struct source {
    enum source_kind kind;
    struct str station_id, station_name; /* of a report */
    bool located;                        /* where the station is */
    double lat, lon;
    int64_t time; /* of the report; when the forecast was issued; when the list of alerts was read;
                     0: unknown */
};

struct reply;
struct turn;

struct source source_report(const struct current_observation *current);
/* Gets the forecast grid of turn->place, and makes it the source of the reply. On an error,
 * turn->subject is the place. Returns what grid_get() does. */
enum status source_get_grid(struct turn *turn, struct reply *reply, struct grid_answer *ret_answer,
                            struct err *err);

#endif
