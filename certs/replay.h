/* SPDX-License-Identifier: Apache-2.0 */
/* certs/replay.h -- the request ids that were served within their window, so that none is served
 * twice.
 *
 * An id is claimed before it is served, then spent or given back; while it is claimed nobody else
 * gets it. Times are monotonic seconds: a wall clock set back reopens nothing. Memory grows and
 * shrinks with the number of ids, eight bytes each, and is bounded. Thread-safe. */
#ifndef CLIMACAST_CERTS_REPLAY_H
#define CLIMACAST_CERTS_REPLAY_H

#include <stddef.h>
#include <stdint.h>

#include "server/base/str.h"

enum {
    REPLAY_IDS_MAX = 1000000,
    REPLAY_LIFE_MAX = 8000, /* seconds; longer lives are cut to it */
};

enum replay_answer {
    REPLAY_NEW,       /* claimed: replay_commit() or replay_release() must follow */
    REPLAY_IN_FLIGHT, /* claimed by somebody who is not done yet */
    REPLAY_SERVED,    /* was served, and its window is still open */
    REPLAY_FULL,      /* it would be new, but there is no room to remember it */
};

struct replay;

/* `most`: ids held at most, REPLAY_IDS_MAX but in tests. NULL: out of memory. */
struct replay *replay_create(size_t most);
void replay_free(struct replay *r); /* NULL allowed */

/* Claim an id for `life_s` seconds from `now_s` on, the last second included. */
enum replay_answer replay_claim(struct replay *r, struct str id, int64_t now_s, int64_t life_s);
void replay_commit(struct replay *r, struct str id);
void replay_release(struct replay *r, struct str id);

/* Forget what is over and give memory back; about every minute. */
void replay_sweep(struct replay *r, int64_t now_s);
/* Ids held, some of which may be over. */
size_t replay_count(struct replay *r);

#endif
