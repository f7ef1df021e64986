/* SPDX-License-Identifier: Apache-2.0 */
/* intents/talk/length.h -- how long answers are: the last one again, and those from now on. */
#ifndef CLIMACAST_INTENTS_TALK_LENGTH_H
#define CLIMACAST_INTENTS_TALK_LENGTH_H

#include "intents/intent.h"

/* Asks the topic again, for the full answer. There must be one. */
enum status length_tell_more(struct turn *turn, struct reply *reply, struct err *err);
/* Saves that answers are to be brief, and says so. */
enum status length_be_brief(struct turn *turn, struct reply *reply, struct err *err);

#endif
