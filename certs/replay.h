/* SPDX-License-Identifier: Apache-2.0 */
/* certs/replay.h -- rejects request ids that were already served within their window.
 *
 * An id is claimed before it is served, then committed or released; while it is claimed, nobody
 * else gets it. Times are monotonic seconds, so setting the wall clock back lets no replay through.
 * Memory follows the number of ids, eight bytes each, and is bounded. Thread-safe. */
#ifndef CLIMACAST_CERTS_REPLAY_H
#define CLIMACAST_CERTS_REPLAY_H

#include <stddef.h>
#include <stdint.h>

#include "server/base/str.h"

enum {
    REPLAY_IDS_MAX = 1000000,
    REPLAY_LIFE_MAX = 8000, /* seconds; longer lifetimes are cut to this */
};

enum replay_result {
    REPLAY_NEW,       /* claimed; replay_commit() or replay_release() must follow */
    REPLAY_IN_FLIGHT, /* claimed by a request that is still being served */
    REPLAY_SERVED,    /* already served, and its window is still open */
    REPLAY_FULL,      /* the table is full of live ids */
};

struct replay;

/* `ids_max` is REPLAY_IDS_MAX except in tests. NULL: out of memory. */
struct replay *replay_create(size_t ids_max);
void replay_free(struct replay *r); /* NULL allowed */

/* Claim an id for `life_s` seconds from `now_s` on, the last second included. */
enum replay_result replay_claim(struct replay *r, struct str id, int64_t now_s, int64_t life_s);
/* The claimed id was served. */
void replay_commit(struct replay *r, struct str id);
/* The claimed id was not served: free it. */
void replay_release(struct replay *r, struct str id);

/* Drop expired ids and return memory; call about once a minute. */
void replay_sweep(struct replay *r, int64_t now_s);
/* Ids held, including expired ones that have not been swept yet. */
size_t replay_count(struct replay *r);

#endif
