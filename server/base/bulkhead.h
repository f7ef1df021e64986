/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/bulkhead.h -- how many turns may wait for one dependency at a time.
 *
 * A dependency that hangs then holds up some of the threads and never all of them. A turn enters
 * before it first waits for a dependency, such as "api.weather.gov", and leaves when it ends. When
 * too many are inside, it makes do without the dependency, or gives up for now and is run again
 * later. Thread-safe; a pass is used by one thread at a time. */
#ifndef CLIMACAST_SERVER_BASE_BULKHEAD_H
#define CLIMACAST_SERVER_BASE_BULKHEAD_H

#include <stdbool.h>
#include <stddef.h>

#include "server/base/metrics.h"
#include "server/base/str.h"

enum { BULKHEAD_DEPENDENCIES_MAX = 8 }; /* further ones are not limited */

struct bulkhead;

/* What one turn holds. The zeroed pass is not limited. */
struct bulkhead_pass {
    struct bulkhead *bulkhead;
    bool last_try;    /* the turn will not be run again: it must make do */
    bool turned_away; /* set by the caller when it gives up for now: from then on the turn cannot
                         enter, because what it does until it ends is wasted */
    unsigned held;    /* private: a bit for each dependency */
};

/* `max` turns for each dependency. NULL: out of memory. */
struct bulkhead *bulkhead_create(size_t max, struct metrics *metrics);
void bulkhead_free(struct bulkhead *b); /* NULL is allowed */

/* Returns false when the turn must not wait for the dependency. `pass` may be NULL: not limited. */
bool bulkhead_enter(struct bulkhead_pass *pass, struct str dependency);
/* Leave all that were entered. */
void bulkhead_leave(struct bulkhead_pass *pass);

#endif
