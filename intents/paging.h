/* SPDX-License-Identifier: Apache-2.0 */
/* intents/paging.h -- long answers: cut into pages that can be said, and gone on with on "yes".
 *
 * The session carries no text, only the question and where the page lies: {"intent", "slots",
 * "from", "to", "crc", "tail"}. To go on, the question is asked again, from memory as a rule, and
 * after a restart of the daemon just as well. Should the answer have changed meanwhile, the place
 * is found by the last words that were spoken. */
#ifndef CLIMACAST_INTENTS_PAGING_H
#define CLIMACAST_INTENTS_PAGING_H

#include "intents/intent.h"

enum {
    CONTINUE_AHEAD = 8000,    /* bytes of speech: more than a page of it is never heard */
    CONTINUE_MAX = 96 * 1024, /* of one answer, however often it is gone on with */
};

/* Leave of the reply's speech the page that begins at reply->from; when there is more behind it,
 * ask whether to go on. What is short enough stays as it is. */
void continue_cut(struct turn *turn, struct reply *reply);

#endif
