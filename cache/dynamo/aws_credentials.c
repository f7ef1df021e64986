/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/aws_credentials.c -- caches AWS credentials and decides when to renew them.
 *
 *     NONE       no valid credentials: one thread fetches them, all others wait for it
 *     FAILED     none, and a fetch failed a moment ago: the failure is returned again, so that not
 *                every request waits for an endpoint that does not exist
 *     RENEWABLE  valid, but about to expire: a thread of their own renews them, and nobody waits; a
 *                failed renewal is retried after a while
 *     FRESH      valid
 *
 * Credentials that do not expire are renewed as well, because a file may have changed. The wall
 * clock may be wrong and then be corrected, so a time in the future is not trusted to be near. */
#include "cache/dynamo/aws_credentials.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "cache/dynamo/aws_credentials_internal.h"
#include "server/base/clock.h"
#include "server/base/flight.h"
#include "server/base/random.h"
#include "server/base/secret.h"
#include "server/base/ticker.h"

enum {
    RENEW_EARLY_S = 300, /* how long before they expire credentials are renewed */
    RECHECK_S = 300,     /* how often credentials without expiry are renewed */
    RETRY_S = 10,        /* after a failed renewal; up to twice as long */
    FAILURE_TTL_S = 3,   /* how long a failure is returned again */
    FETCH_MS = 4000,     /* timeout of a fetch */
    CHECK_MS =
        30 * 1000, /* how often the thread looks, so that an idle daemon has valid ones, too */
};

struct aws_credentials_provider {
    struct aws_credentials_settings settings;
    struct http *http;
    struct flight *flight;
    struct ticker *renewer; /* woken when the credentials are RENEWABLE */
    pthread_mutex_t lock;   /* guards all below */
    struct aws_credentials credentials;
    bool present, rejected;
    int64_t renew_at_s, fetched_s;
    int64_t failed_until_s;
    struct err failure;
};

static const char *from_getenv(void *data, const char *name)
{
    (void)data;
    return getenv(name);
}

static int64_t from_clock(void *data)
{
    (void)data;
    return clock_wall_s();
}

static int64_t renew_step(void *data);

struct aws_credentials_provider *
aws_credentials_provider_create(const struct aws_credentials_settings *settings, struct http *http)
{
    struct aws_credentials_provider *p = calloc(1, sizeof *p);

    if (!p)
        return NULL;
    if (settings)
        p->settings = *settings;
    if (!p->settings.variable)
        p->settings.variable = from_getenv;
    if (!p->settings.now_s)
        p->settings.now_s = from_clock;
    p->http = http;
    p->flight = flight_create();
    if (!p->flight || pthread_mutex_init(&p->lock, NULL) != 0) {
        flight_free(p->flight);
        free(p);
        return NULL;
    }
    p->renewer = ticker_create(renew_step, p);
    if (!p->renewer) {
        aws_credentials_provider_free(p);
        return NULL;
    }
    return p;
}

void aws_credentials_provider_free(struct aws_credentials_provider *p)
{
    if (!p)
        return;
    ticker_free(p->renewer);
    flight_free(p->flight);
    (void)pthread_mutex_destroy(&p->lock);
    secret_wipe(p, sizeof *p);
    free(p);
}

/* ---- fetching ---- */

static enum status search_sources(const struct aws_credentials_search *s,
                                  struct aws_credentials *ret_credentials, struct err *err)
{
    static enum status (*const sources[])(const struct aws_credentials_search *,
                                          struct aws_credentials *, struct err *) = {
        aws_credentials_from_environment,
        aws_credentials_from_files,
        aws_credentials_from_container,
        aws_credentials_from_ec2,
    };

    for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++) {
        enum status st = sources[i](s, ret_credentials, err);
        if (st != ST_MISS)
            return st;
    }
    return err_reason(err, ST_DENIED, "no_credentials",
                      "no AWS credentials: not in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, not "
                      "in ~/.aws/credentials, no container endpoint, no EC2 metadata (in a "
                      "container, its hop limit must be 2)");
}

/* When to renew credentials that were fetched now. */
static int64_t renewal_time(int64_t now, int64_t expires)
{
    int64_t left = expires - now;

    if (expires == 0)
        return now + RECHECK_S;
    return expires - (left / 2 < RENEW_EARLY_S ? left / 2 : RENEW_EARLY_S);
}

