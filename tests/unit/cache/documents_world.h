/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/documents_world.h -- a document cache without Redis, and an upstream for it. */
#ifndef CLIMACAST_TESTS_UNIT_CACHE_DOCUMENTS_WORLD_H
#define CLIMACAST_TESTS_UNIT_CACHE_DOCUMENTS_WORLD_H

#include <stdlib.h>

#include "cache/documents.h"
#include "server/base/clock.h"
#include "server/base/metrics.h"
#include "tests/test.h"
#include "tests/unit/cache/upstream.h"

static struct world {
    struct http *http;
    struct memory *memory;
    struct metrics *metrics;
    struct documents *documents;
    atomic_int decoded;
} world;

/* How long upstream has for a response; PATIENT_MS is for tests in which none may be repeated, even
 * on a busy machine. */
enum { UPSTREAM_MS = 1000, PATIENT_MS = 4000 };

static inline void world_make_with(int64_t stale_s, int64_t upstream_ms)
{
    struct http_settings http = { .user_agent = "test", .system_roots = true };
    struct documents_settings settings = { .accept = "application/geo+json",
                                           .timeout_ms = upstream_ms,
                                           .max_bytes = 2000,
                                           .stale_s = stale_s };

    upstream_start();
    world.decoded = 0;
    world.http = http_create(&http, NULL);
    world.memory = memory_create(1 << 20);
    world.metrics = metrics_create();
    world.documents = documents_create(&settings, world.http, world.memory, world.metrics);
    CHECK(world.http && world.memory && world.metrics && world.documents);
}

static inline void world_make(int64_t stale_s)
{
    world_make_with(stale_s, UPSTREAM_MS);
}

static inline void world_free(void)
{
    upstream_stop();
    documents_free(world.documents);
    metrics_free(world.metrics);
    memory_free(world.memory);
    http_free(world.http);
}

/* Only "doc:..." is readable. */
static inline enum status decode(struct str body, void *data, struct object **ret_object,
                                 struct err *err)
{
    (void)data;
    atomic_fetch_add(&world.decoded, 1);
    if (!str_starts(body, STR("doc:")))
        return err_set(err, ST_INVALID, "not a document");
    *ret_object = object_create(strndup(body.p, body.n), body.n, free);
    return ST_OK;
}

static inline struct document_request request_for(const char *path, char url[300])
{
    (void)snprintf(url, 300, "http://127.0.0.1:%d%s", upstream.port, path);
    return (struct document_request){ .url = url, .label = "grid", .decode = decode };
}

static inline int64_t in_ms(int64_t ms)
{
    return clock_mono_ms() + ms;
}

static inline struct document get_request(struct document_request request)
{
    struct document d;

    documents_get(world.documents, &request, 1, in_ms(5000), &d);
    CHECK((d.status == ST_OK) == !!d.object);
    return d;
}

static inline struct document get_document(const char *path)
{
    char url[300];

    return get_request(request_for(path, url));
}

/* Check a result, and release it. */
static inline void check_document(struct document d, enum status status, const char *text,
                                  bool stale)
{
    if (d.status != status)
        fail_msg("got %s (%s), request %s", err_status_name(d.status), d.err.text,
                 err_status_name(status));
    if (status == ST_OK)
        CHECK_STR(d.object->data, text);
    CHECK(d.stale == stale);
    CHECK((status == ST_OK && !stale) || d.err.text[0]);
    documents_release(&d, 1);
}

static inline double outcome_count(const char *outcome)
{
    struct metric_family *f =
        metrics_family(world.metrics, METRIC_COUNTER, "climacast_document_requests_total", "", "");

    return metric_value(metric_get(f, "grid", outcome, NULL));
}

/* For how many milliseconds a failure is still cached; 0: none is. */
static inline int64_t cached_failure_ms(const char *path)
{
    char key[300];
    int64_t until = 0;
    struct object *o;

    (void)snprintf(key, sizeof key, "f:http://127.0.0.1:%d%s", upstream.port, path);
    o = memory_get(world.memory, (struct str){ key, strlen(key) }, &until);
    object_release(o);
    return o ? until - clock_mono_ms() : 0;
}

#endif
