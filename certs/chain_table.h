/* SPDX-License-Identifier: Apache-2.0 */
/* certs/chain_table.h -- the chain cache's memory: validated chains and recent failures by URL, a
 * bounded number of each. Not thread-safe: the chain cache calls this with its lock held. */
#ifndef CLIMACAST_CERTS_CHAIN_TABLE_H
#define CLIMACAST_CERTS_CHAIN_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "certs/chain.h"
#include "server/base/err.h"

enum {
    CHAIN_CACHE_MAX = 16,    /* chains cached */
    CHAIN_REFUSALS_MAX = 64, /* failures remembered */
};

struct cached_chain {
    char *url;           /* NULL: the slot is free */
    struct chain *chain; /* a reference */
    int64_t fetched_ms;  /* last successful fetch */
    int64_t retry_ms;    /* no refresh before */
    uint64_t used;       /* tick of the last use; the lowest is evicted */
    bool in_use;         /* used since it was fetched */
    char failing[40];    /* reason of the last failure reported, or "" */
};

struct chain_refusal {
    char *url; /* NULL: the slot is free */
    int64_t until_ms;
    struct err err;
};

/* Starts zeroed. */
struct chain_table {
    struct cached_chain chains[CHAIN_CACHE_MAX];
    struct chain_refusal refusals[CHAIN_REFUSALS_MAX];
    uint64_t tick;
};

void chain_table_done(struct chain_table *t);

/* The chain cached for a URL, however old; NULL when there is none. */
struct cached_chain *chain_table_find(struct chain_table *t, const char *url);
/* Marks it as used by a request. Returns its chain, without a new reference. */
struct chain *chain_table_use(struct chain_table *t, struct cached_chain *cc);
/* Caches a chain, replacing the URL's old one or, in a full table, the least recently used one.
 * Takes over `url`, which was allocated with malloc(), and adds a reference to `chain`. */
void chain_table_put(struct chain_table *t, char *url, struct chain *chain, int64_t now_ms);
void chain_table_remove(struct cached_chain *cc);

/* The failure that is remembered for a URL; NULL when there is none. */
const struct err *chain_table_failure(struct chain_table *t, const char *url, int64_t now_ms);
/* Remembers a failure, forgetting the one that ends first in a full table. Takes over `url`. */
void chain_table_put_failure(struct chain_table *t, char *url, const struct err *err,
                             int64_t until_ms);

#endif
