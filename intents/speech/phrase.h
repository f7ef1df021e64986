/* SPDX-License-Identifier: Apache-2.0 */
/* intents/speech/phrase.h -- the small words between figures: lists, ages, times of day, dates, sky
 * words, and weather codes made phrases. Pure. */
#ifndef CLIMACAST_INTENTS_SPEECH_PHRASE_H
#define CLIMACAST_INTENTS_SPEECH_PHRASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/base/civil.h"
#include "server/base/str.h"

/* Put a separator before item `i` of `count`: "a, b and c". */
void phrase_put_separator(struct buf *out, size_t i, size_t count);
void phrase_put_time(struct buf *out, struct civil c); /* "3:53 P.M.", "noon", "midnight" */
void phrase_put_duration(struct buf *out,
                         int64_t seconds); /* "2 hours and 10 minutes", "1 minute" */
void phrase_put_date(struct buf *out, int month, int day); /* "March 3rd" */
const char *phrase_weekday_name(int weekday);              /* 0 = "Sunday"; "" out of range */
const char *phrase_month_name(int month);                  /* 1 = "January"; "" out of range */
/* "today at 3 P.M.", "tomorrow at 6 A.M.", "Friday at 6 A.M.", "March 3rd at 6 A.M."; midnight is
 * the end of a day: "tonight at midnight", "Thursday night at midnight". */
void phrase_put_day_and_time(struct buf *out, struct civil then, struct civil now);

/* Sky cover in words: SPEC section 5, "Skys". */
const char *phrase_sky_cover(double percent, bool daytime);

/* One condition of a forecast as NWS codes it: "chance", "rain_showers", "light", attributes. */
struct phrase_condition {
    const char *coverage, *weather, *intensity; /* "" when null */
    const char *const *attributes;              /* NULL at the end or after `attribute_max` */
    size_t attribute_max;
};
/* "a slight chance of light rain showers", "areas of fog", "thunderstorms with damaging winds". */
void phrase_put_condition(struct buf *out, struct phrase_condition c);

/* Lower-case what a station sent ("Light Rain and Fog/Mist" -> "light rain and fog or mist"). */
void phrase_put_description(struct buf *out, struct str text);
/* A name of NWS: "Washington/Reagan National Airport" is two names to the ear. */
void phrase_put_name(struct buf *out, struct str name);
/* A full stop, unless the sentence has ended already: "until 6 A.M." */
void phrase_end_sentence(struct buf *out);
/* The first letter made a capital, for a sentence begun at `from`. */
void phrase_capitalize(struct buf *out, size_t from);

#endif
