/* SPDX-License-Identifier: Apache-2.0 */
/* intents/answer_phrase.h -- phrases that the answers about the weather share: the place, the card
 * title, the notice of outdated data. */
#ifndef CLIMACAST_INTENTS_ANSWER_PHRASE_H
#define CLIMACAST_INTENTS_ANSWER_PHRASE_H

#include <stdint.h>

#include "intents/turn.h"
#include "intents/weather/place.h"
#include "server/base/str.h"

/* "Boulder, Colorado". */
void answer_phrase_place(struct buf *out, const struct place *place);
/* "in Boulder, Colorado", "near ...", "at ...". */
void answer_phrase_at_place(struct buf *out, const struct place *place);
/* The same at the start of a sentence: "In Boulder, Colorado", or "Near ..." when only the area
 * around a ZIP code is known. */
void answer_phrase_in_place(struct buf *out, const struct place *place);
/* A sentence on the age of data that could not be refreshed; `what` as in "this forecast". */
void answer_phrase_stale(struct buf *out, const char *what, int64_t age_s);
/* The card title: "Boulder, CO".  In the arena. */
struct str answer_phrase_card_title(const struct turn *turn);

#endif
