/* SPDX-License-Identifier: Apache-2.0 */
/* intents/ask/event_words.h -- what falls, as the slots `event` and `edge` name it and as it is
 * spoken. */
#ifndef CLIMACAST_INTENTS_ASK_EVENT_WORDS_H
#define CLIMACAST_INTENTS_ASK_EVENT_WORDS_H

#include <stdbool.h>

#include "intents/figures/event.h"
#include "intents/turn.h"
#include "server/base/str.h"

/* Reads the slot `event`; EVENT_PRECIPITATION when it is empty.  A hazard ("tornado") is not an
 * event but turn->hazard.  Fails with reason "event_unknown"; turn->subject is then the words. */
enum status event_words_read(struct turn *turn, enum event_id *ret_event, struct err *err);

/* "rain", "thunderstorms", "precipitation". */
const char *event_words_noun(enum event_id event);
/* "is" or "are", as the noun needs it. */
const char *event_words_verb(enum event_id event);
/* "It's raining": what a report says. */
const char *event_words_falling(enum event_id event);
/* "It's not raining". */
const char *event_words_not_falling(enum event_id event);

enum edge_id { EDGE_START, EDGE_STOP, EDGE_DURATION };

/* Which edge of it is asked about; EDGE_START for words that name none. */
enum edge_id event_words_edge(struct str words);

#endif
