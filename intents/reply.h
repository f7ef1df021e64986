/* SPDX-License-Identifier: Apache-2.0 */
/* intents/reply.h -- from what an intent has filled in to the bytes of a response.
 *
 * A turn and its reply belong to one thread at a time. */
#ifndef CLIMACAST_INTENTS_REPLY_H
#define CLIMACAST_INTENTS_REPLY_H

#include "intents/intent.h"

enum { REPLY_SPEECH_MAX = 128 * 1024 }; /* bytes of one answer, before it is cut into pages */

/* Replaces the reply with the apology or hint for the error, and sets the outcome in turn->log. */
void reply_apologize(struct turn *turn, struct reply *reply, const struct err *err);

/* Appends the response JSON: decides whether the session stays open, and adds session attributes
 * and what a device can show. When memory runs out, it is a short apology; turn->log has the
 * error. */
void reply_write(struct turn *turn, struct reply *reply, struct buf *out);

#endif