/* Called by one thread at a time. */
static enum status fetch_credentials(struct aws_credentials_provider *p, int64_t now,
                                     int64_t deadline, struct err *err)
{
    int64_t until = clock_mono_ms() + FETCH_MS;
    struct aws_credentials_search s = { &p->settings, p->http, now,
                                        deadline < until ? deadline : until };
    struct aws_credentials credentials = { .expires_s = 0 };
    enum status st = search_sources(&s, &credentials, err);

    if (st == ST_OK && credentials.expires_s > 0 && credentials.expires_s <= now)
        st = err_reason(err, ST_UNAVAILABLE, "credentials_expired",
                        "the source returned expired credentials");
    (void)pthread_mutex_lock(&p->lock);
    if (st == ST_OK) {
        p->credentials = credentials;
        p->present = true;
        p->rejected = false;
        p->fetched_s = now;
        p->renew_at_s = renewal_time(now, credentials.expires_s);
        p->failed_until_s = 0;
    } else {
        p->renew_at_s = now + RETRY_S + (int64_t)(random_u64() % RETRY_S);
        p->failed_until_s = now + FAILURE_TTL_S;
        p->failure = err ? *err : ERR_NONE;
    }
    (void)pthread_mutex_unlock(&p->lock);
    secret_wipe(&credentials, sizeof credentials);
    return st;
}

/* ---- the cache ---- */

enum cached_state { NONE, FAILED, RENEWABLE, FRESH };

static enum cached_state read_cache(struct aws_credentials_provider *p, int64_t now,
                                    struct aws_credentials *ret_credentials, struct err *err)
{
    enum cached_state state = NONE;

    (void)pthread_mutex_lock(&p->lock);
    if (p->present && !p->rejected &&
        (p->credentials.expires_s == 0 || now < p->credentials.expires_s)) {
        *ret_credentials = p->credentials;
        state = now < p->renew_at_s ? FRESH : RENEWABLE;
    } else if (now < p->failed_until_s && p->failed_until_s - now <= FAILURE_TTL_S) {
        if (err && err->status == ST_OK)
            *err = p->failure;
        state = FAILED;
    }
    (void)pthread_mutex_unlock(&p->lock);
    return state;
}

static int64_t renew_step(void *data)
{
    static const struct str key = { "c", 1 };
    struct aws_credentials_provider *p = data;
    struct aws_credentials credentials;
    struct err quiet = ERR_NONE; /* the old credentials are still valid */
    int64_t now = p->settings.now_s(p->settings.data);

    if (read_cache(p, now, &credentials, NULL) == RENEWABLE && flight_try(p->flight, key)) {
        enum status st = fetch_credentials(p, now, INT64_MAX, &quiet);
        flight_finish(p->flight, key, st == ST_OK);
    }
    secret_wipe(&credentials, sizeof credentials);
    return clock_mono_ms() + CHECK_MS;
}

/* Fetches credentials, or waits for the thread that is doing so. */
static enum status fetch_or_wait(struct aws_credentials_provider *p, int64_t now, int64_t deadline,
                                 struct err *err)
{
    static const struct str key = { "c", 1 };
    enum status st;

    switch (flight_join(p->flight, key, deadline)) {
    case FLIGHT_LEADER:
        st = fetch_credentials(p, now, deadline, err);
        flight_finish(p->flight, key, st == ST_OK);
        return st;
    case FLIGHT_TIMEOUT:
        return err_set(err, ST_TIMEOUT, "no AWS credentials in time");
    case FLIGHT_DONE:
    case FLIGHT_FAILED:
    default:
        return ST_OK; /* read the cache again */
    }
}

enum status aws_credentials_provider_get(struct aws_credentials_provider *p, int64_t deadline,
                                         struct aws_credentials *ret_credentials, struct err *err)
{
    struct err local_failure = ERR_NONE, *failure = err ? err : &local_failure;
    int64_t now = p->settings.now_s(p->settings.data);
    enum status st;

    for (int round = 0; round < 3; round++) {
        switch (read_cache(p, now, ret_credentials, failure)) {
        case FRESH:
            return ST_OK;
        case RENEWABLE:
            ticker_wake(p->renewer);
            return ST_OK;
        case FAILED:
            return failure->status;
        case NONE:
        default:
            st = fetch_or_wait(p, now, deadline, failure);
            if (st != ST_OK)
                return st;
        }
    }
    return err_set(failure, ST_UNAVAILABLE, "no AWS credentials");
}

void aws_credentials_provider_reject(struct aws_credentials_provider *p,
                                     const struct aws_credentials *credentials)
{
    int64_t now = p->settings.now_s(p->settings.data);

    (void)pthread_mutex_lock(&p->lock);
    if (p->present && (now < p->fetched_s || now - p->fetched_s >= FAILURE_TTL_S) &&
        strcmp(p->credentials.id, credentials->id) == 0 &&
        strcmp(p->credentials.secret, credentials->secret) == 0 &&
        strcmp(p->credentials.token, credentials->token) == 0)
        p->rejected = true;
    (void)pthread_mutex_unlock(&p->lock);
}
