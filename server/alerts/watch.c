/* SPDX-License-Identifier: Apache-2.0 */
/* server/alerts/watch.c -- the users that the poller watches over. */
#define HASH_NONFATAL_OOM 1
#include "server/alerts/watch.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <uthash.h>

#include "server/alerts/plan.h"

struct watched {
    UT_hash_handle hh;
    struct subscription subscription;
    struct alert_log log;
    bool log_known;
    bool renew;   /* NWS does not know one of the zones any more */
    bool present; /* while its shard is read */
    unsigned shard;
    char user[];
};

struct watch {
    pthread_mutex_t lock; /* guards everything below, except `seen` */
    struct watched *users;
    struct object *bulletin;
    struct subscription_index seen; /* of the thread that polls */
};

struct watch *watch_create(void)
{
    struct watch *w = calloc(1, sizeof *w);

    if (w)
        (void)pthread_mutex_init(&w->lock, NULL);
    return w;
}

static void remove_user(struct watch *w, struct watched *u)
{
    HASH_DEL(w->users, u);
    subscription_done(&u->subscription);
    alert_log_done(&u->log);
    free(u);
}

void watch_clear(struct watch *w)
{
    (void)pthread_mutex_lock(&w->lock);
    while (w->users)
        remove_user(w, w->users);
    object_release(w->bulletin);
    w->bulletin = NULL;
    memset(&w->seen, 0, sizeof w->seen);
    (void)pthread_mutex_unlock(&w->lock);
}

void watch_free(struct watch *w)
{
    if (!w)
        return;
    watch_clear(w);
    (void)pthread_mutex_destroy(&w->lock);
    free(w);
}

static struct watched *find(struct watch *w, struct str user)
{
    struct watched *u = NULL;

    HASH_FIND(hh, w->users, user.p, user.n, u);
    return u;
}

/* ---- the index ---- */

static void begin_shard(void *data, unsigned shard)
{
    struct watch *w = data;

    for (struct watched *u = w->users; u; u = u->hh.next)
        u->present = u->present && u->shard != shard;
}

static struct watched *add(struct watch *w, struct str user)
{
    struct watched *u = calloc(1, sizeof *u + user.n + 1);

    if (!u)
        return NULL;
    memcpy(u->user, user.p, user.n);
    HASH_ADD_KEYPTR(hh, w->users, u->user, user.n, u);
    if (u->hh.tbl)
        return u;
    free(u);
    return NULL;
}

static enum status take_user(void *data, unsigned shard, struct str user, struct subscription *s,
                             struct err *err)
{
    struct watch *w = data;
    struct watched *u;

    if (!subscription_is_active(s))
        return ST_OK;
    u = find(w, user);
    if (!u)
        u = add(w, user);
    if (!u)
        return err_no_memory(err);
    subscription_done(&u->subscription);
    u->subscription = *s;
    s->places = NULL;
    u->shard = shard;
    u->present = true;
    return ST_OK;
}

enum status watch_read(struct watch *w, struct store *store, int64_t deadline, struct err *err)
{
    struct subscription_index seen = w->seen;
    struct watched *u, *next;
    enum status st;

    (void)pthread_mutex_lock(&w->lock);
    st = subscriptions_changed(store, &seen, begin_shard, take_user, w, deadline, err);
    w->seen = seen;
    HASH_ITER (hh, w->users, u, next)
        if (!u->present && st == ST_OK)
            remove_user(w, u);
    (void)pthread_mutex_unlock(&w->lock);
    return st;
}

size_t watch_count(struct watch *w)
{
    size_t count;

    (void)pthread_mutex_lock(&w->lock);
    count = HASH_COUNT(w->users);
    (void)pthread_mutex_unlock(&w->lock);
    return count;
}

/* ---- zones ---- */

