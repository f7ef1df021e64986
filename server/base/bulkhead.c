/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/bulkhead.c -- how many turns may wait for one dependency at a time. */
#include "server/base/bulkhead.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { NAME_MAX_BYTES = 255 };

struct dependency {
    char name[NAME_MAX_BYTES + 1];
    size_t inside;
    struct metric *waiting, *turned_away;
};

struct bulkhead {
    size_t max;
    struct metric_family *waiting, *turned_away;
    pthread_mutex_t lock; /* guards the following */
    struct dependency dependencies[BULKHEAD_DEPENDENCIES_MAX];
    size_t count;
};

struct bulkhead *bulkhead_create(size_t max, struct metrics *metrics)
{
    struct bulkhead *b = calloc(1, sizeof *b);

    if (!b || pthread_mutex_init(&b->lock, NULL) != 0) {
        free(b);
        return NULL;
    }
    b->max = max;
    b->waiting = metrics_family(metrics, METRIC_GAUGE, "climacast_upstream_waiting", "host",
                                "Requests waiting for an upstream service.");
    b->turned_away =
        metrics_family(metrics, METRIC_COUNTER, "climacast_upstream_turned_away_total", "host",
                       "Requests that did not wait for an upstream service, because too many "
                       "already did.");
    return b;
}

void bulkhead_free(struct bulkhead *b)
{
    if (!b)
        return;
    (void)pthread_mutex_destroy(&b->lock);
    free(b);
}

/* The row of the dependency, added when it is new; NULL when there are too many. The lock is
 * held. */
static struct dependency *find_dependency(struct bulkhead *b, struct str name)
{
    struct dependency *n;

    for (size_t i = 0; i < b->count; i++)
        if (str_eqz(name, b->dependencies[i].name))
            return &b->dependencies[i];
    if (b->count == BULKHEAD_DEPENDENCIES_MAX || name.n == 0 || name.n > NAME_MAX_BYTES)
        return NULL;
    n = &b->dependencies[b->count++];
    memcpy(n->name, name.p, name.n);
    n->waiting = metric_get(b->waiting, n->name, NULL, NULL);
    n->turned_away = metric_get(b->turned_away, n->name, NULL, NULL);
    return n;
}

/* The lock is held. */
static bool enter_dependency(struct bulkhead *b, struct bulkhead_pass *pass, struct dependency *n)
{
    unsigned bit = 1u << (n - b->dependencies);

    if (pass->held & bit)
        return true;
    if (n->inside >= b->max) {
        metric_add(n->turned_away, 1);
        return false;
    }
    pass->held |= bit;
    metric_set(n->waiting, (double)++n->inside);
    return true;
}

bool bulkhead_enter(struct bulkhead_pass *pass, struct str dependency)
{
    struct bulkhead *b = pass ? pass->bulkhead : NULL;
    struct dependency *n;
    bool entered;

    if (!b)
        return true;
    if (pass->turned_away)
        return false;
    (void)pthread_mutex_lock(&b->lock);
    n = find_dependency(b, dependency);
    entered = !n || enter_dependency(b, pass, n);
    (void)pthread_mutex_unlock(&b->lock);
    return entered;
}

void bulkhead_leave(struct bulkhead_pass *pass)
{
    struct bulkhead *b = pass->bulkhead;

    if (!b || !pass->held)
        return;
    (void)pthread_mutex_lock(&b->lock);
    for (size_t i = 0; i < b->count; i++)
        if (pass->held & 1u << i)
            metric_set(b->dependencies[i].waiting, (double)--b->dependencies[i].inside);
    (void)pthread_mutex_unlock(&b->lock);
    pass->held = 0;
}
