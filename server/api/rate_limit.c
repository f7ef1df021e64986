/* SPDX-License-Identifier: Apache-2.0 */
/* server/api/rate_limit.c -- token buckets in a small table. */
#include "server/api/rate_limit.h"

#include <math.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

static const double minute_us = 60e6;

struct bucket {
    char key[RATE_LIMIT_KEY_MAX];
    size_t key_size;
    bool used;
    double left;
    int64_t seen_us;
};

struct rate_limit {
    double per_minute;
    pthread_mutex_t lock;
    struct bucket buckets[RATE_LIMIT_KEYS];
};

struct rate_limit *rate_limit_create(int64_t per_minute)
{
    struct rate_limit *r = calloc(1, sizeof *r);

    if (!r)
        return NULL;
    r->per_minute = (double)per_minute;
    if (pthread_mutex_init(&r->lock, NULL) == 0)
        return r;
    free(r);
    return NULL;
}

void rate_limit_free(struct rate_limit *r)
{
    if (!r)
        return;
    pthread_mutex_destroy(&r->lock);
    free(r);
}

/* The key's bucket, or the one to be reused: an unused one, else that seen least recently. */
static struct bucket *find_bucket(struct rate_limit *r, struct str key)
{
    struct bucket *oldest = &r->buckets[0];

    for (size_t i = 0; i < RATE_LIMIT_KEYS; i++) {
        struct bucket *b = &r->buckets[i];
        if (b->used && b->key_size == key.n && memcmp(b->key, key.p ? key.p : "", key.n) == 0)
            return b;
        if (!b->used || (oldest->used && b->seen_us < oldest->seen_us))
            oldest = b;
        if (!b->used) /* they are filled in order */
            break;
    }
    oldest->used = false;
    return oldest;
}

static void refill(const struct rate_limit *r, struct bucket *b, struct str key, int64_t now_us)
{
    if (!b->used) {
        *b = (struct bucket){ .key_size = key.n, .used = true, .left = r->per_minute };
        memcpy(b->key, key.p ? key.p : "", key.n);
    } else if (now_us > b->seen_us) {
        double grown = (double)(now_us - b->seen_us) * r->per_minute / minute_us;
        b->left = fmin(r->per_minute, b->left + grown);
    }
    b->seen_us = now_us;
}

bool rate_limit_take(struct rate_limit *r, struct str key, int64_t now_us, int *ret_wait_s)
{
    struct bucket *b;
    bool taken;

    if (r->per_minute <= 0)
        return true;
    key = str_sub(key, 0, RATE_LIMIT_KEY_MAX);
    pthread_mutex_lock(&r->lock);
    b = find_bucket(r, key);
    refill(r, b, key, now_us);
    taken = b->left >= 1;
    if (taken)
        b->left -= 1;
    else
        *ret_wait_s = (int)ceil((1 - b->left) * 60 / r->per_minute);
    pthread_mutex_unlock(&r->lock);
    return taken;
}
