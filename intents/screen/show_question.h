/* SPDX-License-Identifier: Apache-2.0 */
/* intents/screen/show_question.h -- the question that "show me the week" is. Pure. */
#ifndef CLIMACAST_INTENTS_SCREEN_SHOW_QUESTION_H
#define CLIMACAST_INTENTS_SCREEN_SHOW_QUESTION_H

#include "intents/slots.h"
#include "server/base/str.h"

/* Returns the name of the intent that answers it, and sets the slot that says what is asked.
 * Without a view, or with one that isn't known: the weather now. NULL: the radar, which is nothing
 * but a picture. */
const char *show_question(struct str view, struct slots *slots);

#endif
