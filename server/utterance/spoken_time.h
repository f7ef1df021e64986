/* SPDX-License-Identifier: Apache-2.0 */
/* server/utterance/spoken_time.h -- converts words for a time of day or a length of time as Alexa's
 * AMAZON.TIME and AMAZON.DURATION do.  Pure. */
#ifndef CLIMACAST_SERVER_UTTERANCE_SPOKEN_TIME_H
#define CLIMACAST_SERVER_UTTERANCE_SPOKEN_TIME_H

#include <stdbool.h>

#include "server/utterance/tokens.h"

enum { SPOKEN_TIME_BYTES = 48 };

/* Writes the words [from, to) as "17:00": "five p m", "5:30 p.m.", "17:00", "half past three",
 * "quarter to six", "noon", "midnight". Without A.M. or P.M., one to five is P.M., and six to
 * twelve are whichever comes next after `hour`, the current one; unless the sentence says
 * "morning", "afternoon", "evening", "night" or "tonight". Quiet hours begin in the evening and end
 * in the morning. Returns false when the words are not a time. */
bool spoken_time(const struct tokens *words, size_t from, size_t to, int hour,
                 char out[SPOKEN_TIME_BYTES]);

/* Writes the words [from, to) as "PT2H", "PT30M" or "P3D": "two hours", "half an hour", "an hour
 * and a half", "90 minutes", "three days". Returns false when they are not a length of time. */
bool spoken_duration(const struct tokens *words, size_t from, size_t to,
                     char out[SPOKEN_TIME_BYTES]);

#endif
