/* SPDX-License-Identifier: Apache-2.0 */
/* intents/alert_words.h -- one alert in spoken words: in a sentence, and in full. */
#ifndef CLIMACAST_INTENTS_ALERT_WORDS_H
#define CLIMACAST_INTENTS_ALERT_WORDS_H

#include "intents/speech/clock_text.h"
#include "intents/speech/units.h"
#include "intents/weather/alert.h"
#include "intents/weather/place.h"
#include "server/base/str.h"

/* The listener: where and when they hear it. */
struct alert_listener {
    const struct place *place; /* that was asked about */
    struct clock_text clock;   /* at `now` */
    int64_t now;
    enum units_system units;
};

/* Appends what it is, where if that is not just the place, and when: "Winter Storm Watch for
 * Larimer and Weld, from 6 P.M. tomorrow until 6 A.M. Wednesday." */
void alert_words_put_summary(struct buf *out, const struct alert *a,
                             const struct alert_listener *listener);

/* Appends the texts of the alert, each after a space, without what the summary says: the headline
 * that repeats it, the time of issue and the office. Nothing when there are none. */
void alert_words_put_details(struct buf *out, const struct alert *a,
                             const struct alert_listener *listener);

/* Appends what kind of alert it is: "Tornado Watch". */
void alert_words_put_event(struct buf *out, const struct alert *a);

#endif
