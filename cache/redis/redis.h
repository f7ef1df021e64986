/* SPDX-License-Identifier: Apache-2.0 */
/* cache/redis/redis.h -- the tier that all instances share: short texts and documents under keys,
 * which Redis may lose at any time.
 *
 * Nothing here is needed for an answer to be right. A call takes at most `timeout_ms`, waiting for
 * a connection included; the first that takes longer opens the breaker, and from then on every call
 * is ST_UNAVAILABLE at once, until a thread of its own has found Redis well again. That thread
 * opens all connections, so that nobody waits for a name server or a log-in, and tells each change
 * of state once. Thread-safe. */
#ifndef CLIMACAST_CACHE_REDIS_REDIS_H
#define CLIMACAST_CACHE_REDIS_REDIS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/base/err.h"
#include "server/base/metrics.h"
#include "server/base/str.h"

struct redis;

struct redis_settings {
    const char *url; /* as cache/redis/url.h reads it */
    int64_t timeout_ms;
    const char *prefix; /* what every key begins with */
    /* Told of each change of state, from a thread of its own: ST_OK, all is well (again);
     * ST_DENIED, ST_INVALID, ST_TIMEOUT, ST_UNAVAILABLE: Redis is not used any more; ST_TOO_LARGE:
     * it is read, but takes no writes (full, or a replica). May be NULL. */
    void (*report)(void *data, const struct err *state);
    void *report_data;
};

/* Waits for the first connection, three times timeout_ms at most; a Redis that is away is no fault.
 * ST_INVALID: the URL. */
enum status redis_create(const struct redis_settings *settings, struct metrics *metrics,
                         struct redis **ret_redis, struct err *err);
void redis_free(struct redis *r); /* NULL allowed */

/* What may be asked; several go in one round trip, in their order. */
enum redis_verb {
    REDIS_GET,    /* the value goes to `reply`, at most `most` bytes of it */
    REDIS_SET,    /* whatever was there, for expiry_ms */
    REDIS_SET_NX, /* unless something is there */
    REDIS_DEL,    /* whatever is there */
    REDIS_DEL_IF, /* if it is `value` */
    /* Put `value` in place of as many bytes at the front, if its first byte stands there already
     * and `guard` behind it, and let all expire in expiry_ms. */
    REDIS_PATCH_IF,
    /* Count names in a sorted set: `value` has a line "name TAB how often" for each; at most the
     * `keep` most counted stay, and all expires in expiry_ms. The `tell` most counted go to `reply`
     * in such lines, most first, at most `most` bytes. Done twice, it counts twice. */
    REDIS_TOPK_ADD,
    REDIS_VERBS
};
struct redis_job {
    enum redis_verb verb;
    struct str key; /* without the prefix */
    struct str value, guard;
    int64_t expiry_ms;
    size_t most;
    int keep, tell; /* tally */
    /* ST_OK          done
     *   ST_MISS        get, amend: there is nothing of the kind
     *   ST_CONFLICT    add: something is there; remove_if: something else is there, or nothing
     *   ST_DENIED      Redis refuses: full, no permission, another type
     *   ST_INVALID     get: more than `most`
     *   else           as redis_do() returned */
    enum status status;
    struct buf reply; /* the caller's to free, whatever the status */
};
/* ST_OK: each job has its own status. ST_TIMEOUT: Redis was too slow, or the deadline passed;
 * ST_UNAVAILABLE: broken off, or the breaker is open. Then any of the jobs may have been done. */
enum status redis_do(struct redis *r, struct redis_job *jobs, size_t count, int64_t deadline,
                     struct err *err);
/* Free the replies. */
void redis_jobs_done(struct redis_job *jobs, size_t count);

bool redis_up(struct redis *r); /* is the breaker closed? */

#endif
