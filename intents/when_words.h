/* SPDX-License-Identifier: Apache-2.0 */
/* intents/when_words.h -- what the time slots of a request say, before it is placed on the
 * calendar. Pure. */
#ifndef CLIMACAST_INTENTS_WHEN_WORDS_H
#define CLIMACAST_INTENTS_WHEN_WORDS_H

#include <stdbool.h>

#include "server/base/err.h"
#include "server/base/str.h"

/* The slots as spoken: lower case, trimmed, STR_NONE when absent. */
struct when_words {
    struct str when_abs, when_any, when_pos, day, month, quarter;
    bool second; /* of two days, parse the second one: see when.two_days */
};

enum when_part { PART_DAY, PART_NIGHT, PART_MORNING, PART_AFTERNOON, PART_EVENING, PART_OVERNIGHT };

enum when_day {
    DAY_UNSPECIFIED,
    DAY_TODAY,
    DAY_TOMORROW,
    DAY_AFTER_TOMORROW,
    DAY_WEEKDAY,
    DAY_WEEKEND,
    DAY_DATE,
    DAY_HOLIDAY,
    DAY_FAR_AHEAD
};

struct when_parsed {
    enum when_day day;
    int weekday;            /* of DAY_WEEKDAY, 0 = Sunday */
    int month, number;      /* of DAY_DATE; month 0: the next month that has the day */
    int holiday;            /* of DAY_HOLIDAY: see holidays.h */
    const char *far_ahead;  /* of DAY_FAR_AHEAD: "next month" */
    int days_after;         /* "the day after Friday": so many days later, the whole day */
    int weeks_after;        /* "a week from Tuesday" */
    bool tens;              /* while parsing: `number` may still take a unit: "twenty" "first" */
    bool next, after, over; /* these words occurred */
    bool part_given;
    enum when_part part; /* PART_DAY when none is given */
};

/* Do the words name a time other than now? */
bool when_words_given(const struct when_words *words);

/* Of two days, as in "Friday or Saturday", keeps the words for the first one, or with `second`
 * those for the other; false when there are no two. */
bool when_words_take_one(struct when_words *words);

/* Do the words mean the days ahead in general: "this week", "in the forecast", "over the next few
 * days"?  That is not a single period, so when_words_parse() finds it unclear. */
bool when_words_mean_days_ahead(const struct when_words *words);

/* Parses the words.
 *   ST_OK
 *   ST_INVALID  reason "when_unclear" (unknown words), "when_past" (yesterday) or
 *               "date_impossible" (the 32nd) */
enum status when_words_parse(const struct when_words *words, struct when_parsed *ret_parsed,
                             struct err *err);

#endif