static int by_name(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void put_zone(struct watch_zones *z, const char *name)
{
    if (name[0])
        memcpy(z->names[z->count++], name, sizeof z->names[0]);
}

static void put_zones_of_all(const struct watch *w, struct watch_zones *z)
{
    for (const struct watched *u = w->users; u; u = u->hh.next) {
        for (size_t i = 0; i < u->subscription.place_count; i++) {
            put_zone(z, u->subscription.places[i].county);
            put_zone(z, u->subscription.places[i].zone);
        }
    }
}

bool watch_get_zones(struct watch *w, struct watch_zones *ret)
{
    struct watch_zones z = { .at = NULL };
    size_t max = 1, distinct = 0;

    (void)pthread_mutex_lock(&w->lock);
    for (const struct watched *u = w->users; u; u = u->hh.next)
        max += 2 * u->subscription.place_count;
    z.names = calloc(max, sizeof *z.names);
    z.at = calloc(max, sizeof *z.at);
    if (z.names && z.at)
        put_zones_of_all(w, &z);
    (void)pthread_mutex_unlock(&w->lock);
    if (!z.names || !z.at) {
        watch_zones_done(&z);
        return false;
    }
    qsort(z.names, z.count, sizeof *z.names, by_name);
    for (size_t i = 0; i < z.count; i++)
        if (i == 0 || strcmp(z.names[i], z.names[i - 1]) != 0)
            z.at[distinct++] = z.names[i];
    z.count = distinct;
    *ret = z;
    return true;
}

void watch_zones_done(struct watch_zones *z)
{
    free(z->at);
    free(z->names);
    *z = (struct watch_zones){ .at = NULL };
}

void watch_renew_zone(struct watch *w, const char *zone)
{
    (void)pthread_mutex_lock(&w->lock);
    for (struct watched *u = w->users; u; u = u->hh.next)
        for (size_t i = 0; i < u->subscription.place_count; i++)
            if (strcmp(u->subscription.places[i].county, zone) == 0 ||
                strcmp(u->subscription.places[i].zone, zone) == 0)
                u->renew = true;
    (void)pthread_mutex_unlock(&w->lock);
}

bool watch_take_renewal(struct watch *w, struct str user)
{
    struct watched *u;
    bool renew;

    (void)pthread_mutex_lock(&w->lock);
    u = find(w, user);
    renew = u && u->renew;
    if (u)
        u->renew = false;
    (void)pthread_mutex_unlock(&w->lock);
    return renew;
}

/* ---- the bulletin ---- */

void watch_set_bulletin(struct watch *w, struct object *bulletin)
{
    (void)pthread_mutex_lock(&w->lock);
    object_release(w->bulletin);
    w->bulletin = bulletin;
    (void)pthread_mutex_unlock(&w->lock);
}

struct object *watch_bulletin(struct watch *w)
{
    struct object *bulletin;

    (void)pthread_mutex_lock(&w->lock);
    bulletin = w->bulletin ? object_retain(w->bulletin) : NULL;
    (void)pthread_mutex_unlock(&w->lock);
    return bulletin;
}

/* ---- what is to be done ---- */

static bool has_planned(const struct alert_log *l)
{
    for (size_t i = 0; i < l->count; i++)
        if (l->records[i].outcome == ALERT_PLANNED)
            return true;
    return false;
}

/* Would the log change? Tried on a copy. */
static bool would_change(const struct watched *u, struct plan *p)
{
    struct alert_log copy = { .count = u->log.count };
    bool changed;

    copy.records = calloc(copy.count + 1, sizeof *copy.records);
    if (!copy.records)
        return true;
    if (copy.count > 0)
        memcpy(copy.records, u->log.records, copy.count * sizeof *copy.records);
    changed = !plan_apply(p, &copy) || p->changed;
    alert_log_done(&copy);
    return changed;
}

static bool is_due(const struct watched *u, const struct bulletin *b, int64_t now_ms)
{
    struct plan p;

    if (u->subscription.places_stale || u->renew)
        return true;
    if (!b)
        return false;
    plan_init(&p, b, &u->subscription, now_ms);
    if (!u->log_known)
        return p.hit_count > 0;
    if (p.hit_count == 0 && u->log.count == 0)
        return false;
    return has_planned(&u->log) || would_change(u, &p);
}

void watch_find_due(struct watch *w, int64_t now_ms, watch_due_fn *fn, void *data)
{
    (void)pthread_mutex_lock(&w->lock);
    for (struct watched *u = w->users; u; u = u->hh.next)
        if (is_due(u, w->bulletin ? w->bulletin->data : NULL, now_ms))
            fn(data, str_of(u->user));
    (void)pthread_mutex_unlock(&w->lock);
}

void watch_set_log(struct watch *w, struct str user, struct alert_log *log)
{
    struct watched *u;

    (void)pthread_mutex_lock(&w->lock);
    u = find(w, user);
    if (u) {
        alert_log_done(&u->log);
        u->log = *log;
        u->log_known = true;
        *log = (struct alert_log){ .records = NULL };
    }
    (void)pthread_mutex_unlock(&w->lock);
    alert_log_done(log);
}

void watch_forget(struct watch *w, struct str user)
{
    struct watched *u;

    (void)pthread_mutex_lock(&w->lock);
    u = find(w, user);
    if (u)
        remove_user(w, u);
    (void)pthread_mutex_unlock(&w->lock);
}
