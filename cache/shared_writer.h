/* SPDX-License-Identifier: Apache-2.0 */
/* cache/shared_writer.h -- writes shared entries to the store in the background, so that no answer
 * waits for it.
 *
 * Entries are written in the order in which they came, each key once: a newer entry replaces one
 * that still waits. Those of one question, or of several, are written together, as
 * store_write_entries() can: the first waits up to SHARED_WRITER_GATHER_MS for more. A group is
 * small, because what users want saved may have to wait for it. While the store does not respond,
 * entries wait, up to a limit; beyond it they are dropped. An entry that the store rejects is
 * dropped as well.
 *
 * Metrics: climacast_shared_writes_total by outcome (written, replaced, retried, dropped), and
 * climacast_shared_writes_waiting.
 *
 * Thread-safe. */
#ifndef CLIMACAST_CACHE_SHARED_WRITER_H
#define CLIMACAST_CACHE_SHARED_WRITER_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "cache/store.h"
#include "server/base/err.h"
#include "server/base/metrics.h"

enum {
    SHARED_WRITER_MAX = 1000,      /* entries that wait */
    SHARED_WRITER_GROUP_MAX = 64,  /* entries that are written together, */
    SHARED_WRITER_GROUP_KB = 256,  /* and their memory, unless one alone has more */
    SHARED_WRITER_GATHER_MS = 200, /* not while somebody flushes */
};

struct shared_writer;

/* Called for each entry that was dropped, from any thread, without a lock held. */
typedef void shared_writer_report_fn(void *data, const struct err *why);

/* `store` must outlive it. NULL: out of memory or threads. */
struct shared_writer *shared_writer_create(struct store *store, shared_writer_report_fn *report,
                                           void *data, struct metrics *metrics);
/* Drops what still waits, after the group that is being written; NULL is allowed. */
void shared_writer_free(struct shared_writer *w);

/* Write `entry`, which it takes over, or remove the entry of that name if it is NULL.
 * ST_UNAVAILABLE: too many wait; ST_SYSTEM: out of memory. Then it is dropped. */
enum status shared_writer_put(struct shared_writer *w, struct entry_name name, json_t *entry,
                              int64_t ttl, struct err *err);
/* Wait until nothing waits. Returns false when the deadline passed first, or is NO_WAIT. */
bool shared_writer_flush(struct shared_writer *w, int64_t deadline);

#endif
