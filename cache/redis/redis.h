/* SPDX-License-Identifier: Apache-2.0 */
/* cache/redis/redis.h -- the cache tier that all instances share: short values under keys, any of
 * which Redis may lose at any time.
 *
 * No answer depends on it. A call takes at most `timeout_ms`, including the wait for a connection.
 * The first call that takes longer opens the circuit breaker: from then on every call returns
 * ST_UNAVAILABLE at once, until a background thread finds that Redis responds again. That thread
 * opens all connections, so no caller waits for DNS or authentication, and reports each change of
 * state once. Thread-safe. */
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
    const char *url; /* see cache/redis/url.h */
    int64_t timeout_ms;
    const char *prefix; /* of every key */
    /* Called from the background thread with each change of state; may be NULL.
     *     ST_OK          Redis is in use
     *     ST_TOO_LARGE   read-only: it is full, a replica, or denies writes
     *     ST_DENIED      authentication failed
     *     ST_TIMEOUT, ST_UNAVAILABLE, ST_INVALID   it is not used */
    void (*report)(void *data, const struct err *state);
    void *report_data;
    struct metric *seconds;   /* histogram of round trips; may be NULL */
    struct metric *evictions; /* counter of keys that Redis evicted; may be NULL */
};

/* Waits up to three times timeout_ms for the first connection. A Redis that is down is not an
 * error. Returns ST_INVALID when the URL is malformed. */
enum status redis_create(const struct redis_settings *settings, struct metrics *metrics,
                         struct redis **ret_redis, struct err *err);
void redis_free(struct redis *r); /* NULL is allowed */

/* The jobs of one redis_do() are sent in one round trip and run in order. */
enum redis_verb {
    REDIS_GET,    /* read the value into `reply` */
    REDIS_SET,    /* write `value`, which expires after expiry_ms */
    REDIS_SET_NX, /* the same, unless the key exists */
    REDIS_DEL,
    REDIS_DEL_IF, /* delete the key if it holds `value` */
    /* Overwrite the beginning of the stored value with `value`, and set its expiry to expiry_ms, if
     * the first byte is the same already and `guard` follows the part to be overwritten. */
    REDIS_PATCH_IF,
    /* Add counts to a sorted set. `value` has a line "name TAB count NEWLINE" for each name; the
     * set keeps its topk_keep highest counts and expires after expiry_ms. The topk_reply highest
     * go to `reply` as lines of the same form without the last NEWLINE, highest first. Not
     * idempotent. */
    REDIS_TOPK_ADD,
    REDIS_VERBS
};
struct redis_job {
    enum redis_verb verb;
    struct str key; /* without the prefix */
    struct str value, guard;
    int64_t expiry_ms;
    size_t reply_max; /* bytes */
    int topk_keep, topk_reply;
    /* ST_OK         done
     * ST_MISS       GET: no such key; PATCH_IF: the condition did not hold
     * ST_CONFLICT   SET_NX: the key exists; DEL_IF: it does not hold `value`
     * ST_DENIED     Redis returned an error: full, no permission, wrong type
     * ST_INVALID    the reply is longer than reply_max
     * any other     what redis_do() returned */
    enum status status;
    struct buf reply; /* freed by redis_jobs_done(), whatever the status */
};
/* Returns ST_OK when each job has a status of its own. ST_TIMEOUT (Redis was too slow, or the
 * deadline passed) and ST_UNAVAILABLE (the connection broke, or the breaker is open) leave it open
 * whether any of the jobs was done. */
enum status redis_do(struct redis *r, struct redis_job *jobs, size_t count, int64_t deadline,
                     struct err *err);
/* Free the replies. */
void redis_jobs_done(struct redis_job *jobs, size_t count);

bool redis_up(struct redis *r); /* is the breaker closed? */

#endif
