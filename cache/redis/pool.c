/* SPDX-License-Identifier: Apache-2.0 */
/* cache/redis/pool.c -- the idle connections. */
#include "cache/redis/internal.h"

void redis_pool_set_count(struct redis *r, size_t count)
{
    r->connection_count = count;
    metric_set(r->connections, (double)count);
}

void redis_pool_invalidate(struct redis *r, struct redis_closing *closing)
{
    for (size_t i = 0; i < r->idle_count; i++)
        closing->connections[closing->count++] = r->idle[i];
    redis_pool_set_count(r, r->connection_count - r->idle_count);
    r->idle_count = 0;
    r->generation++;
}

void redis_pool_close(struct redis_closing *closing)
{
    for (size_t i = 0; i < closing->count; i++)
        redis_connection_close(closing->connections[i]);
}
