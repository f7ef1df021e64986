/* SPDX-License-Identifier: Apache-2.0 */
/* intents/ask/moment.h -- places a time of day on the calendar: "at five tomorrow", "from two to
 * six", "in two hours".  Pure. */
#ifndef CLIMACAST_INTENTS_ASK_MOMENT_H
#define CLIMACAST_INTENTS_ASK_MOMENT_H

#include <stdint.h>

#include "intents/clock_words.h"
#include "intents/when.h"
#include "server/base/arena.h"
#include "server/base/err.h"
#include "server/base/zone.h"

/* Whose clock and calendar, and what was said about the day. */
struct moment_frame {
    const struct zone *zone;
    int64_t now;
    const struct when_words *when;
    struct arena *arena;
};

/* Finds the instant that `clock`, which must not be CLOCK_ABSENT, names; a part of the day by its
 * beginning.
 *
 * Without a day it is today's, if that is at most half an hour past, else tomorrow's. With a night,
 * an evening or another part of a day it is the hour within. An hour that is over is meant a week
 * later if a weekday was named. Of an hour that the clocks repeat it is the first; one that they
 * skip is the next.
 *   ST_OK
 *   ST_INVALID    reason "time_past": that hour of today is over; or those of when_parse()
 *   ST_NOT_FOUND  as when_parse()
 *   ST_SYSTEM */
enum status moment_find(const struct moment_frame *f, const struct clock_words *clock,
                        int64_t *ret_t, struct err *err);

/* Finds the period from one time to another; the end is excluded.  Without `from` (CLOCK_ABSENT) it
 * begins now.  Returns what moment_find() does; a period is over when its end is. */
enum status moment_range(const struct moment_frame *f, const struct clock_words *from,
                         const struct clock_words *to, struct when *ret_when, struct err *err);

/* The period from the current hour to `seconds` from now: "for the next 3 hours". */
struct when moment_next(const struct moment_frame *f, int64_t seconds);

#endif
