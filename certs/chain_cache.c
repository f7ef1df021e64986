/* SPDX-License-Identifier: Apache-2.0 */
/* certs/chain_cache.c -- caches validated chains, remembers failures briefly, and fetches each URL
 * once at a time.
 *
 * Anyone can send a request whose URL passes the URL check, and each such URL could cost a fetch.
 * Four bounds keep that harmless: one fetch at a time per URL, failures are remembered for 5 s,
 * URLs that are unknown have a budget, and a fetch takes at most 3 s. A background refresh is
 * limited by neither remembered failures nor the budget.
 *
 * A refresh that fails, or fetches a chain that does not validate, changes nothing: the old chain
 * is served until it is 24 hours old. A failure is reported when it first occurs and when its
 * reason changes.
 *
 * `lock` guards all mutable fields of struct chain_cache. It is held for lookups only, never while
 * fetching, validating or reporting. */
#include "certs/chain_cache.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "certs/fetch_budget.h"
#include "server/base/clock.h"
#include "server/base/flight.h"

enum {
    ATTEMPTS_MAX = 3,
    FETCH_MIN_MS = 50, /* a failure with less time left than this may not be the host's */
};

struct chain_cache {
    struct chain_cache_settings settings;
    struct chain_clock clock;
    char *connect_to; /* NULL: the URL's host and port */
    struct flight *flight;

    pthread_mutex_t lock;
    struct chain_table table;
    struct fetch_budget *budget;
    struct good_urls good;
    bool good_read;        /* `good` includes the saved URLs, or none are saved */
    bool good_unsaved;     /* it has changes that are not saved yet */
    bool sync_failing;     /* the last sync failed, which was reported */
    int64_t sync_retry_ms; /* no request syncs before */
};

/* A flight of its own, among those that are named after URLs. */
static const struct str sync_flight = { "good URLs", sizeof "good URLs" - 1 };

static const struct chain_clock system_clock = { clock_wall_s, clock_mono_ms };

struct chain_cache *chain_cache_create(const struct chain_cache_settings *settings)
{
    struct chain_cache *c = calloc(1, sizeof *c);

    if (!c)
        return NULL;
    if (pthread_mutex_init(&c->lock, NULL) != 0) {
        free(c);
        return NULL;
    }
    c->settings = *settings;
    c->clock = settings->clock ? *settings->clock : system_clock;
    c->budget = fetch_budget_create(c->clock.mono_ms());
    c->good_read = !settings->storage.sync;
    c->flight = flight_create();
    if (settings->connect_to && settings->connect_to[0] != '\0')
        c->connect_to = strdup(settings->connect_to);
    c->settings.connect_to = c->connect_to;
    if (!c->budget || !c->flight ||
        (!c->connect_to && settings->connect_to && settings->connect_to[0] != '\0')) {
        chain_cache_free(c);
        return NULL;
    }
    return c;
}

void chain_cache_free(struct chain_cache *c)
{
    if (!c)
        return;
    chain_table_done(&c->table);
    good_urls_done(&c->good);
    fetch_budget_free(c->budget);
    flight_free(c->flight);
    free(c->connect_to);
    (void)pthread_mutex_destroy(&c->lock);
    free(c);
}

/* ---- the tables ---- */

/* ST_OK with a reference to a chain that is valid now, ST_MISS, or the failure remembered for this
 * URL. An expired chain stays: the clock may be wrong, and be corrected later. */
static enum status lookup(struct chain_cache *c, const char *url, struct chain **ret_chain,
                          struct err *err)
{
    int64_t now = c->clock.mono_ms(), wall_s = c->clock.wall_s();
    enum status st = ST_MISS;

    pthread_mutex_lock(&c->lock);
    struct cached_chain *cc = chain_table_find(&c->table, url);
    const struct err *failure = NULL;
    if (cc && now - cc->fetched_ms >= CHAIN_KEEP_MS)
        chain_table_remove(cc);
    else if (cc && chain_check_dates(cc->chain, wall_s, NULL) == ST_OK) {
        *ret_chain = chain_ref(chain_table_use(&c->table, cc));
        st = ST_OK;
    }
    if (st == ST_MISS && (failure = chain_table_failure(&c->table, url, now)))
        st = err_reason(err, failure->status, failure->reason, "%s", failure->text);
    pthread_mutex_unlock(&c->lock);
    return st;
}

