/* SPDX-License-Identifier: Apache-2.0 */
/* intents/talk/pages.h -- moving around in a long answer that is told page by page. */
#ifndef CLIMACAST_INTENTS_TALK_PAGES_H
#define CLIMACAST_INTENTS_TALK_PAGES_H

#include <stdint.h>

#include "intents/paging.h"

#define PAGES_LAST SIZE_MAX

/* The intent of the open page; NULL when there is none. */
const struct intent *pages_open(const struct turn *turn, enum paging_move move);

/* Answers the carried question again and leaves the page that the move leads to, if one is open. */
enum status pages_answer(struct turn *turn, struct reply *reply, enum paging_move move,
                         struct err *err);

/* "The second one", after a list: tells the nth of the answer's parts (reply->parts), from 1, or
 * PAGES_LAST.  The answer of FallbackIntent when no page is open. */
enum status pages_tell_part(struct turn *turn, size_t n, struct reply *reply, struct err *err);

#endif
