/* SPDX-License-Identifier: Apache-2.0 */
/* intents/ask/compared.h -- what a question compares: a measure, and two times or places. */
#ifndef CLIMACAST_INTENTS_ASK_COMPARED_H
#define CLIMACAST_INTENTS_ASK_COMPARED_H

#include <stdbool.h>

#include "intents/figures/compare.h"
#include "intents/turn.h"
#include "intents/when.h"

enum compared_time {
    COMPARED_NOW,
    COMPARED_PERIOD,    /* of the forecast */
    COMPARED_YESTERDAY, /* the day, or this time of it */
    COMPARED_LAST_NIGHT
};

struct compared_side {
    enum compared_time time;
    struct span span; /* unless it is now */
    bool whole;       /* a whole day for its high, or a whole night for its low */
    bool night;
    enum compare_by by;
    struct str name; /* "tomorrow", "last night" */
};

struct compared {
    enum measure measure;
    int sign;           /* 1, -1: "yes" if the first value is higher, or lower; 0: not asked */
    bool extreme;       /* its high or low is asked for: comparator "high" or "low" */
    enum compare_by by; /* which of them */
    bool both;          /* "the high and the low": then by the high, and the low follows */
    bool two_places;    /* slot location_two is given */
    bool alone;         /* only side `a` is asked for: "yesterday's high", "the low tomorrow" */
    bool of_days;       /* side `a` is the best of several days; see front_find_day() */
    bool weekend;       /* side `a` is its Saturday: see compared_read_sunday() */
    struct compared_side a, b;
};

/* What is compared by a comparator, and when it is a yes; false for "high", "low" and others. */
bool compared_find(struct str word, enum measure *ret_measure, int *ret_sign);

/* Reads the slots; fails with the reasons of when_parse() and asked_measure(). */
enum status compared_read(struct turn *turn, struct compared *ret_compared, struct err *err);
/* Reads the times alone, again in the zone of turn->place. */
enum status compared_read_times(struct turn *turn, struct compared *c, struct err *err);

/* "Is it warmer in Miami": than at the user's own place? */
bool compared_is_with_home(const struct turn *turn);

/* Makes side `a` the Sunday of the weekend; false when it is too far ahead. */
bool compared_read_sunday(struct turn *turn, struct compared *c);

#endif
