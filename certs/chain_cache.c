/* SPDX-License-Identifier: Apache-2.0 */
/* certs/chain_cache.c -- good chains kept, bad ones remembered briefly, one fetch at a time per
 * URL.
 *
 * Anybody may send us URLs that pass the URL check, and each could cost a fetch. Four bounds keep
 * that harmless: one flight per URL, a failure is remembered for 5 s, all unknown URLs together
 * share a budget of fetches, and a fetch takes 3 s at most. A background refresh has none of these
 * in its way.
 *
 * A refresh that fails, or brings a chain that is no good, changes nothing: the old one serves
 * until its 24 hours are over. It is reported when it begins to fail and when the reason changes.
 *
 * `lock` guards everything in struct chain_cache that changes; it is held for look-ups only, never
 * while fetching, judging or reporting. */
#include "certs/chain_cache.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/clock.h"
#include "server/base/flight.h"

enum {
    ATTEMPTS_MAX = 3,
    HURRIED_MS = 50, /* a failure with less time left than this says nothing about the host */
};

struct kept {
    char *url;           /* NULL: the slot is free */
    struct chain *chain; /* a reference of ours */
    int64_t fetched_ms;  /* the last fetch that went well */
    int64_t retry_ms;    /* no refresh before */
    uint64_t used;       /* tick of the last use; the least makes room */
    bool wanted;         /* used since it was fetched */
    bool outdated;       /* its dates are over: do not wait for the 6 hours */
    char failing[40];    /* reason last reported, "" when well */
};

struct refusal {
    char *url; /* NULL: the slot is free */
    int64_t until_ms;
    struct err err;
};

struct chain_cache {
    struct chain_cache_settings settings;
    struct chain_clock clock;
    char *connect_to; /* NULL: where the URL says */
    struct flight *flight;

    pthread_mutex_t lock;
    struct kept kept[CHAIN_CACHE_MAX];
    struct refusal refusals[CHAIN_REFUSALS_MAX];
    uint64_t tick;
    int64_t budget_ms; /* fetches left for unknown URLs, each 1000 / CHAIN_FETCH_PER_S of these */
    int64_t budget_at_ms;
};

enum { FETCH_COST_MS = 1000 / CHAIN_FETCH_PER_S, BUDGET_MS = CHAIN_FETCH_BURST * FETCH_COST_MS };

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
    c->budget_ms = BUDGET_MS;
    c->budget_at_ms = c->clock.mono_ms();
    c->flight = flight_create();
    if (settings->connect_to && settings->connect_to[0] != '\0')
        c->connect_to = strdup(settings->connect_to);
    c->settings.connect_to = c->connect_to;
    if (!c->flight || (!c->connect_to && settings->connect_to && settings->connect_to[0] != '\0')) {
        chain_cache_free(c);
        return NULL;
    }
    return c;
}

static void kept_clear(struct kept *k)
{
    free(k->url);
    chain_unref(k->chain);
    *k = (struct kept){ 0 };
}

void chain_cache_free(struct chain_cache *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < CHAIN_CACHE_MAX; i++)
        kept_clear(&c->kept[i]);
    for (size_t i = 0; i < CHAIN_REFUSALS_MAX; i++)
        free(c->refusals[i].url);
    flight_free(c->flight);
    free(c->connect_to);
    (void)pthread_mutex_destroy(&c->lock);
    free(c);
}

/* ---- what is in the tables; the caller holds the lock ---- */

static struct kept *kept_find(struct chain_cache *c, const char *url)
{
    for (size_t i = 0; i < CHAIN_CACHE_MAX; i++)
        if (c->kept[i].url && strcmp(c->kept[i].url, url) == 0)
            return &c->kept[i];
    return NULL;
}

/* A free slot, or the one that has gone unused for longest, emptied. */
static struct kept *kept_make_room(struct chain_cache *c)
{
    struct kept *least = &c->kept[0];

    for (size_t i = 0; i < CHAIN_CACHE_MAX; i++) {
        if (!c->kept[i].url)
            return &c->kept[i];
        if (c->kept[i].used < least->used)
            least = &c->kept[i];
    }
    kept_clear(least);
    return least;
}

static struct refusal *refusal_find(struct chain_cache *c, const char *url)
{
    for (size_t i = 0; i < CHAIN_REFUSALS_MAX; i++)
        if (c->refusals[i].url && strcmp(c->refusals[i].url, url) == 0)
            return &c->refusals[i];
    return NULL;
}

