/* SPDX-License-Identifier: Apache-2.0 */
/* intents/screen/radar.h -- "show me the radar". */
#ifndef CLIMACAST_INTENTS_SCREEN_RADAR_H
#define CLIMACAST_INTENTS_SCREEN_RADAR_H

#include "intents/intent.h"

/* Not in the interaction model: ShowIntent answers with it. */
extern const struct intent intent_radar;

#endif
