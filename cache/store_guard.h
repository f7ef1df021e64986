/* SPDX-License-Identifier: Apache-2.0 */
/* cache/store_guard.h -- how long a turn waits for the store: a budget for each call, and circuit
 * breakers for reads and for writes.
 *
 *     access               budget   after a failure   breaker open
 *     STORE_READ           1 s      75 ms             rejected
 *     STORE_WRITE_ENTRY    3 s      500 ms            rejected
 *     STORE_SAVE           3 s      500 ms            250 ms
 *
 * Reads and shared entries have a substitute: default settings, the weather service, another try
 * later. What a user wants saved has none, so it is always tried. Reads and writes fail apart when
 * another process holds a lock on a SQLite file. A thread finds out when the store responds again.
 *
 * Used by cache/store.c. Thread-safe. */
#ifndef CLIMACAST_CACHE_STORE_GUARD_H
#define CLIMACAST_CACHE_STORE_GUARD_H

#include <stdint.h>

#include "server/base/circuit.h"
#include "server/base/err.h"

struct store_guard;

enum store_access { STORE_READ, STORE_WRITE_ENTRY, STORE_SAVE };

/* A probe: reads, or writes, something of no meaning. */
typedef enum status store_probe_fn(void *data, enum store_access access, int64_t deadline,
                                   struct err *err);

/* The circuit breakers are named "store_reads" and "store_writes". NULL: out of memory or
 * threads. */
struct store_guard *store_guard_create(struct circuit_report report, struct metrics *metrics,
                                       store_probe_fn *probe, void *data);
void store_guard_free(struct store_guard *g); /* NULL is allowed */

/* A call, from begin to end. */
struct store_guard_call {
    struct circuit *circuit;
    struct breaker_call breaker;
    int64_t began_ms, allowed_ms;
};
/* Shortens *deadline to the budget. ST_UNAVAILABLE: do not call, and do not end. */
enum status store_guard_begin(struct store_guard *g, enum store_access access, int64_t *deadline,
                              struct store_guard_call *ret_call, struct err *err);
/* `st` and `err` are the result. */
void store_guard_end(struct store_guard *g, const struct store_guard_call *call, enum status st,
                     const struct err *err);

#endif
