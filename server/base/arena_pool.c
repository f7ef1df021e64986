/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/arena_pool.c -- a stack of arenas: the one used last is still in the processor's
 * cache. */
#include "server/base/arena_pool.h"

#include <pthread.h>
#include <stdlib.h>

struct arena_pool {
    size_t max, keep;
    pthread_mutex_t lock; /* guards what follows; never held while an arena is made or reset */
    size_t count;
    struct arena *kept[];
};

struct arena_pool *arena_pool_create(size_t max, size_t keep)
{
    struct arena_pool *p = calloc(1, sizeof *p + keep * sizeof p->kept[0]);

    if (!p)
        return NULL;
    p->max = max;
    p->keep = keep;
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
        a = p->kept[--p->count];
    (void)pthread_mutex_unlock(&p->lock);
    return a ? a : arena_create(p->max);
}

void arena_pool_give(struct arena_pool *p, struct arena *a)
{
    if (!a)
        return;
    arena_reset(a);
    (void)pthread_mutex_lock(&p->lock);
    if (p->count < p->keep) {
        p->kept[p->count++] = a;
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
        arena_free(p->kept[--p->count]);
    (void)pthread_mutex_destroy(&p->lock);
    free(p);
}
