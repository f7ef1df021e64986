/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/cache/documents_instances.h -- several instances of the document cache over one Redis.
 *
 * An instance is what a process has: memory, connections, documents. Here they share a process. */
#ifndef CLIMACAST_TESTS_UNIT_CACHE_DOCUMENTS_INSTANCES_H
#define CLIMACAST_TESTS_UNIT_CACHE_DOCUMENTS_INSTANCES_H

#include <stdlib.h>

#include "cache/documents.h"
#include "server/base/clock.h"
#include "server/base/metrics.h"
#include "tests/test.h"
#include "tests/unit/cache/redis/redis_server.h"
#include "tests/unit/cache/upstream.h"

/* REDIS_MS is generous, for a busy machine; REDIS_SHORT_MS is for tests with a slow Redis. */
enum { INSTANCES = 3, REDIS_MS = 1000, REDIS_SHORT_MS = 200 };
/* How long upstream has for a response; PATIENT_MS is for tests in which none may be repeated. */
enum { UPSTREAM_MS = 1000, PATIENT_MS = 4000 };

struct instance {
    struct http *http;
    struct memory *memory;
    struct metrics *metrics;
    struct redis *redis;
    struct documents *documents;
};

static struct world {
    struct redis_server redis;
    struct instance at[INSTANCES];
    int64_t upstream_ms;
} world;

/* Only "doc:..." is readable. */
static inline enum status decode(struct str body, void *data, struct object **ret_object,
                                 struct err *err)
{
    (void)data;
    if (!str_starts(body, STR("doc:")))
        return err_set(err, ST_INVALID, "not a document");
    *ret_object = object_create(strndup(body.p, body.n), body.n, free);
    return ST_OK;
}

static inline void instance_make(struct instance *i, const char *redis_url, int64_t redis_ms)
{
    struct http_settings http = { .user_agent = "test", .system_roots = true };
    struct documents_settings settings = {
        .accept = "a/b", .timeout_ms = world.upstream_ms, .max_bytes = 2000, .stale_s = 7200
    };
    struct redis_settings redis = { .url = redis_url, .timeout_ms = redis_ms, .prefix = "t:" };

    i->metrics = metrics_create();
    CHECK(redis_create(&redis, i->metrics, &i->redis, NULL) == ST_OK);
    i->http = http_create(&http, NULL);
    i->memory = memory_create(1 << 20);
    settings.redis = i->redis;
    i->documents = documents_create(&settings, i->http, i->memory, i->metrics);
    CHECK(i->http && i->memory && i->metrics && i->documents);
}

static inline void instance_free(struct instance *i)
{
    documents_free(i->documents);
    redis_free(i->redis);
    metrics_free(i->metrics);
    memory_free(i->memory);
    http_free(i->http);
}

/* As after a restart: its memory is empty. */
static inline void instance_renew(struct instance *i)
{
    instance_free(i);
    instance_make(i, world.redis.unix_url, REDIS_MS);
}

static inline void world_make_with(int64_t upstream_ms)
{
    world.upstream_ms = upstream_ms;
    redis_server_start(&world.redis, NULL);
    upstream_start();
    for (int i = 0; i < INSTANCES; i++)
        instance_make(&world.at[i], world.redis.unix_url, REDIS_MS);
}

static inline void world_make(void)
{
    world_make_with(UPSTREAM_MS);
}

static inline void world_free(void)
{
    for (int i = 0; i < INSTANCES; i++)
        instance_free(&world.at[i]);
    upstream_stop();
    redis_server_stop(&world.redis);
}

static inline int64_t in_ms(int64_t ms)
{
    return clock_mono_ms() + ms;
}

static inline struct document_request request_for(const char *path, char url[300])
{
    (void)snprintf(url, 300, "http://127.0.0.1:%d%s", upstream.port, path);
    return (struct document_request){ .url = url, .label = "grid", .decode = decode };
}

static inline struct document get_document(int instance, const char *path)
{
    char url[300];
    struct document_request request = request_for(path, url);
    struct document d;

    documents_get(world.at[instance].documents, &request, 1, in_ms(5000), &d);
    return d;
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
    documents_release(&d, 1);
}

static inline double outcome_count(int instance, const char *outcome)
{
    struct metric_family *f = metrics_family(world.at[instance].metrics, METRIC_COUNTER,
                                             "climacast_document_requests_total", "", "");

    return metric_value(metric_get(f, "grid", outcome, NULL));
}

/* Run a command on the key of that kind for that path. */
static inline const char *redis_ask(const char *verb, char kind, const char *path, char out[200])
{
    char key[320];

    (void)snprintf(key, sizeof key, "t:%c:http://127.0.0.1:%d%s", kind, upstream.port, path);
    return REDIS_RUN(world.redis.unix_url, out, verb, key);
}

static inline void redis_plant(char kind, const char *path, const char *value,
                               const char *expiry_ms)
{
    char key[320], out[200];

    (void)snprintf(key, sizeof key, "t:%c:http://127.0.0.1:%d%s", kind, upstream.port, path);
    REDIS_RUN(world.redis.unix_url, out, "SET", key, value, "PX", expiry_ms);
}

#define FRESH "Cache-Control: max-age=60\r\n"

#endif
