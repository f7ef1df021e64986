/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/history.c -- see the header.
 *
 * A slot of the ring belongs to the minute that is written in it, so slots of a minute when nobody
 * came by, or of yesterday, are known for what they are. */
#include "server/admin/history.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "server/admin/metrics_query.h"

struct slot {
    int64_t minute; /* since 1970 */
    struct history_totals grown;
};

struct history {
    pthread_mutex_t lock;
    struct history_totals last; /* as of the last call */
    int64_t minute;             /* of the last call */
    struct slot slots[HISTORY_MINUTES];
};

static int64_t minute_of(int64_t now_s)
{
    return now_s > 0 ? now_s / 60 : 0;
}

struct history *history_create(int64_t now_s)
{
    struct history *h = calloc(1, sizeof *h);

    if (h && pthread_mutex_init(&h->lock, NULL) != 0) {
        free(h);
        return NULL;
    }
    if (h)
        h->minute = minute_of(now_s);
    return h;
}

void history_free(struct history *h)
{
    if (!h)
        return;
    (void)pthread_mutex_destroy(&h->lock);
    free(h);
}

/* Who comes with totals that are older than the last ones adds nothing. */
static int64_t growth(int64_t now, int64_t before)
{
    return now > before ? now - before : 0;
}

void history_add(struct history_totals *to, const struct history_totals *what)
{
    for (size_t i = 0; i < HISTORY_COUNTS; i++)
        to->counts[i] += what->counts[i];
    for (size_t i = 0; i < METRIC_BUCKETS; i++)
        to->buckets[i] += what->buckets[i];
    to->seconds += what->seconds;
    to->timed += what->timed;
}

static struct history_totals grown(const struct history_totals *now,
                                   const struct history_totals *before)
{
    struct history_totals g = { .timed = growth(now->timed, before->timed) };

    for (size_t i = 0; i < HISTORY_COUNTS; i++)
        g.counts[i] = growth(now->counts[i], before->counts[i]);
    for (size_t i = 0; i < METRIC_BUCKETS; i++)
        g.buckets[i] = growth(now->buckets[i], before->buckets[i]);
    if (now->seconds > before->seconds)
        g.seconds = now->seconds - before->seconds;
    return g;
}

static void add_timed(void *data, const struct metric_sample *sample)
{
    struct history_totals *t = data;

    t->seconds += sample->sum;
    t->timed += (int64_t)sample->value;
    for (size_t i = 0; i < METRIC_BUCKETS; i++)
        t->buckets[i] += sample->buckets[i];
}

void history_totals_read(struct metrics *metrics, struct history_totals *ret_totals)
{
    static const char requests[] = "climacast_requests_total";
    int64_t apologies = (int64_t)metrics_query_sum(metrics, requests, "outcome", "apology", NULL);

    *ret_totals = (struct history_totals){ .timed = 0 };
    ret_totals->counts[HISTORY_APOLOGIES] = apologies;
    ret_totals->counts[HISTORY_ANSWERED] =
        (int64_t)metrics_query_sum(metrics, requests, NULL) - apologies;
    ret_totals->counts[HISTORY_REFUSED] =
        (int64_t)metrics_query_sum(metrics, "climacast_refusals_total", NULL);
    metrics_each(metrics, "climacast_request_seconds", add_timed, ret_totals);
}

void history_record(struct history *h, const struct history_totals *totals, int64_t now_s)
{
    struct history_totals g;
    struct slot *slot;

    (void)pthread_mutex_lock(&h->lock);
    slot = &h->slots[h->minute % HISTORY_MINUTES];
    if (slot->minute != h->minute)
        *slot = (struct slot){ .minute = h->minute };
    g = grown(totals, &h->last);
    history_add(&slot->grown, &g);
    history_add(&h->last, &g); /* not `totals`: somebody may have come by with later ones */
    h->minute = minute_of(now_s);
    (void)pthread_mutex_unlock(&h->lock);
}

void history_read(struct history *h, int64_t now_s, int minutes, size_t count,
                  struct history_totals *ret_spans, int64_t *ret_start)
{
    int64_t now = minute_of(now_s);
    int64_t first = (now / minutes - (int64_t)count + 1) * minutes;

    memset(ret_spans, 0, count * sizeof *ret_spans);
    *ret_start = first * 60;
    (void)pthread_mutex_lock(&h->lock);
    for (size_t i = 0; i < HISTORY_MINUTES; i++) {
        const struct slot *slot = &h->slots[i];
        if (slot->minute > 0 && slot->minute >= first && slot->minute <= now)
            history_add(&ret_spans[(slot->minute - first) / minutes], &slot->grown);
    }
    (void)pthread_mutex_unlock(&h->lock);
}

double history_quantile(const struct history_totals *t, double share)
{
    double wanted = share * (double)t->timed, below = 0, from = 0;

    if (t->timed <= 0)
        return 0;
    for (size_t i = 0; i < METRIC_BUCKETS; i++) {
        double here = (double)t->buckets[i], to = metric_bounds[i];
        if (here > 0 && below + here >= wanted)
            return from + (to - from) * (wanted - below) / here;
        below += here;
        from = to;
    }
    return metric_bounds[METRIC_BUCKETS - 1];
}