/* Cache a chain under its URL, replacing the old one. When memory runs out, it is not cached. */
static void cache_chain(struct chain_cache *c, const char *url, struct chain *chain)
{
    char *copy = strdup(url);
    int64_t now = c->clock.mono_ms();

    if (!copy)
        return;
    pthread_mutex_lock(&c->lock);
    if (good_urls_note(&c->good, url, c->clock.wall_s()))
        c->good_unsaved = c->settings.storage.sync;
    chain_table_put(&c->table, copy, chain, now);
    pthread_mutex_unlock(&c->lock);
}

static void remember_failure(struct chain_cache *c, const char *url, const struct err *err)
{
    char *copy = strdup(url);
    int64_t now = c->clock.mono_ms();

    if (!copy)
        return;
    pthread_mutex_lock(&c->lock);
    chain_table_put_failure(&c->table, copy, err, now + CHAIN_REFUSAL_MS);
    pthread_mutex_unlock(&c->lock);
}

enum permit {
    PERMIT_NONE,
    PERMIT_KNOWN,  /* the URL was good before */
    PERMIT_BUDGET, /* settle_fetch() must follow if it was taken */
};

/* May this URL be fetched for this client? */
static enum permit get_permit(struct chain_cache *c, const char *url, uint64_t client, bool take)
{
    int64_t now = c->clock.mono_ms();
    enum permit permit = PERMIT_NONE;

    pthread_mutex_lock(&c->lock);
    if (good_urls_has(&c->good, url))
        permit = PERMIT_KNOWN;
    else if (take ? fetch_budget_take(c->budget, client, now)
                  : fetch_budget_left(c->budget, client, now))
        permit = PERMIT_BUDGET;
    pthread_mutex_unlock(&c->lock);
    return permit;
}

static void settle_fetch(struct chain_cache *c, uint64_t client, bool bad)
{
    int64_t now = c->clock.mono_ms();

    pthread_mutex_lock(&c->lock);
    fetch_budget_settle(c->budget, client, bad, now);
    pthread_mutex_unlock(&c->lock);
}

void chain_cache_blame(struct chain_cache *c, uint64_t client)
{
    settle_fetch(c, client, true);
}

/* ---- good URLs ---- */

/* A copy to use without the lock. When memory runs out, it is incomplete. */
static struct good_urls copy_good_urls(struct chain_cache *c)
{
    struct good_urls copy = { .count = 0 };

    pthread_mutex_lock(&c->lock);
    (void)good_urls_merge(&copy, &c->good);
    c->good_unsaved = false;
    pthread_mutex_unlock(&c->lock);
    return copy;
}

/* Merge with the saved URLs. Only the leader of the flight calls this. */
static enum status sync_good_urls(struct chain_cache *c, int64_t deadline, struct err *err)
{
    struct good_urls copy = copy_good_urls(c);
    int64_t limit = clock_mono_ms() + CHAIN_SYNC_MS;
    enum status st = c->settings.storage.sync(c->settings.storage.data, &copy,
                                              deadline < limit ? deadline : limit, err);

    pthread_mutex_lock(&c->lock);
    if (st == ST_OK) {
        (void)good_urls_merge(&c->good, &copy);
        c->good_read = true;
    } else {
        c->good_unsaved = true;
        c->sync_retry_ms = c->clock.mono_ms() + CHAIN_REFUSAL_MS;
    }
    pthread_mutex_unlock(&c->lock);
    good_urls_done(&copy);
    return st;
}

/* Must the saved URLs be read, or new ones saved, and may a request do it now? */
static bool sync_is_due(struct chain_cache *c, bool *ret_read)
{
    int64_t now = c->clock.mono_ms();
    bool due;

    pthread_mutex_lock(&c->lock);
    *ret_read = c->good_read;
    due = (!c->good_read || c->good_unsaved) && now >= c->sync_retry_ms;
    pthread_mutex_unlock(&c->lock);
    return due;
}

/* For a request: read the good URLs if that has not been done, or save a new one, so that it
 * survives even a crash. A failure is retried later, by chain_cache_refresh() too. */
static void sync_for_request(struct chain_cache *c, int64_t deadline)
{
    bool read;

    if (!sync_is_due(c, &read))
        return;
    /* Until the URLs have been read, other requests wait for the result, too. */
    if (read ? flight_try(c->flight, sync_flight)
             : flight_join(c->flight, sync_flight, deadline) == FLIGHT_LEADER)
        flight_finish(c->flight, sync_flight, sync_good_urls(c, deadline, NULL) == ST_OK);
}

