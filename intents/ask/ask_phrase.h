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
/* As ask_put_day(), in the arena. */
struct str ask_day_name(const struct turn *turn, int64_t t);
/* "4 P.M. tomorrow", "midnight tonight". */
void ask_put_time(struct buf *out, const struct days *d, int64_t t);
/* The same, without the day if that is the day of `before`, which has just been said. */
void ask_put_time_after(struct buf *out, const struct days *d, int64_t t, int64_t before);
/* "through Sunday": the last day whose noon comes before an instant; "until 9 A.M. today", the
 * instant, if there is none. */
void ask_put_through(struct buf *out, const struct days *d, int64_t until);
/* " in Boulder, Colorado": follows what is told about it. */
void ask_put_in_place(struct buf *out, const struct turn *turn);
/* The same before more words: " in Boulder, Colorado,". */
void ask_put_in_place_between(struct buf *out, const struct turn *turn);
/* "a 60 percent chance of rain"; `of` may be NULL: "a 60 percent chance" */
void ask_put_chance(struct buf *out, double percent, const char *of);
/* Is it short enough for one breath: 25 words, and those of a long place name? */
bool ask_fits(const struct buf *speech, const struct turn *turn);
/* The sentence that the forecast has nothing of this kind ("temperature"), or nothing that can be
 * read. */
void ask_put_no_forecast(struct buf *out, const struct turn *turn, const struct grid *g,
                         enum grid_layer layer, const char *what);

#endif
