/* SPDX-License-Identifier: Apache-2.0 */
/* intents/speech/clock_text.h -- converts the times in a text to the clock of the place.
 *
 * An office that spans two time zones writes "9 PM MDT /10 PM CDT/", and others write "00Z".
 * Pure. */
#ifndef CLIMACAST_INTENTS_SPEECH_CLOCK_TEXT_H
#define CLIMACAST_INTENTS_SPEECH_CLOCK_TEXT_H

#include <stdint.h>

#include "server/base/str.h"
#include "server/base/zone.h"

/* The clock that times are converted to. */
struct clock_text {
    const struct zone *place;
    const struct zone *listener; /* NULL when it is unknown */
    int64_t at;                  /* whether daylight time is in effect is decided by this instant */
};

/* Appends `text`, one line with times such as "9 P.M. MDT" or "00 UTC", with
 *   - the zone left out where it is the place's and the listener has the same time
 *   - of an hour in two zones, only the place's; both when the listener's zone is unknown
 *   - universal times told by the place's clock, with the weekday beside them, unless that would
 *     make a date wrong */
void clock_text_put(struct buf *out, struct str text, const struct clock_text *clock);

/* Appends " Mountain time" when the listener has another time than the place at `t`, else
 * nothing. */
void clock_text_put_zone(struct buf *out, const struct clock_text *clock, int64_t t);

#endif
