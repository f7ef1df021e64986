/* SPDX-License-Identifier: Apache-2.0 */
/* intents/brief.h -- "shorter": an answer in one sentence, the one with the figure asked for. */
#ifndef CLIMACAST_INTENTS_BRIEF_H
#define CLIMACAST_INTENTS_BRIEF_H

#include "intents/intent.h"

/* Leaves the first sentence of the speech, with the "Yes." or "No." before it; the card keeps the
 * rest. An answer that the intent has shortened itself is not changed. */
void brief_cut(struct turn *turn, struct reply *reply);

/* Where the first sentence of `text` ends. Pure. */
size_t brief_sentence_end(struct str text);

#endif
