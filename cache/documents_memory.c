/* SPDX-License-Identifier: Apache-2.0 */
/* cache/documents_memory.c -- documents and failures in memory.
 *
 * What is kept is a wrapper around the decoded object that says when it came and how to ask for it
 * again; a 304 makes a new wrapper around the same object, so that nothing in memory ever changes.
 * How long it is fresh is judged at each look, for two callers may bound it differently. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache/documents_internal.h"
#include "cache/freshness.h"
#include "server/base/clock.h"

enum {
    KEY_MAX = DOCUMENT_URL_MAX + 4,
    FAILURE_MS = 4000, /* how long one is remembered; SPEC section 5 allows 5 s */
};

/* ---- what lies in memory ---- */

static struct str memory_key(char kind, const char *url, char out[KEY_MAX])
{
    int n = snprintf(out, KEY_MAX, "%c:%s", kind, url);

    return (struct str){ out, (size_t)n };
}

static void kept_free(void *data)
{
    struct kept *k = data;

    object_release(k->object);
    free(k);
}

/* Wall seconds. */
static int64_t fetched_at(const struct kept *k)
{
    return k->fetched_ms / 1000;
}

/* Around `object`, fetched `age_ms` ago; NULL: no memory. */
static struct object *wrap(struct object *object, int64_t age_ms)
{
    struct kept *k = calloc(1, sizeof *k);

    if (!k)
        return NULL;
    k->object = object_retain(object);
    k->fetched_ms = clock_wall_ms() - age_ms;
    k->arrived_us = clock_mono_us() - age_ms * 1000;
    return object_create(k, sizeof *k + object->bytes, kept_free);
}

static void put(struct documents *d, const char *url, struct object *wrapper)
{
    char room[KEY_MAX];

    memory_put(d->memory, memory_key('d', url, room), wrapper, 0);
    memory_remove(d->memory, memory_key('f', url, room));
}

struct object *document_keep(struct documents *d, struct ask *a, struct object *object,
                             const struct http_response *response, const struct kept *before)
{
    struct object *wrapper = wrap(object, 0);
    struct freshness freshness;
    struct kept *k;

    if (!wrapper)
        return NULL;
    k = wrapper->data;
    freshness = freshness_of(response, fetched_at(k));
    k->lifetime_s = freshness.lifetime_s;
    memcpy(k->etag, response->etag, sizeof k->etag);
    memcpy(k->last_modified, response->last_modified, sizeof k->last_modified);
    if (before && !k->etag[0] && !k->last_modified[0]) { /* a 304 need not repeat them */
        memcpy(k->etag, before->etag, sizeof k->etag);
        memcpy(k->last_modified, before->last_modified, sizeof k->last_modified);
    }
    if (freshness.no_store) {
        document_forget_here(d, a->want->url);
        fleet_withdraw(d, a);
    } else {
        put(d, a->want->url, wrapper);
        fleet_publish(d, a, k, buf_str(&response->body), before);
    }
    return wrapper;
}

struct object *document_adopt(struct documents *d, const char *url, struct object *object,
                              const struct redis_record_document *record, int64_t age_ms)
{
    struct object *wrapper = wrap(object, age_ms);
    struct kept *k = wrapper ? wrapper->data : NULL;

    if (!k)
        return NULL;
    k->lifetime_s = record->lifetime_s;
    (void)snprintf(k->etag, sizeof k->etag, "%.*s", STR_ARG(record->etag));
    (void)snprintf(k->last_modified, sizeof k->last_modified, "%.*s",
                   STR_ARG(record->last_modified));
    put(d, url, wrapper);
    return wrapper;
}

void document_failure_keep(struct documents *d, const char *url, const struct failure *failure)
{
    struct failure *copy = malloc(sizeof *copy);
    char room[KEY_MAX];
    struct object *o;

    if (!copy)
        return;
    *copy = *failure;
    o = object_create(copy, sizeof *copy, free);
    if (!o)
        return;
    memory_put(d->memory, memory_key('f', url, room), o, clock_mono_ms() + FAILURE_MS);
    object_release(o);
}

