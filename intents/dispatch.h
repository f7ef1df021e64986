/* SPDX-License-Identifier: Apache-2.0 */
/* intents/dispatch.h -- from a checked envelope to the bytes of a response. */
#ifndef CLIMACAST_INTENTS_DISPATCH_H
#define CLIMACAST_INTENTS_DISPATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "intents/intent.h"

/* How a turn went, for the log line and the counters. */
struct turn_story {
    const char *intent;  /* the table's name, or "unknown" */
    const char *outcome; /* "answered", "apology", "hint", "empty" */
    char metric[24];     /* for MetricIntent: what was asked; "" else */
    char place[64];      /* place key or ""; no user data */
    char station[16];    /* whose report was told, or "" */
    struct err err;      /* why, when it was an apology or a hint, or when something failed that
                            the answer did not need */
};

/* Answer the envelope: find the intent, ready the turn (settings, place), let it answer, write the
 * response. A fault inside becomes a spoken apology, never an error here.
 *   ST_OK          `out` holds the response JSON
 *   ST_WOULD_WAIT  call->deadline was NO_WAIT and something must wait; call again with a real one
 *                  (nothing was written) */
enum status dispatch(const struct skill *skill, const struct envelope *envelope,
                     const struct call *call, struct buf *out, struct turn_story *ret_story);

/* The intent of that name (no request type); NULL when there is none. */
const struct intent *dispatch_find(struct str name);
/* Answer with this intent a turn whose settings are ready: its place, if it needs one, then the
 * intent itself. */
enum status dispatch_answer(const struct intent *intent, struct turn *turn, struct reply *reply,
                            struct err *err);

/* The table, for tools and tests: NULL past the end. */
const struct intent *dispatch_intent_at(size_t i);

#endif
