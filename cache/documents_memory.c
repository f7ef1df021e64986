/* SPDX-License-Identifier: Apache-2.0 */
/* cache/documents_memory.c -- documents and failures in memory.
 *
 *     d:<url>   an object that holds a struct cached_document
 *     f:<url>   an object that holds a struct document_failure; the stamp is its expiry on the
 *               monotonic clock, in milliseconds
 * A cached document never changes: a 304 makes a new wrapper around the same decoded object. How
 * long it is fresh is decided at each lookup, because two callers may set different bounds. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache/documents_internal.h"
#include "cache/freshness.h"
#include "server/base/clock.h"

enum {
    KEY_MAX = DOCUMENT_URL_MAX + 4,
    FAILURE_MS = 4000, /* with the one in Redis, a failure is cached for at most 5 s */
};

static struct str memory_key(char kind, const char *url, char out[KEY_MAX])
{
    size_t n = strnlen(url, DOCUMENT_URL_MAX);

    out[0] = kind;
    out[1] = ':';
    memcpy(out + 2, url, n);
    return (struct str){ out, n + 2 };
}

/* ---- documents ---- */

static void cached_document_free(void *data)
{
    struct cached_document *cached = data;

    object_release(cached->object);
    free(cached);
}

/* Returns NULL when out of memory. */
static struct object *wrap_object(struct object *object, int64_t age_ms)
{
    struct cached_document *cached = calloc(1, sizeof *cached);

    if (!cached)
        return NULL;
    cached->object = object_retain(object);
    cached->fetched_ms = clock_wall_ms() - age_ms;
    cached->arrived_us = clock_mono_us() - age_ms * 1000;
    return object_create(cached, sizeof *cached + object->bytes, cached_document_free);
}

static void store_wrapper(struct documents *d, const char *url, struct object *wrapper)
{
    char key[KEY_MAX];

    memory_put(d->memory, memory_key('d', url, key), wrapper, 0);
    memory_remove(d->memory, memory_key('f', url, key));
}

struct object *documents_memory_get(struct documents *d, const char *url)
{
    char key[KEY_MAX];

    return memory_get(d->memory, memory_key('d', url, key), NULL);
}

struct object *documents_memory_put(struct documents *d, const char *url, struct object *object,
                                    const struct http_response *response,
                                    const struct cached_document *confirmed, bool *ret_no_store)
{
    struct object *wrapper = wrap_object(object, 0);
    struct cached_document *cached;
    struct freshness freshness;

    if (!wrapper)
        return NULL;
    cached = wrapper->data;
    freshness = freshness_of(response, cached->fetched_ms / 1000);
    cached->lifetime_s = freshness.lifetime_s;
    memcpy(cached->etag, response->etag, sizeof cached->etag);
    memcpy(cached->last_modified, response->last_modified, sizeof cached->last_modified);
    if (confirmed && !cached->etag[0] && !cached->last_modified[0]) { /* a 304 may omit them */
        memcpy(cached->etag, confirmed->etag, sizeof cached->etag);
        memcpy(cached->last_modified, confirmed->last_modified, sizeof cached->last_modified);
    }
    if (freshness.no_store)
        documents_memory_forget(d, url);
    else
        store_wrapper(d, url, wrapper);
    *ret_no_store = freshness.no_store;
    return wrapper;
}

struct object *documents_memory_adopt(struct documents *d, const char *url, struct object *object,
                                      const struct redis_record_document *record, int64_t age_ms)
{
    struct object *wrapper = wrap_object(object, age_ms);
    struct cached_document *cached = wrapper ? wrapper->data : NULL;

    if (!cached)
        return NULL;
    cached->lifetime_s = record->lifetime_s;
    (void)snprintf(cached->etag, sizeof cached->etag, "%.*s", STR_ARG(record->etag));
    (void)snprintf(cached->last_modified, sizeof cached->last_modified, "%.*s",
                   STR_ARG(record->last_modified));
    store_wrapper(d, url, wrapper);
    return wrapper;
}

void documents_memory_forget(struct documents *d, const char *url)
{
    char key[KEY_MAX];

    memory_remove(d->memory, memory_key('d', url, key));
    memory_remove(d->memory, memory_key('f', url, key));
}

/* ---- failures ---- */

void documents_memory_put_failure(struct documents *d, const char *url,
                                  const struct document_failure *failure)
{
    struct document_failure *copy = malloc(sizeof *copy);
    char key[KEY_MAX];
    struct object *o;

    if (!copy)
        return;
    *copy = *failure;
    copy->at_us = clock_mono_us();
    o = object_create(copy, sizeof *copy, free);
    if (!o)
        return;
    memory_put(d->memory, memory_key('f', url, key), o, clock_mono_ms() + FAILURE_MS);
    object_release(o);
}

bool documents_memory_get_failure(struct documents *d, const char *url,
                                  struct document_failure *ret_failure)
{
    char key[KEY_MAX];
    int64_t expires_at = 0;
    struct object *o = memory_get(d->memory, memory_key('f', url, key), &expires_at);
    bool is_current = o && clock_left_ms(expires_at) > 0;

    if (is_current)
        *ret_failure = *(const struct document_failure *)o->data;
    object_release(o);
    return is_current;
}
