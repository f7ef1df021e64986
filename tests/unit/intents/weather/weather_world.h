/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/weather/weather_world.h -- an NWS client with its caches and a fake upstream.
 *
 * world_start() begins with empty caches and an upstream without routes. world_restart() acts like
 * a new process with the same store: what was in memory is gone. */
#ifndef CLIMACAST_TESTS_WEATHER_WORLD_H
#define CLIMACAST_TESTS_WEATHER_WORLD_H

#include "cache/documents.h"
#include "cache/memory.h"
#include "cache/shared.h"
#include "cache/store.h"
#include "intents/weather/nws.h"
#include "server/base/arena.h"
#include "server/base/clock.h"
#include "server/base/http.h"
#include "tests/test.h"
#include "tests/unit/intents/weather/fake_nws.h"

enum { WORLD_ARENA_MAX = 4 * 1024 * 1024, WORLD_PATIENCE_MS = 6500, WORLD_REPORTS_MAX = 8 };

struct world {
    struct fake upstream;
    struct http *http;
    struct memory *memory;
    struct store *store;
    struct documents *documents;
    struct shared *shared;
    struct nws *nws;
    struct arena *arena;
    struct nws_settings settings; /* may be changed before world_restart() */
    int reports;                  /* calls of the report function */
    struct err last_report;
    char here_fault[40]; /* the last one reported */
};

static inline void world_report(void *data, const struct err *err)
{
    struct world *w = data;

    w->reports++;
    w->last_report = *err;
}

static inline void world_report_here(void *data, const char *fault, const struct err *err)
{
    struct world *w = data;

    world_report(data, err);
    snprintf(w->here_fault, sizeof w->here_fault, "%s", fault);
}

static inline void world_open(struct world *w)
{
    static const struct http_settings http = { .user_agent = "Clima Cast tests",
                                               .system_roots = true };
    static const struct documents_settings documents = { .accept = "application/geo+json",
                                                         .timeout_ms = 2000,
                                                         .max_bytes = 1024 * 1024,
                                                         .stale_s = 7200 };
    static const struct shared_settings shared = { .ttl_days = 35 };
    struct err err = ERR_NONE;

    w->http = http_create(&http, &err);
    w->memory = memory_create(8 * 1024 * 1024);
    w->documents = documents_create(&documents, w->http, w->memory, NULL);
    w->shared = shared_create(&shared, w->memory, w->store, NULL);
    w->nws = nws_create(&w->settings, w->documents, w->shared, &err);
    CHECK_STR(err.text, "");
    w->arena = arena_create(WORLD_ARENA_MAX);
    CHECK(w->http && w->memory && w->documents && w->shared && w->nws && w->arena);
}

static inline void world_close(struct world *w)
{
    arena_free(w->arena);
    nws_free(w->nws);
    CHECK(shared_flush(w->shared, clock_mono_ms() + WORLD_PATIENCE_MS));
    shared_free(w->shared);
    documents_free(w->documents);
    memory_free(w->memory);
    http_free(w->http);
}

static inline void world_start(struct world *w)
{
    memset(w, 0, sizeof *w);
    CHECK(fake_start(&w->upstream));
    w->store = store_memory_create(STORE_LAYOUT_ITEM);
    CHECK(w->store);
    w->settings = (struct nws_settings){
        .base_url = w->upstream.base,
        .report = world_report,
        .report_here = world_report_here,
        .report_data = w,
    };
    world_open(w);
}

static inline void world_restart(struct world *w)
{
    world_close(w);
    world_open(w);
}

static inline void world_stop(struct world *w)
{
    world_close(w);
    store_free(w->store);
    fake_stop(&w->upstream);
}

static inline int64_t world_deadline(void)
{
    return clock_mono_ms() + WORLD_PATIENCE_MS;
}

/* A call that may wait, in the world's arena. */
static inline struct call world_call(struct world *w)
{
    return (struct call){
        .arena = w->arena,
        .deadline = world_deadline(),
        .now = clock_wall_s(),
    };
}

#endif
