/* SPDX-License-Identifier: Apache-2.0 */
/* intents/ask/event_report.h -- does the newest report say that it rains, snows or storms now? */
#ifndef CLIMACAST_INTENTS_ASK_EVENT_REPORT_H
#define CLIMACAST_INTENTS_ASK_EVENT_REPORT_H

#include <stdbool.h>

#include "intents/figures/event.h"
#include "intents/turn.h"
#include "intents/weather/observation.h"

enum event_verdict { EVENT_UNREPORTED, EVENT_ABSENT, EVENT_FALLING };

struct event_report {
    enum event_verdict verdict;
    bool wet;          /* precipitation of some kind is reported */
    bool unknown_kind; /* and none of it is of a kind that the station can tell */
};

/* Reads the report of the nearest station that reports the weather.  Without one that is at most 90
 * minutes old, or when none is available, the verdict is EVENT_UNREPORTED.
 *   ST_OK, ST_WOULD_WAIT */
enum status event_report_get(struct turn *turn, enum event_id event,
                             struct event_report *ret_report, struct err *err);

#endif
