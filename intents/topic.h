/* SPDX-License-Identifier: Apache-2.0 */
/* intents/topic.h -- what was just talked about: the question that a follow-up changes, that
 * "repeat" asks again and whose place the next full question is about.
 *
 * The session carries it in its attributes as "topic": {"v", "intent", "slots"}. The slots have the
 * words of the question, except that the place is what it was resolved to ("Boulder Colorado"), or
 * is absent when it is the user's own.
 *
 * A question that the skill could not answer and asked something about is carried for one turn as
 * "asked", in the same form and with "kind": which slot a bare answer fills. Pure. */
#ifndef CLIMACAST_INTENTS_TOPIC_H
#define CLIMACAST_INTENTS_TOPIC_H

#include <stdbool.h>

#include "intents/ask_kind.h"
#include "intents/intent.h"
#include "intents/slots.h"
#include "server/base/str.h"

enum {
    TOPIC_VERSION = 1,
    TOPIC_BYTES_MAX = 1024,     /* of JSON */
    TOPIC_SLOT_BYTES_MAX = 200, /* of one value */
};

struct topic {
    const struct intent *intent; /* NULL: there is none */
    struct slots slots;          /* those that the intent reads */
};

/* A question of the skill. */
struct asked {
    enum ask_kind kind;
    struct topic about; /* the question that it completes; its intent may be NULL */
    struct str states;  /* "Ohio", of "Which city in Ohio do you mean?"; "MO MA IL": those that were
                           offered; or "" */
};

/* Reads what the session carries. Whatever is not exactly as topic_put() writes it gives no topic:
 * the attributes are not to be trusted. Strings are borrowed from them. */
void topic_read(const struct turn *turn, struct topic *ret_topic);
void topic_read_asked(const struct turn *turn, struct asked *ret_asked);

/* The question that the turn has just answered, as a topic. */
void topic_of_turn(const struct turn *turn, struct topic *ret_topic);

/* Adds the member "topic" or "asked" to the JSON object that `out` begins; nothing when there is
 * none or it is larger than TOPIC_BYTES_MAX. */
void topic_put(struct buf *out, const struct topic *topic);
void topic_put_asked(struct buf *out, const struct asked *asked);

#endif
