/* SPDX-License-Identifier: Apache-2.0 */
/* intents/ask/asked_measure.h -- which measure the slot `metric` means, and measures in words. */
#ifndef CLIMACAST_INTENTS_ASK_ASKED_MEASURE_H
#define CLIMACAST_INTENTS_ASK_ASKED_MEASURE_H

#include "intents/figures/measure.h"
#include "intents/turn.h"

/* Reads the slot; without one, or for "weather", it is the temperature.
 *   ST_OK
 *   ST_INVALID  reason "metric_unknown" or "measure_unknown"; turn->subject is what was said */
enum status asked_measure(struct turn *turn, enum measure *ret_measure, struct err *err);

/* Appends "the temperature", "the chance of precipitation". */
void measure_put_name(struct buf *out, enum measure m);
/* Appends a spoken value: "56 degrees", "20 miles per hour", "40 percent". */
void measure_put_value(struct buf *out, enum measure m, int spoken, enum units_system system);

#endif
