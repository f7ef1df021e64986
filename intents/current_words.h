/* SPDX-License-Identifier: Apache-2.0 */
/* intents/current_words.h -- a station's report in words: all of it, or in one breath.
 *
 * All return false, and put nothing, when the report has nothing that was asked for. Pure. */
#ifndef CLIMACAST_INTENTS_CURRENT_WORDS_H
#define CLIMACAST_INTENTS_CURRENT_WORDS_H

#include <stdbool.h>

#include "intents/question.h"
#include "intents/speech/units.h"
#include "intents/weather/observation.h"
#include "intents/weather/place.h"

/* A report, to be told. */
struct current_told {
    const struct current_observation *current;
    const struct place *place;
    enum units_system units;
};

/* What a station must report for a metric. */
enum observation_need current_need(enum metric_id id);

/* Puts a sentence for each metric of the question, with a space before it. */
bool current_put_facts(struct buf *out, const struct question *q, const struct current_told *t);
/* Puts the answer in one breath, in at most `words` words if it is the user's whole list: "It's 52
 * degrees and mostly cloudy in Boulder, Colorado." */
bool current_put_short(struct buf *out, const struct question *q, const struct current_told *t,
                       size_t words);
/* Puts temperature, sky and wind in one sentence. */
bool current_put_sentence(struct buf *out, const struct current_told *t);
/* Puts the station and the time of its report, where the listener should know them: an old report,
 * or a station that isn't among the nearest. */
void current_put_station(struct buf *out, const struct current_told *t);
/* " That's from 8:53 A.M.": without the station, if it is near and its report not old. */
void current_put_time(struct buf *out, const struct current_told *t);

/* Parts that both share. */

/* "light rain and thunderstorms in the vicinity"; there must be some. */
void current_put_weather(struct buf *out, const struct observation *o);
bool current_weather_is_plural(const struct observation *o);
/* "calm", "from the west at 10 miles per hour"; there must be a speed. */
void current_put_wind(struct buf *out, const struct current_told *t);
/* The gust, rounded, if it is above the speed; else 0. */
int current_gust(const struct current_told *t);
/* " and falling", or "". */
const char *current_trend(const struct current_observation *c);

#endif