/* The slot of that URL, else a free one, else the one that is over first. */
static struct refusal *refusal_make_room(struct chain_cache *c, const char *url)
{
    struct refusal *r = refusal_find(c, url);

    if (r)
        return r;
    r = &c->refusals[0];
    for (size_t i = 0; i < CHAIN_REFUSALS_MAX; i++) {
        if (!c->refusals[i].url)
            return &c->refusals[i];
        if (c->refusals[i].until_ms < r->until_ms)
            r = &c->refusals[i];
    }
    return r;
}

/* ---- the same, from outside the lock ---- */

/* ST_OK with a reference, ST_MISS, or what is remembered against this URL. */
static enum status look(struct chain_cache *c, const char *url, struct chain **ret_chain,
                        struct err *err)
{
    int64_t now = c->clock.mono_ms();
    enum status st = ST_MISS;

    pthread_mutex_lock(&c->lock);
    struct kept *k = kept_find(c, url);
    struct refusal *r = NULL;
    if (k && now - k->fetched_ms >= CHAIN_KEEP_MS)
        kept_clear(k);
    else if (k) {
        k->used = ++c->tick;
        k->wanted = true;
        *ret_chain = chain_ref(k->chain);
        st = ST_OK;
    }
    if (st == ST_MISS && (r = refusal_find(c, url)) && now < r->until_ms)
        st = err_reason(err, r->err.status, r->err.reason, "%s", r->err.text);
    pthread_mutex_unlock(&c->lock);
    return st;
}

/* Keep a chain under its URL in place of what was there; without memory it serves this once. */
static void keep(struct chain_cache *c, const char *url, struct chain *chain)
{
    char *copy = strdup(url);
    int64_t now = c->clock.mono_ms();

    if (!copy)
        return;
    pthread_mutex_lock(&c->lock);
    struct kept *k = kept_find(c, url);
    bool wanted = !k; /* fetched for somebody, or only to stay fresh */
    if (k)
        kept_clear(k);
    else
        k = kept_make_room(c);
    *k = (struct kept){ .url = copy,
                        .chain = chain_ref(chain),
                        .fetched_ms = now,
                        .used = ++c->tick,
                        .wanted = wanted };
    pthread_mutex_unlock(&c->lock);
}

static void refuse(struct chain_cache *c, const char *url, const struct err *err)
{
    char *copy = strdup(url);
    int64_t now = c->clock.mono_ms();

    if (!copy)
        return;
    pthread_mutex_lock(&c->lock);
    struct refusal *r = refusal_make_room(c, url);
    free(r->url);
    *r = (struct refusal){ .url = copy, .until_ms = now + CHAIN_REFUSAL_MS, .err = *err };
    pthread_mutex_unlock(&c->lock);
}

/* May one more URL that is not kept be fetched? */
static bool spend(struct chain_cache *c)
{
    int64_t now = c->clock.mono_ms();
    bool may;

    pthread_mutex_lock(&c->lock);
    c->budget_ms += now - c->budget_at_ms;
    c->budget_at_ms = now;
    if (c->budget_ms > BUDGET_MS)
        c->budget_ms = BUDGET_MS;
    may = c->budget_ms >= FETCH_COST_MS;
    if (may)
        c->budget_ms -= FETCH_COST_MS;
    pthread_mutex_unlock(&c->lock);
    return may;
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
        return err_reason(err, ST_UNAVAILABLE, "certificate_unavailable",
                          "certificate chain: the host answered %ld", response->status);
    return ST_OK;
}

static void count_fetch(const struct chain_cache *c, enum status st)
{
    const char *outcome = st == ST_OK ? "ok" : st == ST_UNTRUSTED ? "refused" : "unavailable";

    if (c->settings.fetches)
        metric_add(metric_get(c->settings.fetches, outcome, NULL, NULL), 1);
}

/* Fetch, judge, and on success keep. */
static enum status fetch(struct chain_cache *c, const char *url, int64_t deadline,
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
    keep(c, url, chain);
    *ret_chain = chain;
    return ST_OK;
}

/* As the only one for this URL: look again, for the last leader may just have landed; else
 * fetch. */
static enum status lead(struct chain_cache *c, const char *url, int64_t deadline,
                        struct chain **ret_chain, struct err *err)
{
    struct err why = ERR_NONE;
    enum status st = look(c, url, ret_chain, &why);

