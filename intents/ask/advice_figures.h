/* SPDX-License-Identifier: Apache-2.0 */
/* intents/ask/advice_figures.h -- what is advised, and the figures that it is given for. */
#ifndef CLIMACAST_INTENTS_ASK_ADVICE_FIGURES_H
#define CLIMACAST_INTENTS_ASK_ADVICE_FIGURES_H

#include "intents/answer_figures.h"
#include "intents/figures/advice.h"

const char *advice_garment_name(enum advice_garment garment); /* "light jacket" */

/* Notes "advice" ("yes", "maybe" or "no"), what to wear, the time, and each figure; the advice must
 * not be ADVICE_UNKNOWN. */
void advice_note_figures(const struct advice_question *q, const struct advice *a,
                         struct answer_figures *figures);

#endif
