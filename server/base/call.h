/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/call.h -- the context of a turn, handed down to everything that allocates or waits.
 * It belongs to one thread at a time. */
#ifndef CLIMACAST_SERVER_BASE_CALL_H
#define CLIMACAST_SERVER_BASE_CALL_H

#include <stdbool.h>
#include <stdint.h>

#include "server/base/arena.h"
#include "server/base/bulkhead.h"
#include "server/base/deadline.h"

struct foresight;

struct call {
    struct arena *arena; /* results live here */
    int64_t deadline;    /* of the turn; NO_WAIT: answer from memory or return ST_WOULD_WAIT */
    /* What the turn may wait for; NULL: anything. Turned away by it, a call returns ST_WOULD_WAIT
     * though it has a deadline. */
    struct bulkhead_pass *pass;
    int64_t now;      /* wall-clock seconds that the weather is asked for (see weather.now) */
    int64_t began_us; /* when the turn began, monotonic; 0: now */
    /* What the turn will ask for next (intents/weather/foresight.h); NULL: unknown. */
    const struct foresight *foresight;
};

/* Then the turn must run again later, whatever its intent returned: what it got is not complete. */
static inline bool call_was_turned_away(const struct call *call)
{
    return call->pass && call->pass->turned_away;
}

#endif
