/* SPDX-License-Identifier: Apache-2.0 */
/* server/api/question.h -- asks the skill and puts its answer, or why there is none, into a reply.
 * Thread-safe. */
#ifndef CLIMACAST_SERVER_API_QUESTION_H
#define CLIMACAST_SERVER_API_QUESTION_H

#include "intents/program.h"
#include "intents/slots.h"
#include "server/api/api_reply.h"
#include "server/base/call.h"

struct question_call {
    const struct skill *skill;
    const struct intent *intent;
    struct slots slots;
    const struct call *call;
    struct str home;    /* what "here" means; STR_NONE: nothing */
    bool unknown_place; /* the sentence was understood only by taking words for a place */
    int64_t hours;      /* as figures, from the running one on; 0: those of the words */
};

/* ST_OK          the reply is the answer, or an error that says why there is none
 * ST_WOULD_WAIT  as dispatch() */
enum status question_ask(const struct question_call *q, struct api_reply *reply,
                         struct turn_log *ret_log);

/* Puts the place into the slots: a ZIP code, or words. */
void question_set_place(struct slots *slots, struct str place);

#endif
