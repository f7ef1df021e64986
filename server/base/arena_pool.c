/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/arena_pool.c -- a stack of idle arenas: the last one used is still in the CPU
 * cache. */
#include "server/base/arena_pool.h"

#include <pthread.h>
#include <stdlib.h>

struct arena_pool {
    size_t max, idle_max;
    pthread_mutex_t lock; /* guards the rest; not held while an arena is created or reset */
    size_t count;
    struct arena *idle[];
};

struct arena_pool *arena_pool_create(size_t max, size_t idle_max)
{
    struct arena_pool *p = calloc(1, sizeof *p + idle_max * sizeof p->idle[0]);

    if (!p)
        return NULL;
    p->max = max;
    p->idle_max = idle_max;
    if (pthread_mutex_init(&p->lock, NULL) != 0) {
        free(p);
        return NULL;
    }
    return p;
}

struct arena *arena_pool_take(struct arena_pool *p)
{
    struct arena *a = NULL;

    (void)pthread_mutex_lock(&p->lock);
    if (p->count > 0)
        a = p->idle[--p->count];
    (void)pthread_mutex_unlock(&p->lock);
    return a ? a : arena_create(p->max);
}

void arena_pool_give(struct arena_pool *p, struct arena *a)
{
    if (!a)
        return;
    arena_reset(a);
    (void)pthread_mutex_lock(&p->lock);
    if (p->count < p->idle_max) {
        p->idle[p->count++] = a;
        a = NULL;
    }
    (void)pthread_mutex_unlock(&p->lock);
    arena_free(a);
}

void arena_pool_free(struct arena_pool *p)
{
    if (!p)
        return;
    while (p->count > 0)
        arena_free(p->idle[--p->count]);
    (void)pthread_mutex_destroy(&p->lock);
    free(p);
}
