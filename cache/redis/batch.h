/* SPDX-License-Identifier: Apache-2.0 */
/* cache/redis/batch.h -- the commands of a list of jobs, and what their replies mean. */
#ifndef CLIMACAST_CACHE_REDIS_BATCH_H
#define CLIMACAST_CACHE_REDIS_BATCH_H

#include "cache/redis/connection.h"
#include "cache/redis/redis.h"

struct redis_batch_args; /* the text that a command's arguments point to */
struct redis_batch {
    struct redis_job *jobs; /* borrowed */
    struct redis_command *commands;
    struct redis_batch_args *args;
    size_t count;
};

/* What the replies show about the state of Redis. */
struct redis_health {
    bool unusable;      /* it is loading or busy, or requires authentication */
    bool write_refused; /* it is full or a replica, or denies writes */
    bool wrote;
    struct err why;
};

/* Returns ST_INVALID when a job is malformed. redis_batch_done() must follow in any case. */
enum status redis_batch_init(struct redis_batch *b, const char *prefix, struct redis_job *jobs,
                             size_t count, struct err *err);
void redis_batch_reset(struct redis_batch *b); /* discard the replies, to send the batch again */
/* Set the status and the reply of each job. */
void redis_batch_take_replies(struct redis_batch *b, struct redis_health *health);
void redis_batch_done(struct redis_batch *b);

#endif
