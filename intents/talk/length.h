/* SPDX-License-Identifier: Apache-2.0 */
/* intents/talk/length.h -- the last answer again, longer. */
#ifndef CLIMACAST_INTENTS_TALK_LENGTH_H
#define CLIMACAST_INTENTS_TALK_LENGTH_H

#include "intents/intent.h"

/* Asks the topic again, for the full answer. There must be one. */
enum status length_tell_more(struct turn *turn, struct reply *reply, struct err *err);

#endif
