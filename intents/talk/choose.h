/* SPDX-License-Identifier: Apache-2.0 */
/* intents/talk/choose.h -- the answer to "Do you mean Springfield, Missouri, or Illinois?". */
#ifndef CLIMACAST_INTENTS_TALK_CHOOSE_H
#define CLIMACAST_INTENTS_TALK_CHOOSE_H

#include "intents/intent.h"

/* Has the skill asked which town is meant? */
bool choose_is_open(const struct turn *turn);

/* Completes the question with the town in that state ("IL"), and remembers the choice. */
enum status choose_state(struct turn *turn, const char *state, struct reply *reply,
                         struct err *err);

/* The state that the words name for the asked town: "illinois", "springfield illinois"; NULL when
 * they are about something else. */
const char *choose_find_state(const struct turn *turn, struct str words);

/* "Yes" or "no" does not tell which: asks once more; the second time, which place. */
enum status choose_again(struct turn *turn, struct reply *reply, struct err *err);

#endif
