/* SPDX-License-Identifier: Apache-2.0 */
/* intents/clock_words.h -- what the slots for a time of day and for a length of time say.  Pure.
 *
 * Alexa sends AMAZON.TIME as "17:00", or as "MO", "AF", "EV", "NI" for a part of the day, and
 * AMAZON.DURATION as "PT2H30M" (ISO 8601). The tool and the console send the words as typed: "5
 * pm", "noon", "an hour and a half". */
#ifndef CLIMACAST_INTENTS_CLOCK_WORDS_H
#define CLIMACAST_INTENTS_CLOCK_WORDS_H

#include <stdbool.h>
#include <stdint.h>

#include "intents/when_words.h"
#include "server/base/err.h"
#include "server/base/str.h"

enum clock_kind {
    CLOCK_ABSENT,
    CLOCK_TIME,   /* hour and minute */
    CLOCK_TWELVE, /* words that leave open whether it is A.M. or P.M.; hour 0 to 11 is A.M. */
    CLOCK_PART,   /* a part of the day */
};

struct clock_words {
    enum clock_kind kind;
    int hour, minute;    /* 0 to 23, 0 to 59 */
    enum when_part part; /* PART_MORNING, PART_AFTERNOON, PART_EVENING or PART_NIGHT */
};

/* Parses a time of day; an empty slot is CLOCK_ABSENT.  Spoken hours from one to five are P.M.
 *   ST_OK
 *   ST_INVALID  reason "time_unclear" */
enum status clock_words_parse(struct str slot, struct clock_words *ret_clock, struct err *err);

enum { CLOCK_SPAN_DAYS_MAX = 7 };

/* Parses a length of time into seconds; 0 for an empty slot.
 *   ST_OK
 *   ST_INVALID    reason "time_unclear"
 *   ST_NOT_FOUND  reason "span_too_long": more than CLOCK_SPAN_DAYS_MAX days */
enum status clock_span_parse(struct str slot, int64_t *ret_seconds, struct err *err);

#endif
