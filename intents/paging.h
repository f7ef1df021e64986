/* SPDX-License-Identifier: Apache-2.0 */
/* intents/paging.h -- long answers, cut into pages that fit a response.
 *
 * The session carries no text, only the question and which page was spoken: {"intent", "slots",
 * "from", "to", "crc", "tail"}, and "length" if a shorter or longer answer was asked for.  The next
 * page asks the question again, normally from cached data, so it works after a restart of the
 * daemon too.  If the answer has changed in the meantime, the last words spoken ("tail") mark the
 * position. */
#ifndef CLIMACAST_INTENTS_PAGING_H
#define CLIMACAST_INTENTS_PAGING_H

#include <jansson.h>
#include <stddef.h>

#include "intents/intent.h"

enum {
    PAGING_LIMIT = 8000,          /* bytes of speech: more than fits one page */
    PAGING_LIMIT_MAX = 96 * 1024, /* bytes of one answer over all its pages */
};

enum paging_move { PAGING_NEXT, PAGING_PREVIOUS, PAGING_REPEAT, PAGING_START_OVER };

/* Leaves only the page that begins at reply->page_start in the reply's speech, and asks whether to
 * go on if there is more.  A page ends at reply->first_part_end, with its own question, even if
 * more would fit; its card still has the rest.  Another answer that fits as a whole is not
 * changed.  ST_OK, or ST_SYSTEM: out of memory. */
enum status paging_cut(struct turn *turn, struct reply *reply, struct err *err);

/* The same for somebody who cannot be asked: only the first page, without a question. */
void paging_keep_first(struct reply *reply);

/* The state in which "yes" asks the turn's question again, with `place` in the slot `location`.
 * NULL when out of memory. */
json_t *paging_offer(const struct turn *turn, struct str place);
bool paging_is_offer(const json_t *state);

/* The paging state that the session carries; NULL when there is none.  Owned by the envelope. */
const json_t *paging_state(const struct turn *turn);
/* The name of the intent that gave the long answer, and its slots as in an envelope. */
struct str paging_intent_name(const json_t *state);
const json_t *paging_slots(const json_t *state);
/* Raises reply->page_limit by what was spoken before. */
void paging_raise_limit(const json_t *state, struct reply *reply);
/* The length that was asked for this answer; false when the user's applies. */
bool paging_length(const json_t *state, enum answer_length *ret_length);
/* Where the page begins in reply->speech, the answer as it is now; its end when everything was
 * spoken. */
size_t paging_page_start(const json_t *state, const struct reply *reply, enum paging_move move);

#endif