/* ---- fetching ---- */

static enum status fetch_pem(const struct chain_cache *c, const char *url, int64_t deadline,
                             struct http_response *response, struct err *err)
{
    struct http_request request = { .url = url,
                                    .max_bytes = CHAIN_PEM_MAX,
                                    .deadline = deadline,
                                    .timeout_ms = CHAIN_FETCH_MS,
                                    .redirects = 0,
                                    .connect_to = c->connect_to };
    struct err why = ERR_NONE;
    enum status st = http_call(c->settings.http, &request, response, &why);

    if (st != ST_OK)
        return err_reason(err, st == ST_TIMEOUT ? ST_TIMEOUT : ST_UNAVAILABLE,
                          "certificate_unavailable", "certificate chain: %s", why.text);
    if (response->status != 200)
        return err_reason(err, response->status / 100 == 4 ? ST_DENIED : ST_UNAVAILABLE,
                          "certificate_unavailable", "certificate chain: the host answered %ld",
                          response->status);
    return ST_OK;
}

static void count_fetch(const struct chain_cache *c, enum status st)
{
    const char *outcome = st == ST_OK ? "ok" : st == ST_UNTRUSTED ? "refused" : "unavailable";

    if (c->settings.fetches)
        metric_add(metric_get(c->settings.fetches, outcome, NULL, NULL), 1);
}

static enum status over_budget(struct err *err)
{
    return err_reason(err, ST_UNAVAILABLE, "certificate_unavailable",
                      "too many different certificate chains are requested");
}

/* Fetch, validate, and cache. */
static enum status fetch_chain(struct chain_cache *c, const char *url, int64_t deadline,
                               struct chain **ret_chain, struct err *err)
{
    struct http_response response;
    struct chain *chain = NULL;
    enum status st = fetch_pem(c, url, deadline, &response, err);

    if (st == ST_OK)
        st = chain_validate(buf_str(&response.body), c->settings.anchors, c->clock.wall_s(), &chain,
                            err);
    http_response_done(&response);
    count_fetch(c, st);
    if (st != ST_OK)
        return st;
    cache_chain(c, url, chain);
    *ret_chain = chain;
    return ST_OK;
}

/* As the leader for this URL: look again, because the last leader may just have finished; else
 * fetch. */
static enum status lookup_or_fetch(struct chain_cache *c, const char *url, uint64_t client,
                                   int64_t deadline, struct chain **ret_chain, struct err *err)
{
    struct err why = ERR_NONE;
    enum status st = lookup(c, url, ret_chain, &why);

    enum permit permit = st == ST_MISS ? get_permit(c, url, client, true) : PERMIT_NONE;

    if (st == ST_MISS && permit == PERMIT_NONE)
        st = over_budget(&why);
    else if (st == ST_MISS) {
        st = fetch_chain(c, url, deadline, ret_chain, &why);
        if (permit == PERMIT_BUDGET)
            settle_fetch(c, client, st == ST_UNTRUSTED || st == ST_DENIED);
        /* A request with too little time left must not cause the refusal of later ones. */
        bool too_late = clock_left_ms(deadline) < FETCH_MIN_MS && why.status != ST_UNTRUSTED;
        if (st != ST_OK && !too_late)
            remember_failure(c, url, &why);
    }
    if (st != ST_OK)
        return err_reason(err, st, why.reason, "%s", why.text);
    return ST_OK;
}

/* On a thread that may not wait: leave the fetch to one that may, unless it would be refused
 * anyway. */
static enum status leave_to_worker(struct chain_cache *c, const char *url, uint64_t client,
                                   struct err *err)
{
    bool read;

    if (sync_is_due(c, &read) && !read)
        return ST_WOULD_WAIT;
    return get_permit(c, url, client, false) != PERMIT_NONE ? ST_WOULD_WAIT : over_budget(err);
}

