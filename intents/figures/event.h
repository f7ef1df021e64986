/* SPDX-License-Identifier: Apache-2.0 */
/* intents/figures/event.h -- what can fall, and which of NWS's weather codes count as it.  Pure. */
#ifndef CLIMACAST_INTENTS_FIGURES_EVENT_H
#define CLIMACAST_INTENTS_FIGURES_EVENT_H

enum event_id {
    EVENT_RAIN,
    EVENT_SNOW,
    EVENT_ICE,
    EVENT_THUNDERSTORMS,
    EVENT_PRECIPITATION, /* any of these */
    EVENT_COUNT
};

/* The events, other than EVENT_PRECIPITATION, that a code of the weather layer ("rain_showers")
 * counts as: bits, 1 << id. 0 for codes of anything else, such as "fog". */
unsigned event_of_weather(const char *code);

#endif
