/* SPDX-License-Identifier: Apache-2.0 */
/* intents/when.h -- from words for time to a period in the place's time zone.  Pure. */
#ifndef CLIMACAST_INTENTS_WHEN_H
#define CLIMACAST_INTENTS_WHEN_H

#include <stdint.h>

#include "intents/when_words.h"
#include "server/base/arena.h"
#include "server/base/err.h"
#include "server/base/zone.h"

struct when {
    int64_t start, end; /* the named period, UTC [start, end) */
    int64_t from;       /* the start, or the current hour if that is later: what is left of it */
    enum when_part part;
    bool daytime;    /* between 6 A.M. and 6 P.M.: high, "sunny"; else low, "clear" */
    bool two_days;   /* the first of two, as of a weekend; parse again with `second` */
    struct str name; /* as spoken: "tomorrow", "Monday night", "Monday overnight", "March 3rd", "the
                        night of March 3rd"; in the arena */
};

enum { WHEN_DAYS_AHEAD = 7 }; /* how far the NWS forecast goes */

/* Parses the words.  Without any, the period is today before 6 P.M. local time and tonight after.
 *   ST_OK
 *   ST_INVALID    reason "when_unclear" (unknown words), "when_past" (yesterday) or
 *                 "date_impossible" (February 30th)
 *   ST_NOT_FOUND  reason "too_far": it begins more than WHEN_DAYS_AHEAD days from now; ret_when is
 *                 filled in too, for its name
 *   ST_SYSTEM     the arena is full */
enum status when_parse(const struct when_words *words, const struct zone *zone, int64_t now,
                       struct arena *arena, struct when *ret_when, struct err *err);

#endif
