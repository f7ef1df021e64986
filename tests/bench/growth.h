/* SPDX-License-Identifier: Apache-2.0 */
/* tests/bench/growth.h -- what the curves of growth.c are drawn over, and the operations on it. */
#ifndef CLIMACAST_TESTS_BENCH_GROWTH_H
#define CLIMACAST_TESTS_BENCH_GROWTH_H

#include "cache/memory.h"
#include "cache/store.h"
#include "certs/replay.h"
#include "server/listener/connections.h"
#include "server/services/services.h"
#include "server/usage/analytics.h"

enum {
    NOW = 1780272000,
    BODY_MAX = 4 * 1024 * 1024,
    ARENA_MAX = 4 * 1024 * 1024,
    NAME_SIZE = 64,
};

/* What the curve is drawn over. Only what its curve needs is set. */
struct subject {
    size_t size;
    const char *weather;
    char path[200]; /* of a SQLite file */
    struct store *store;
    struct memory *memory;
    struct replay *replay;
    struct metrics *metrics;
    struct connections *connections;
    struct analytics *analytics;
    struct buf body, out;
    struct arena *arena;
    struct config *config;
    struct log *log;
    struct services services;
};

/* ---- for all of them ---- */

void growth_die(const char *what);
void growth_must(enum status st, const struct err *err);
/* The i-th of a fixed sequence of numbers below `size`, which jumps about. */
size_t growth_pick(size_t i, size_t size);
struct str growth_name(const char *kind, size_t i, char out[NAME_SIZE]);
struct str growth_user(const struct subject *s, size_t i, char out[NAME_SIZE]);
void growth_fill_memory(struct subject *s, struct memory *memory, const char *kind);

/* Opens an empty SQLite file, in s->store. */
void growth_open_database(struct subject *s);
void growth_remove_database(struct subject *s);
void growth_put_entries(struct store *store, size_t from, size_t count);
void growth_put_users(struct store *store, size_t from, size_t count);
void growth_fill_store(struct store *store, size_t size,
                       void (*put)(struct store *store, size_t from, size_t count));

/* ---- the operations, with what comes before and after ---- */

void growth_setup_memory(struct subject *s);
void growth_get_memory(struct subject *s, size_t i);
void growth_done_memory(struct subject *s);
void growth_setup_entries(struct subject *s);
void growth_setup_users(struct subject *s);
void growth_get_entry(struct subject *s, size_t i);
void growth_get_user(struct subject *s, size_t i);
void growth_set_user(struct subject *s, size_t i);
void growth_done_store(struct subject *s);
void growth_claim_id(struct subject *s, size_t i);
void growth_setup_ids(struct subject *s);
void growth_done_ids(struct subject *s);
void growth_count_user(struct subject *s, size_t i);
void growth_setup_analytics(struct subject *s);
void growth_done_analytics(struct subject *s);
void growth_setup_connections(struct subject *s);
void growth_use_connection(struct subject *s, size_t i);
void growth_done_connections(struct subject *s);
void growth_setup_grid(struct subject *s);
void growth_decode_grid(struct subject *s, size_t i);
void growth_done_body(struct subject *s);
void growth_setup_request(struct subject *s);
void growth_parse_request(struct subject *s, size_t i);
void growth_setup_places(struct subject *s);
void growth_setup_callers(struct subject *s);
void growth_ask(struct subject *s, size_t i);
void growth_ask_as_another(struct subject *s, size_t i);
void growth_done_skill(struct subject *s);

#endif