    if (st == ST_MISS && !spend(c))
        st = err_reason(&why, ST_UNAVAILABLE, "certificate_unavailable",
                        "too many certificate chains are asked for");
    else if (st == ST_MISS) {
        st = fetch(c, url, deadline, ret_chain, &why);
        /* Who came with too little time must not speak for those after. */
        bool hurried = clock_left_ms(deadline) < HURRIED_MS && why.status != ST_UNTRUSTED;
        if (st != ST_OK && !hurried)
            refuse(c, url, &why);
    }
    if (st != ST_OK)
        return err_reason(err, st, why.reason, "%s", why.text);
    return ST_OK;
}

static enum status find(struct chain_cache *c, const char *url, int64_t deadline,
                        struct chain **ret_chain, struct err *err)
{
    struct str key = str_of(url);

    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
        enum status st = look(c, url, ret_chain, err);
        if (st != ST_MISS)
            return st;
        if (!deadline_may_wait(deadline))
            return ST_WOULD_WAIT;
        switch (flight_join(c->flight, key, deadline)) {
        case FLIGHT_LEADER:
            st = lead(c, url, deadline, ret_chain, err);
            flight_finish(c->flight, key, st == ST_OK);
            return st;
        case FLIGHT_TIMEOUT:
            return err_reason(err, ST_TIMEOUT, "certificate_unavailable",
                              "certificate chain: the deadline passed");
        case FLIGHT_DONE:
        case FLIGHT_FAILED:
            break; /* it is kept now, or refused, or the leader gave up early: look again */
        }
    }
    return err_reason(err, ST_UNAVAILABLE, "certificate_unavailable",
                      "certificate chain: nobody could fetch it");
}

enum status chain_cache_get(struct chain_cache *c, const struct cert_url *url, int64_t deadline,
                            struct chain **ret_chain, struct err *err)
{
    struct chain *chain = NULL;
    enum status st = find(c, url->text, deadline, &chain, err);

    if (st != ST_OK)
        return st;
    st = chain_check_dates(chain, c->clock.wall_s(), err);
    if (st == ST_OK) {
        *ret_chain = chain;
        return ST_OK;
    }
    chain_unref(chain);
    pthread_mutex_lock(&c->lock);
    struct kept *k = kept_find(c, url->text);
    if (k)
        k->outdated = true;
    pthread_mutex_unlock(&c->lock);
    return st;
}

/* ---- staying fresh ---- */

/* The URL of a chain to be fetched anew, the caller's to free; NULL when none is due. It is not due
 * again for a while, whatever comes of it. */
static char *take_due(struct chain_cache *c)
{
    int64_t now = c->clock.mono_ms();
    char *url = NULL;

    pthread_mutex_lock(&c->lock);
    for (size_t i = 0; i < CHAIN_CACHE_MAX && !url; i++) {
        struct kept *k = &c->kept[i];
        if (!k->url)
            continue;
        if (now - k->fetched_ms >= CHAIN_KEEP_MS)
            kept_clear(k);
        else if (now >= k->retry_ms &&
                 (k->outdated || (k->wanted && now - k->fetched_ms >= CHAIN_FRESH_MS))) {
            k->retry_ms = now + CHAIN_RETRY_MS;
            url = strdup(k->url);
        }
    }
    pthread_mutex_unlock(&c->lock);
    return url;
}

/* Is this failure news? */
static bool note_failure(struct chain_cache *c, const char *url, const struct err *why)
{
    bool news = false;

    pthread_mutex_lock(&c->lock);
    struct kept *k = kept_find(c, url);
    if (k && strcmp(k->failing, why->reason) != 0) {
        memcpy(k->failing, why->reason, sizeof k->failing);
        news = true;
    }
    pthread_mutex_unlock(&c->lock);
    return news;
}

void chain_cache_refresh(struct chain_cache *c, int64_t deadline)
{
    char *url;

    while (clock_left_ms(deadline) > 0 && (url = take_due(c))) {
        struct str key = str_of(url);
        struct err why = ERR_NONE;
        struct chain *chain = NULL;
        if (flight_try(c->flight, key)) {
            enum status st = fetch(c, url, deadline, &chain, &why);
            flight_finish(c->flight, key, st == ST_OK);
            chain_unref(chain);
            if (st != ST_OK && note_failure(c, url, &why) && c->settings.report) {
                (void)err_context(&why, "refresh of %s", url);
                c->settings.report(c->settings.report_data, &why);
            }
        }
        free(url);
    }
}