bool document_failure_recall(struct documents *d, const char *url, struct failure *ret_failure)
{
    char room[KEY_MAX];
    int64_t until = 0;
    struct object *o = memory_get(d->memory, memory_key('f', url, room), &until);
    bool counts = o && clock_left_ms(until) > 0;

    if (counts)
        *ret_failure = *(const struct failure *)o->data;
    object_release(o);
    return counts;
}

void document_forget_here(struct documents *d, const char *url)
{
    char room[KEY_MAX];

    memory_remove(d->memory, memory_key('d', url, room));
    memory_remove(d->memory, memory_key('f', url, room));
}

void documents_forget(struct documents *d, const char *url)
{
    if (strlen(url) > DOCUMENT_URL_MAX)
        return;
    document_forget_here(d, url);
    fleet_forget(d, url);
}

/* ---- deciding ---- */

/* For how long this want takes it as fresh. */
static int64_t fresh_for(const struct kept *k, const struct document_request *want)
{
    int64_t seconds = k->lifetime_s;

    if (want->max_fresh_s > 0 && seconds > want->max_fresh_s)
        seconds = want->max_fresh_s;
    return seconds > want->min_fresh_s ? seconds : want->min_fresh_s;
}

static bool is_fresh(const struct kept *k, const struct document_request *want, int64_t now)
{
    /* A clock that was set back must not make it young for ever. */
    return now >= fetched_at(k) && now < fetched_at(k) + fresh_for(k, want);
}

bool ask_may_be_stale(const struct documents *d, const struct ask *a)
{
    const struct kept *k = a->kept ? a->kept->data : NULL;

    return k && !a->told_not &&
           clock_wall_s() < fetched_at(k) + fresh_for(k, a->want) + d->settings.stale_s;
}

static void count(const struct ask *a, enum outcome outcome)
{
    if (a->counts)
        metric_add(a->counts->outcomes[outcome], 1);
}

void ask_decide(struct ask *a, enum outcome outcome)
{
    const struct kept *k = a->kept->data;
    struct document *r = a->result;
    int64_t age = clock_wall_s() - fetched_at(k);

    r->status = ST_OK;
    r->object = object_retain(k->object);
    r->stale = outcome == STALE;
    r->age_s = age > 0 ? age : 0;
    r->fetched_at = fetched_at(k);
    a->decided = true;
    count(a, outcome);
}

void ask_decide_failed(const struct documents *d, struct ask *a)
{
    a->result->http_status = a->failure.http_status;
    a->result->err = a->failure.err;
    if (ask_may_be_stale(d, a)) {
        ask_decide(a, STALE);
        return;
    }
    a->result->status = a->failure.status;
    a->decided = true;
    count(a, FAILED);
}

void ask_decide_late(const struct documents *d, struct ask *a)
{
    a->failure = (struct failure){ .status = ST_TIMEOUT };
    (void)err_set(&a->failure.err, ST_TIMEOUT, "%s: no time left to ask", a->want->label);
    ask_decide_failed(d, a);
}

bool ask_will_do(const struct ask *a)
{
    const struct kept *k = a->kept ? a->kept->data : NULL;

    /* What somebody else has fetched since we came is as good as what we would fetch. */
    return k && (is_fresh(k, a->want, clock_wall_s()) || k->arrived_us > a->began_us);
}

void ask_look(struct documents *d, struct ask *a)
{
    char room[KEY_MAX];

    object_release(a->kept);
    a->kept = memory_get(d->memory, memory_key('d', a->want->url, room), NULL);
    if (ask_will_do(a))
        ask_decide(a, HIT);
    else if (!a->want->must_be_fresh && document_failure_recall(d, a->want->url, &a->failure))
        ask_decide_failed(d, a);
}
