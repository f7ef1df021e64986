/* SPDX-License-Identifier: Apache-2.0 */
/* intents/dispatch.h -- from a verified envelope to the bytes of a response. Thread-safe; each turn
 * runs on one thread at a time. */
#ifndef CLIMACAST_INTENTS_DISPATCH_H
#define CLIMACAST_INTENTS_DISPATCH_H

#include <stddef.h>

#include "intents/intent.h"
#include "intents/turn.h"

/* Answers the envelope: finds the intent, loads the settings, resolves the place, runs the intent
 * and writes the response. A failure inside becomes a spoken apology, unless nothing can be spoken.
 *   ST_OK          `out` holds the response JSON
 *   ST_WOULD_WAIT  call->deadline was NO_WAIT and something must wait: call again with a real
 *                  one; or the turn was turned away by call->pass: call again later.  Nothing
 *                  was written
 *   anything else  an event was not handled, ret_log->err says why: have Alexa send it again */
enum status dispatch(const struct skill *skill, const struct envelope *envelope,
                     const struct call *call, struct buf *out, struct turn_log *ret_log);

/* The intent of that name; NULL when there is none.  Request types are not found. */
const struct intent *dispatch_find(struct str name);

/* The table, for tools and tests: NULL past the end. */
const struct intent *dispatch_intent_at(size_t i);

#endif
