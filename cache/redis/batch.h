/* SPDX-License-Identifier: Apache-2.0 */
/* cache/redis/batch.h -- jobs written as commands, and their replies judged. Only redis.c needs
 * it. */
#ifndef CLIMACAST_CACHE_REDIS_BATCH_H
#define CLIMACAST_CACHE_REDIS_BATCH_H

#include "cache/redis/connection.h"
#include "cache/redis/redis.h"

struct redis_order; /* what a command's words stand on */
struct redis_orders {
    struct redis_job *jobs; /* borrowed */
    struct redis_command *commands;
    struct redis_order *orders;
    size_t count;
};

/* What the replies say about Redis itself. */
struct redis_verdict {
    bool unfit;         /* it should not be asked anything now: loading, busy, logged out */
    bool refused_write; /* full, a replica, no permission */
    bool wrote;
    struct err why;
};

/* ST_INVALID: a job is malformed. Either way redis_orders_done() follows. */
enum status redis_orders_make(struct redis_orders *o, const char *prefix, struct redis_job *jobs,
                              size_t count, struct err *err);
void redis_orders_reset(struct redis_orders *o); /* forget replies, to send the same again */
/* Give each job its status and reply. */
void redis_orders_judge(struct redis_orders *o, struct redis_verdict *verdict);
void redis_orders_done(struct redis_orders *o);

#endif
