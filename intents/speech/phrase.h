/* SPDX-License-Identifier: Apache-2.0 */
/* intents/speech/phrase.h -- times, dates, durations, lists, sky cover and weather codes as spoken
 * phrases. Pure. */
#ifndef CLIMACAST_INTENTS_SPEECH_PHRASE_H
#define CLIMACAST_INTENTS_SPEECH_PHRASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/base/civil.h"
#include "server/base/str.h"

/* Appends what goes before item `i` of a list of `count`: "a, b and c". */
void phrase_put_separator(struct buf *out, size_t i, size_t count);

void phrase_put_time(struct buf *out, struct civil c); /* "3:53 P.M.", "noon", "midnight" */
void phrase_put_duration(struct buf *out,
                         int64_t seconds); /* "2 hours and 10 minutes", "1 minute" */
void phrase_put_date(struct buf *out, int month, int day); /* "March 3rd" */

/* "today at 3 P.M.", "tomorrow at 6 A.M.", "Friday at 6 A.M.", "March 3rd at 6 A.M.". Midnight
 * counts as the end of a day: "tonight at midnight", "Thursday night at midnight". */
void phrase_put_day_and_time(struct buf *out, struct civil then, struct civil now);
/* The day alone, to follow a time: "today", "tonight" (from 6 P.M.), "tomorrow", "Friday", "March
 * 3rd"; after "midnight", the night that it ends: "Thursday night". */
void phrase_put_relative_day(struct buf *out, struct civil then, struct civil now);

/* Sky cover in the words of NWS, which differ by day and night: "mostly sunny", "partly cloudy". */
const char *phrase_sky_cover(double percent, bool daytime);
/* "sunny, becoming cloudy": of the first and the last hour of a period. */
void phrase_put_sky(struct buf *out, double first, double last, bool daytime);

/* One condition of a forecast, in NWS's codes. */
struct phrase_condition {
    const char *coverage;          /* "chance"; like the next two, "" when null */
    const char *weather;           /* "rain_showers" */
    const char *intensity;         /* "light" */
    const char *const *attributes; /* "damaging_wind"; `attribute_max` of them, or up to a NULL */
    size_t attribute_max;
};
/* "a slight chance of light rain showers", "areas of fog", "thunderstorms with damaging winds". */
void phrase_put_condition(struct buf *out, struct phrase_condition c);

/* Appends a station's description in lower case: "Light Rain and Fog/Mist" becomes "light rain and
 * fog or mist". */
void phrase_put_description(struct buf *out, struct str text);
/* Appends a period, unless the text already ends a sentence, as "until 6 A.M." does. */
void phrase_end_sentence(struct buf *out);
/* The number of words, as blanks separate them. */
size_t phrase_count_words(struct str text);
/* Capitalizes the letter at `from`, where a sentence begins. */
void phrase_capitalize(struct buf *out, size_t from);

#endif
