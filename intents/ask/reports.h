/* SPDX-License-Identifier: Apache-2.0 */
/* intents/ask/reports.h -- what the stations of turn->place report of now and of yesterday. */
#ifndef CLIMACAST_INTENTS_ASK_REPORTS_H
#define CLIMACAST_INTENTS_ASK_REPORTS_H

#include <stdbool.h>

#include "intents/figures/compare.h"
#include "intents/figures/days.h"
#include "intents/source.h"
#include "intents/turn.h"
#include "intents/weather/observation.h"

/* Gets the newest report that has the measure, and its value; returns what
 * observation_get_current() does. */
enum status reports_now(struct turn *turn, enum measure m, struct current_observation *ret_report,
                        double *ret_value, struct err *err);

/* Now and 24 hours before, by one station. */
struct reports_now_and_then {
    struct current_observation report;
    double now, then;
    bool found; /* else no station nearby has both, by what they answered */
};
enum status reports_now_and_then(struct turn *turn, enum measure m,
                                 struct reports_now_and_then *ret, struct err *err);

/* The high or low of a time that is over. */
struct reports_extreme {
    struct source source;
    double value;
    bool found; /* else the reports have gaps */
};
/* Takes the nearest station whose reports cover the time.  ST_OK, ST_WOULD_WAIT, ST_TIMEOUT,
 * ST_UNAVAILABLE, ST_SYSTEM */
enum status reports_extreme(struct turn *turn, enum measure m, enum compare_by by, struct span span,
                            struct reports_extreme *ret, struct err *err);

#endif
