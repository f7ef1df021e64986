/* SPDX-License-Identifier: Apache-2.0 */
/* certs/chain_cache.h -- Alexa's validated certificate chains, by normalized URL.
 *
 *   absent --fetch and validate--> cached --in use and 6 h old: refresh--> cached
 *     |                              |--its dates have passed: fetch at once--> cached
 *     |                              `--24 h after the last successful fetch--> absent
 *     `--failure--> refused for 5 s --> absent
 *
 * A chain is cached only after it has been validated. Failures have a table of their own, so junk
 * URLs cannot evict a good chain. A signature that does not match has no effect on the cache.
 *
 * Fetches of URLs that have never served a good chain are limited (certs/fetch_budget.h). A URL
 * that has (certs/good_urls.h) is fetched whenever its chain is needed, at most every 5 seconds,
 * whatever the load. Thread-safe. */
#ifndef CLIMACAST_CERTS_CHAIN_CACHE_H
#define CLIMACAST_CERTS_CHAIN_CACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "certs/anchors.h"
#include "certs/cert_url.h"
#include "certs/chain.h"
#include "certs/chain_table.h"
#include "certs/good_urls.h"
#include "server/base/deadline.h"
#include "server/base/err.h"
#include "server/base/http.h"
#include "server/base/metrics.h"

struct chain_cache;

/* The time sources; tests supply their own. */
struct chain_clock {
    int64_t (*wall_s)(void);  /* for certificate dates */
    int64_t (*mono_ms)(void); /* for the age of entries */
};

struct chain_cache_settings {
    struct http *http;
    const struct anchors *anchors;
    const char *connect_to; /* "host:port" to connect to instead; "" or NULL: the URL's; copied */
    struct metric_family *fetches; /* counter by outcome: ok, unavailable, refused; or NULL */
    void (*report)(void *data, const struct err *err); /* of background refreshes; or NULL */
    void *report_data;
    struct good_urls_storage storage; /* may be zeroed */
    const struct chain_clock *clock;  /* NULL: the system's */
};

enum {
    CHAIN_REFUSAL_MS = 5 * 1000,         /* how long a failure is remembered */
    CHAIN_FETCH_MS = 3 * 1000,           /* timeout of one fetch */
    CHAIN_FRESH_MS = 6 * 60 * 60 * 1000, /* refreshed after */
    CHAIN_KEEP_MS = 24 * 60 * 60 * 1000, /* never used after */
    CHAIN_RETRY_MS = 5 * 60 * 1000,      /* between attempts to refresh */
    CHAIN_SYNC_MS = 1000,                /* timeout of reading or saving the good URLs */
};

/* NULL: out of memory. `http` and `anchors` must outlive the cache. */
struct chain_cache *chain_cache_create(const struct chain_cache_settings *settings);
void chain_cache_free(struct chain_cache *c); /* NULL allowed */

/* Get the chain at a URL, valid now, for a client (a number derived from its address, 0: unknown).
 *   ST_OK          *ret_chain is a new reference
 *   ST_WOULD_WAIT  it must be fetched and the deadline is NO_WAIT
 *   ST_UNTRUSTED   certificate_untrusted, certificate_expired, certificate_name
 *   ST_DENIED      certificate_unavailable: the host has no such chain
 *   ST_UNAVAILABLE, ST_TIMEOUT   certificate_unavailable */
enum status chain_cache_get(struct chain_cache *c, const struct cert_url *url, uint64_t client,
                            int64_t deadline, struct chain **ret_chain, struct err *err);
/* This client sent a signature that does not match: it has a bad record for a while. */
void chain_cache_blame(struct chain_cache *c, uint64_t client);

/* Refresh the chains that are due, and save new good URLs. Blocks; meant for a background
 * thread. */
void chain_cache_refresh(struct chain_cache *c, int64_t deadline);

#endif
