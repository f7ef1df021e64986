/* SPDX-License-Identifier: Apache-2.0 */
/* server/alerts/leader.c -- is this daemon the one that polls? */
#include "server/alerts/leader.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/clock.h"
#include "server/base/json.h"
#include "server/base/ticker.h"

enum { KEEP_MS = 3000, RELEASE_MS = 1000 };

struct leader {
    leader_changed_fn *changed;
    void *data;
    struct ticker *ticker;
    struct lease lease; /* of the thread */
    bool failed;        /* the last beat; of the thread */

    pthread_mutex_t lock; /* guards everything below */
    bool leads;
    int64_t beat_mono_ms;
    struct alert_reading reading;
    char *notes;
};

static void give_notes(struct leader *l)
{
    (void)pthread_mutex_lock(&l->lock);
    l->lease.reading = l->reading;
    free(l->lease.notes);
    l->lease.notes = l->notes ? strdup(l->notes) : NULL;
    (void)pthread_mutex_unlock(&l->lock);
}

static void take_result(struct leader *l, bool led)
{
    (void)pthread_mutex_lock(&l->lock);
    l->leads = l->lease.held;
    l->beat_mono_ms = l->lease.beat_mono_ms;
    if (l->leads && !led) {
        l->reading = l->lease.reading;
        free(l->notes);
        l->notes = l->lease.notes ? strdup(l->lease.notes) : NULL;
    }
    (void)pthread_mutex_unlock(&l->lock);
}

static int64_t step(void *data)
{
    struct leader *l = data;
    int64_t now = clock_mono_ms();
    bool led = l->lease.held, fails;
    struct err err = ERR_NONE;

    if (led)
        give_notes(l);
    fails = lease_keep(&l->lease, now + KEEP_MS, &err) != ST_OK;
    take_result(l, led);
    if (l->lease.held != led || (fails && !l->failed))
        l->changed(l->data, l->lease.held, fails ? &err : NULL);
    l->failed = fails;
    return now + LEASE_BEAT_MS;
}

struct leader *leader_create(struct store *store, leader_changed_fn *changed, void *data)
{
    struct leader *l = calloc(1, sizeof *l);

    if (!l)
        return NULL;
    l->changed = changed;
    l->data = data;
    lease_init(&l->lease, store);
    (void)pthread_mutex_init(&l->lock, NULL);
    l->ticker = ticker_create(step, l);
    if (l->ticker)
        return l;
    leader_free(l);
    return NULL;
}

void leader_free(struct leader *l)
{
    if (!l)
        return;
    ticker_free(l->ticker);
    if (l->lease.held)
        give_notes(l);
    lease_release(&l->lease, clock_mono_ms() + RELEASE_MS);
    lease_done(&l->lease);
    (void)pthread_mutex_destroy(&l->lock);
    free(l->notes);
    free(l);
}

bool leader_leads(struct leader *l)
{
    bool leads;

    (void)pthread_mutex_lock(&l->lock);
    leads = l->leads;
    (void)pthread_mutex_unlock(&l->lock);
    return leads;
}

bool leader_is_trusted(struct leader *l)
{
    bool trusted;

    (void)pthread_mutex_lock(&l->lock);
    trusted = l->leads && lease_beat_is_fresh(l->beat_mono_ms, clock_mono_ms());
    (void)pthread_mutex_unlock(&l->lock);
    return trusted;
}

void leader_note_reading(struct leader *l, int64_t now_ms)
{
    bool after_gap;

    (void)pthread_mutex_lock(&l->lock);
    after_gap = now_ms - l->reading.last_ms >= READING_GAP_MS;
    alert_reading_note(&l->reading, now_ms);
    (void)pthread_mutex_unlock(&l->lock);
    if (after_gap)
        ticker_wake(l->ticker);
}

json_t *leader_roots(struct leader *l)
{
    json_t *roots = NULL;

    (void)pthread_mutex_lock(&l->lock);
    if (l->notes)
        (void)json_parse(str_of(l->notes), false, &roots, NULL);
    (void)pthread_mutex_unlock(&l->lock);
    if (json_is_object(roots))
        return roots;
    json_decref(roots);
    return json_object();
}

void leader_set_roots(struct leader *l, const json_t *roots)
{
    struct buf text = BUF_INIT(LEASE_NOTES_MAX);

    json_put(&text, roots);
    if (!text.failed) {
        (void)pthread_mutex_lock(&l->lock);
        free(l->notes);
        l->notes = buf_take(&text, NULL);
        (void)pthread_mutex_unlock(&l->lock);
    }
    buf_free(&text);
}
