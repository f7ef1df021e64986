/* SPDX-License-Identifier: Apache-2.0 */
/* intents/alerts.h -- the active alerts of a place: a sentence each, then the details. */
#ifndef CLIMACAST_INTENTS_ALERTS_H
#define CLIMACAST_INTENTS_ALERTS_H

#include "intents/intent.h"
#include "intents/weather/alert.h"

/* Tells the alerts for turn->place, or says that there are none, once every query has confirmed it.
 * With a `hazard` ("Tornado"; "" for all) only those whose event contains it, in any case; then
 * other alerts are named when there are none of that kind.
 * Reason "alerts_unknown": it is not known whether there are any. */
enum status alerts_answer(struct turn *turn, const char *hazard, struct reply *reply,
                          struct err *err);

/* Is it of that kind? "" means all. Pure. */
bool alerts_is_of_kind(const struct alert *a, const char *hazard);

#endif
