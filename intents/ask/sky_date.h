/* SPDX-License-Identifier: Apache-2.0 */
/* intents/ask/sky_date.h -- which date a question about the sun or the moon means: any future date,
 * since no forecast is needed. */
#ifndef CLIMACAST_INTENTS_ASK_SKY_DATE_H
#define CLIMACAST_INTENTS_ASK_SKY_DATE_H

#include <stdbool.h>
#include <stdint.h>

#include "intents/turn.h"
#include "server/base/civil.h"
#include "server/base/err.h"

struct sky_date {
    bool named;         /* a day was named, even if it is today */
    struct civil today; /* at the place, with the time of day */
    int days;           /* from today to the day that is meant; negative: before */
    int64_t noon;       /* of that day by the clock */
};

/* Reads the turn's *when* slots, or the slot `date` ("2026-11-30"), by which a date in the past can
 * be named, too. Fails like when_parse(), but never as too far. */
enum status sky_date_read(const struct turn *turn, struct sky_date *ret_date, struct err *err);

/* Appends the day of `then` as it follows a time: "today", "tomorrow", "on Friday", "on March
 * 3rd". */
void sky_date_put_day(struct buf *out, struct civil then, struct civil today);

#endif
