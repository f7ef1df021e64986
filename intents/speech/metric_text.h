/* SPDX-License-Identifier: Apache-2.0 */
/* intents/speech/metric_text.h -- puts the figures of National Weather Service text, which are in
 * US units, into metric ones: "a high near 75" becomes "a high near 24", "5 to 10 miles per hour"
 * "8 to 16 kilometers per hour".  Pure.
 *
 * A temperature without a unit is known by the words before it ("high", "wind chill", "dropping
 * to"). Numbers that are not weather figures stay: times, dates, roads, percentages. */
#ifndef CLIMACAST_INTENTS_SPEECH_METRIC_TEXT_H
#define CLIMACAST_INTENTS_SPEECH_METRIC_TEXT_H

#include "intents/speech/units.h"

/* Appends `text`, which is speakable (normalize.h), or SSML, whose tags are copied. */
void metric_text_put(struct buf *out, struct str text);

/* Replaces what was appended to `out` from `start` on by its metric form; for a listener with US
 * units it stays as it is. */
void metric_text_convert(struct buf *out, size_t start, enum units_system system);

#endif
