/* SPDX-License-Identifier: Apache-2.0 */
/* intents/ask/ask_phrase.h -- phrases that the answers of this folder share. */
#ifndef CLIMACAST_INTENTS_ASK_ASK_PHRASE_H
#define CLIMACAST_INTENTS_ASK_ASK_PHRASE_H

#include <stdbool.h>
#include <stdint.h>

#include "intents/figures/days.h"
#include "intents/turn.h"

/* Does the slot `leadin` ask for yes or no: "will it", "is there", not "when is the"?  Without it,
 * a question that names a time does ("freeze tonight"). */
bool ask_is_yes_no(const struct turn *turn);
/* "today", "tomorrow", "Friday": the date of an instant. */
void ask_put_day(struct buf *out, const struct days *d, int64_t t);
/* "tonight", "Friday night", "this morning": the night that an hour belongs to. */
void ask_put_night(struct buf *out, const struct days *d, int64_t t);
/* "tomorrow at 6 A.M.", "tonight at midnight", "Sunday, November 29th at 6 A.M.". */
void ask_put_hour(struct buf *out, const struct days *d, int64_t t);
/* The same, for an apology; in the arena. */
struct str ask_hour_name(const struct turn *turn, int64_t t);
/* " in Boulder, Colorado": follows what is told about it. */
void ask_put_in_place(struct buf *out, const struct turn *turn);
/* The same before more words: " in Boulder, Colorado,". */
void ask_put_in_place_between(struct buf *out, const struct turn *turn);
/* "a 60 percent chance of rain" */
void ask_put_chance(struct buf *out, double percent, const char *of);
/* The sentence that the forecast has nothing of this kind ("temperature"), or nothing that can be
 * read. */
void ask_put_no_forecast(struct buf *out, const struct turn *turn, const struct grid *g,
                         enum grid_layer layer, const char *what);

#endif