static enum status get_chain(struct chain_cache *c, const char *url, uint64_t client,
                             int64_t deadline, struct chain **ret_chain, struct err *err)
{
    struct str key = str_of(url);

    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
        enum status st = lookup(c, url, ret_chain, err);
        if (st != ST_MISS)
            return st;
        if (!deadline_may_wait(deadline))
            return leave_to_worker(c, url, client, err);
        sync_for_request(c, deadline);
        switch (flight_join(c->flight, key, deadline)) {
        case FLIGHT_LEADER:
            st = lookup_or_fetch(c, url, client, deadline, ret_chain, err);
            flight_finish(c->flight, key, st == ST_OK);
            sync_for_request(c, deadline);
            return st;
        case FLIGHT_TIMEOUT:
            return err_reason(err, ST_TIMEOUT, "certificate_unavailable",
                              "certificate chain: the deadline passed");
        case FLIGHT_DONE:
        case FLIGHT_FAILED:
            break; /* cached now, or refused, or the leader ran out of time: look again */
        }
    }
    return err_reason(err, ST_UNAVAILABLE, "certificate_unavailable",
                      "certificate chain: it could not be fetched");
}

enum status chain_cache_get(struct chain_cache *c, const struct cert_url *url, uint64_t client,
                            int64_t deadline, struct chain **ret_chain, struct err *err)
{
    return get_chain(c, url->text, client, deadline, ret_chain, err);
}

/* ---- refreshing ---- */

/* The URL of a chain that is due for a refresh, for the caller to free; NULL when none is. It is
 * not due again for CHAIN_RETRY_MS, whatever the outcome. */
static char *next_due(struct chain_cache *c)
{
    int64_t now = c->clock.mono_ms();
    char *url = NULL;

    pthread_mutex_lock(&c->lock);
    for (size_t i = 0; i < CHAIN_CACHE_MAX && !url; i++) {
        struct cached_chain *cc = &c->table.chains[i];
        if (!cc->url)
            continue;
        if (now - cc->fetched_ms >= CHAIN_KEEP_MS)
            chain_table_remove(cc);
        else if (now >= cc->retry_ms && cc->in_use && now - cc->fetched_ms >= CHAIN_FRESH_MS) {
            cc->retry_ms = now + CHAIN_RETRY_MS;
            url = strdup(cc->url);
        }
    }
    pthread_mutex_unlock(&c->lock);
    return url;
}

/* True when this failure has not been reported yet. */
static bool note_failure(struct chain_cache *c, const char *url, const struct err *why)
{
    bool is_new = false;

    pthread_mutex_lock(&c->lock);
    struct cached_chain *cc = chain_table_find(&c->table, url);
    if (cc && strcmp(cc->failing, why->reason) != 0) {
        memcpy(cc->failing, why->reason, sizeof cc->failing);
        is_new = true;
    }
    pthread_mutex_unlock(&c->lock);
    return is_new;
}

static void report_failure(struct chain_cache *c, const struct err *why)
{
    if (c->settings.report)
        c->settings.report(c->settings.report_data, why);
}

/* Like sync_for_request(), but retried on each call, and the first failure in a row is reported. */
static void sync_in_background(struct chain_cache *c, int64_t deadline)
{
    struct err why = ERR_NONE;
    bool due, report;

    pthread_mutex_lock(&c->lock);
    due = !c->good_read || c->good_unsaved;
    pthread_mutex_unlock(&c->lock);
    if (!due || !flight_try(c->flight, sync_flight))
        return;
    enum status st = sync_good_urls(c, deadline, &why);
    flight_finish(c->flight, sync_flight, st == ST_OK);
    pthread_mutex_lock(&c->lock);
    report = st != ST_OK && !c->sync_failing;
    c->sync_failing = st != ST_OK;
    pthread_mutex_unlock(&c->lock);
    if (report) {
        (void)err_context(&why, "reading and saving the URLs of good chains");
        report_failure(c, &why);
    }
}

void chain_cache_refresh(struct chain_cache *c, int64_t deadline)
{
    char *url;

    sync_in_background(c, deadline);
    while (clock_left_ms(deadline) > 0 && (url = next_due(c))) {
        struct str key = str_of(url);
        struct err why = ERR_NONE;
        struct chain *chain = NULL;
        if (flight_try(c->flight, key)) {
            enum status st = fetch_chain(c, url, deadline, &chain, &why);
            flight_finish(c->flight, key, st == ST_OK);
            chain_unref(chain);
            if (st != ST_OK && note_failure(c, url, &why)) {
                (void)err_context(&why, "refresh of %s", url);
                report_failure(c, &why);
            }
        }
        free(url);
    }
}
