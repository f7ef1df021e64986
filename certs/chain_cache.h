/* SPDX-License-Identifier: Apache-2.0 */
/* certs/chain_cache.h -- the chains of Alexa that have been judged good, by normalised URL.
 *
 *   absent --fetch, judge--> good --6 h old and in use, in the background--> good, anew
 *     |                        `--24 h since the last fetch that went well--> absent
 *     `--it failed--> refused for 5 s --> absent
 *
 * What was fetched is judged first and kept after; a failure goes to a list of its own, so junk
 * URLs cannot push a good chain out. A signature that does not match never comes near here.
 * Thread-safe. */
#ifndef CLIMACAST_CERTS_CHAIN_CACHE_H
#define CLIMACAST_CERTS_CHAIN_CACHE_H

#include <stdbool.h>
#include <stdint.h>

#include "certs/anchors.h"
#include "certs/cert_url.h"
#include "certs/chain.h"
#include "server/base/deadline.h"
#include "server/base/err.h"
#include "server/base/http.h"
#include "server/base/metrics.h"

struct chain_cache;

/* Where the time comes from; tests have their own. */
struct chain_clock {
    int64_t (*wall_s)(void);  /* judges dates */
    int64_t (*mono_ms)(void); /* ages what is kept */
};

struct chain_cache_settings {
    struct http *http;
    const struct anchors *anchors;
    const char *connect_to;        /* "" or NULL: where the URL says; copied */
    struct metric_family *fetches; /* counter by outcome: ok, unavailable, refused; or NULL */
    void (*report)(void *data, const struct err *err); /* of background refreshes; or NULL */
    void *report_data;
    const struct chain_clock *clock; /* NULL: the system's */
};

enum {
    CHAIN_CACHE_MAX = 16,                /* good chains kept */
    CHAIN_REFUSALS_MAX = 64,             /* failures remembered */
    CHAIN_REFUSAL_MS = 5 * 1000,         /* for so long */
    CHAIN_FETCH_MS = 3 * 1000,           /* one fetch at most */
    CHAIN_FRESH_MS = 6 * 60 * 60 * 1000, /* fetched anew after */
    CHAIN_KEEP_MS = 24 * 60 * 60 * 1000, /* never used beyond */
    CHAIN_RETRY_MS = 5 * 60 * 1000,      /* between attempts at a refresh */
    CHAIN_FETCH_BURST = 64,
    CHAIN_FETCH_PER_S = 8, /* of URLs that are not kept, over all */
};

/* NULL: out of memory. `http` and `anchors` outlive it. */
struct chain_cache *chain_cache_create(const struct chain_cache_settings *settings);
void chain_cache_free(struct chain_cache *c); /* NULL allowed */

/* The chain behind a URL, valid now.
 *   ST_OK          *ret_chain is a reference, the caller's
 *   ST_WOULD_WAIT  it must be fetched and the deadline is NO_WAIT
 *   ST_UNTRUSTED   certificate_untrusted, certificate_expired, certificate_name
 *   ST_UNAVAILABLE, ST_TIMEOUT   certificate_unavailable */
enum status chain_cache_get(struct chain_cache *c, const struct cert_url *url, int64_t deadline,
                            struct chain **ret_chain, struct err *err);

/* Fetch anew what is due. Waits. */
void chain_cache_refresh(struct chain_cache *c, int64_t deadline);

#endif
