/* SPDX-License-Identifier: Apache-2.0 */
/* intents/ask/period.h -- the time that a question about the days ahead names: nothing, one period,
 * or the two days of a weekend. */
#ifndef CLIMACAST_INTENTS_ASK_PERIOD_H
#define CLIMACAST_INTENTS_ASK_PERIOD_H

#include <stdbool.h>
#include <stddef.h>

#include "intents/figures/days.h"
#include "intents/turn.h"
#include "intents/when.h"

enum { PERIOD_PARTS_MAX = 2 };

struct period {
    struct when part[PERIOD_PARTS_MAX];
    size_t count; /* 0: no time was named, or the days ahead in general ("this week") */
};

/* Reads the slots; fails with the reasons of when_parse(). */
enum status period_read(struct turn *turn, struct period *ret_period, struct err *err);
/* From the beginning of the first part to the end of the last one; `count` must not be 0. */
struct span period_span(const struct period *p);
/* Appends its name: "tomorrow night", "Saturday and Sunday". */
void period_put_name(struct buf *out, const struct period *p);

#endif
