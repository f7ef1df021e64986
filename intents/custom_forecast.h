/* SPDX-License-Identifier: Apache-2.0 */
/* intents/custom_forecast.h -- the user's list of metrics, in words. */
#ifndef CLIMACAST_INTENTS_CUSTOM_H
#define CLIMACAST_INTENTS_CUSTOM_H

#include "intents/settings.h"
#include "server/base/str.h"

/* "summary, wind and dewpoint". */
void custom_forecast_put_metrics(struct buf *out, const struct settings *s);

#endif
