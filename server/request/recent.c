/* SPDX-License-Identifier: Apache-2.0 */
/* server/request/recent.c -- the last failures, and the slowest questions of each of the last 24
 * hours.
 *
 * Each hour has a list of its own, so that the slowest of yesterday do not keep out those of today
 * once they have expired. */
#include "server/request/recent.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { HOURS = 24, HOUR_S = 3600 };

struct list {
    size_t count;
    struct recent_request requests[RECENT_FAILURES]; /* newest or slowest first */
};

struct hour {
    int64_t hour; /* since 1970 */
    struct list slowest;
};

struct recent {
    pthread_mutex_t lock;
    struct list failures;
    struct recent_words unresolved[RECENT_UNRESOLVED]; /* newest first */
    size_t unresolved_count;
    struct hour hours[HOURS];
    /* In this hour, a faster request is not among the slowest. Read without the lock. */
    _Atomic int64_t limit_hour, limit_us;
};

struct recent *recent_create(void)
{
    struct recent *r = calloc(1, sizeof *r);

    if (r && pthread_mutex_init(&r->lock, NULL) != 0) {
        free(r);
        return NULL;
    }
    return r;
}

void recent_free(struct recent *r)
{
    if (!r)
        return;
    (void)pthread_mutex_destroy(&r->lock);
    free(r);
}

/* ---- lists ---- */

static bool is_same_question(const struct recent_request *a, const struct recent_request *b)
{
    return strcmp(a->intent, b->intent) == 0 && strcmp(a->metric, b->metric) == 0 &&
           strcmp(a->place, b->place) == 0;
}

static bool is_same_failure(const struct recent_request *a, const struct recent_request *b)
{
    return is_same_question(a, b) && strcmp(a->outcome, b->outcome) == 0 &&
           strcmp(a->cause, b->cause) == 0;
}

static void list_remove(struct list *l, size_t i)
{
    l->count--;
    memmove(&l->requests[i], &l->requests[i + 1], (l->count - i) * sizeof l->requests[0]);
}

/* Insert before position i; the last one is dropped when the list has `max`. */
static void list_insert(struct list *l, size_t i, size_t max, const struct recent_request *request)
{
    if (i >= max)
        return;
    if (l->count == max)
        l->count--;
    memmove(&l->requests[i + 1], &l->requests[i], (l->count - i) * sizeof l->requests[0]);
    l->requests[i] = *request;
    l->count++;
}

/* ---- failures ---- */

void recent_add_failure(struct recent *r, const struct recent_request *request)
{
    struct recent_request added = *request;

    if (!r)
        return;
    added.count = 1;
    (void)pthread_mutex_lock(&r->lock);
    for (size_t i = 0; i < r->failures.count; i++) {
        const struct recent_request *before = &r->failures.requests[i];
        if (!is_same_failure(before, request))
            continue;
        added.count += before->count;
        added.us = before->us > added.us ? before->us : added.us;
        list_remove(&r->failures, i);
        break;
    }
    list_insert(&r->failures, 0, RECENT_FAILURES, &added);
    (void)pthread_mutex_unlock(&r->lock);
}

size_t recent_failures(struct recent *r, struct recent_request ret_requests[RECENT_FAILURES])
{
    size_t count;

    if (!r)
        return 0;
    (void)pthread_mutex_lock(&r->lock);
    count = r->failures.count;
    memcpy(ret_requests, r->failures.requests, count * sizeof ret_requests[0]);
    (void)pthread_mutex_unlock(&r->lock);
    return count;
}

/* ---- words that resolved to nothing ---- */

static bool is_same_words(const struct recent_words *a, const struct recent_words *b)
{
    return strcmp(a->intent, b->intent) == 0 && strcmp(a->slot, b->slot) == 0 &&
           strcmp(a->words, b->words) == 0 && strcmp(a->cause, b->cause) == 0;
}

void recent_add_unresolved(struct recent *r, const struct recent_words *words)
{
    struct recent_words added = *words;
    size_t i = 0;

    if (!r)
        return;
    added.count = 1;
    (void)pthread_mutex_lock(&r->lock);
    while (i < r->unresolved_count && !is_same_words(&r->unresolved[i], words))
        i++;
    if (i < r->unresolved_count)
        added.count += r->unresolved[i].count;
    else if (r->unresolved_count < RECENT_UNRESOLVED)
        r->unresolved_count++;
    else
        i = RECENT_UNRESOLVED - 1; /* the oldest */
    memmove(&r->unresolved[1], &r->unresolved[0], i * sizeof r->unresolved[0]);
    r->unresolved[0] = added;
    (void)pthread_mutex_unlock(&r->lock);
}

size_t recent_unresolved(struct recent *r, struct recent_words ret_words[RECENT_UNRESOLVED])
{
    size_t count;

    if (!r)
        return 0;
    (void)pthread_mutex_lock(&r->lock);
    count = r->unresolved_count;
    memcpy(ret_words, r->unresolved, count * sizeof ret_words[0]);
    (void)pthread_mutex_unlock(&r->lock);
    return count;
}

/* ---- the slowest ---- */

static int64_t hour_of(int64_t now)
{
    return now > 0 ? now / HOUR_S : 0;
}

bool recent_is_slow(struct recent *r, int64_t us, int64_t now)
{
    if (!r)
        return false;
    return atomic_load_explicit(&r->limit_hour, memory_order_relaxed) != hour_of(now) ||
           us > atomic_load_explicit(&r->limit_us, memory_order_relaxed);
}

/* Keeps them sorted; a question is listed once, with its longest time. */
static void add_slow(struct list *l, const struct recent_request *request)
{
    struct recent_request added = *request;
    size_t i = 0;

    added.count = 1;
    for (size_t k = 0; k < l->count; k++) {
        if (!is_same_question(&l->requests[k], request))
            continue;
        if (l->requests[k].us > added.us)
            added = l->requests[k];
        list_remove(l, k);
        break;
    }
    while (i < l->count && l->requests[i].us >= added.us)
        i++;
    list_insert(l, i, RECENT_SLOWEST, &added);
}

void recent_add_slow(struct recent *r, const struct recent_request *request)
{
    int64_t number = hour_of(request->at);
    struct hour *hour;

    if (!r || !recent_is_slow(r, request->us, request->at))
        return;
    (void)pthread_mutex_lock(&r->lock);
    hour = &r->hours[number % HOURS];
    if (hour->hour != number)
        *hour = (struct hour){ .hour = number };
    add_slow(&hour->slowest, request);
    atomic_store(&r->limit_us, hour->slowest.count < RECENT_SLOWEST
                                   ? -1
                                   : hour->slowest.requests[RECENT_SLOWEST - 1].us);
    atomic_store(&r->limit_hour, number);
    (void)pthread_mutex_unlock(&r->lock);
}

size_t recent_slowest(struct recent *r, int64_t now,
                      struct recent_request ret_requests[RECENT_SLOWEST])
{
    struct list all = { .count = 0 };

    if (!r)
        return 0;
    (void)pthread_mutex_lock(&r->lock);
    for (size_t h = 0; h < HOURS; h++) {
        const struct hour *hour = &r->hours[h];
        if (hour->hour > hour_of(now) || hour->hour <= hour_of(now) - HOURS)
            continue;
        for (size_t i = 0; i < hour->slowest.count; i++)
            add_slow(&all, &hour->slowest.requests[i]);
    }
    (void)pthread_mutex_unlock(&r->lock);
    memcpy(ret_requests, all.requests, all.count * sizeof ret_requests[0]);
    return all.count;
}
