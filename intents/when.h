/* SPDX-License-Identifier: Apache-2.0 */
/* intents/when.h -- words for time made a period in the place's own time zone. SPEC section 5,
 * "When". Pure. */
#ifndef CLIMACAST_INTENTS_WHEN_H
#define CLIMACAST_INTENTS_WHEN_H

#include <stdbool.h>
#include <stdint.h>

#include "server/base/arena.h"
#include "server/base/err.h"
#include "server/base/str.h"
#include "server/base/zone.h"

/* The slots as heard (lower case, trimmed; STR_NONE when absent). */
struct when_words {
    struct str when_abs, when_any, when_pos, day, month, quarter;
    bool sunday; /* of a weekend, its second day is asked for: see when.weekend */
};

enum when_part { PART_DAY, PART_NIGHT, PART_MORNING, PART_AFTERNOON, PART_EVENING, PART_OVERNIGHT };

struct when {
    int64_t start, end; /* the named period, UTC [start, end) */
    int64_t from; /* max(start, the running hour): what still counts, except for high and low */
    enum when_part part;
    bool daytime;    /* within 06-18: high, "sunny"; else low, "clear" */
    bool weekend;    /* the Saturday of a weekend; its Sunday is another period */
    struct str name; /* how it is called back: "tomorrow", "Monday night", "Monday overnight",
                        "March 3rd"; in the arena */
};

enum { WHEN_DAYS_AHEAD = 7 }; /* what NWS covers */

/* Was anything said about time at all? "now" and the like are nothing said. */
bool when_is_given(const struct when_words *words);
/* Are they the days ahead in general: "this week", "in the forecast", "over the next few days"?
 * There is no period for that; when_parse() finds it unclear. */
bool when_is_days_ahead(const struct when_words *words);
/* ST_OK         nothing said counts: today before 18:00 local, tonight after
 *   ST_INVALID    reason "when_unclear" (words it does not know), "when_past" (yesterday) or
 *                 "date_impossible" (february thirtieth)
 *   ST_NOT_FOUND  reason "too_far": starts later than WHEN_DAYS_AHEAD days from now; ret_when is
 *                 filled all the same, for its name
 *   ST_SYSTEM     the arena is full */
enum status when_parse(const struct when_words *words, const struct zone *zone, int64_t now,
                       struct arena *arena, struct when *ret_when, struct err *err);

#endif
