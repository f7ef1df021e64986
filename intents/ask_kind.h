/* SPDX-License-Identifier: Apache-2.0 */
/* intents/ask_kind.h -- what the skill asks at the end of an answer, and so what a bare answer
 * means. Pure. */
#ifndef CLIMACAST_INTENTS_ASK_KIND_H
#define CLIMACAST_INTENTS_ASK_KIND_H

#include "server/base/str.h"

enum ask_kind {
    ASK_NOTHING,
#define ASK(kind, name, slot, question) ASK_##kind,
#include "intents/ask_kinds.def"
#undef ASK
    ASK_KINDS
};

/* The kind of question that the apology for `reason` asks. */
enum ask_kind ask_kind_of_reason(const char *reason);
/* The kind of that name; ASK_NOTHING when there is none. */
enum ask_kind ask_kind_find(struct str name);
const char *ask_kind_name(enum ask_kind kind);
/* How it is asked when what was said before is not itself a question; "" for ASK_NOTHING. */
const char *ask_kind_question(enum ask_kind kind);
/* The slot that a bare answer fills; NULL when it fills none. */
const char *ask_kind_slot(enum ask_kind kind);

#endif
