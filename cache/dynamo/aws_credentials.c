/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/aws_credentials.c -- the newest credentials, and when to look for newer ones.
 *
 * Three states: none or expired (everybody waits for the one thread that fetches), due (one thread
 * fetches, the others go on with what is there), fresh. A fetch that failed while the old ones
 * still hold is tried again after a while; one that failed with nothing in hand is remembered for
 * some seconds, so that not every request waits for an endpoint that is not there. Credentials that
 * do not expire are looked at again too: somebody may have changed the file. */
#include "cache/dynamo/aws_credentials.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "cache/dynamo/aws_credentials_internal.h"
#include "server/base/clock.h"
#include "server/base/flight.h"
#include "server/base/random.h"
#include "server/base/secret.h"

enum {
    EARLY_S = 300,      /* fetch so long before they expire */
    LASTING_S = 300,    /* look again at those that do not expire */
    AGAIN_S = 10,       /* after a failed fetch, while the old ones hold; twice that at most */
    FAILED_S = 3,       /* a failure without any in hand is told so long */
    PATIENCE_MS = 4000, /* of a fetch that somebody must wait for */
    EARLY_MS = 1500,    /* of one while the old ones hold */
};

struct aws_credentials_provider {
    struct aws_credentials_settings settings;
    struct http *http;
    struct flight *flight;
    pthread_mutex_t lock; /* guards all below */
    struct aws_credentials keys;
    bool have, refused;
    int64_t due_s, fetched_s;
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

struct aws_credentials_provider *
aws_credentials_provider_create(const struct aws_credentials_settings *settings, struct http *http)
{
    struct aws_credentials_provider *c = calloc(1, sizeof *c);

    if (!c)
        return NULL;
    if (settings)
        c->settings = *settings;
    if (!c->settings.variable)
        c->settings.variable = from_getenv;
    if (!c->settings.now_s)
        c->settings.now_s = from_clock;
    c->http = http;
    c->flight = flight_create();
    if (!c->flight || pthread_mutex_init(&c->lock, NULL) != 0) {
        flight_free(c->flight);
        free(c);
        return NULL;
    }
    return c;
}

void aws_credentials_provider_free(struct aws_credentials_provider *c)
{
    if (!c)
        return;
    flight_free(c->flight);
    (void)pthread_mutex_destroy(&c->lock);
    secret_wipe(c, sizeof *c);
    free(c);
}

/* ---- fetching ---- */

static enum status search(const struct aws_credentials_search *s, struct aws_credentials *ret_keys,
                          struct err *err)
{
    static enum status (*const sources[])(const struct aws_credentials_search *,
                                          struct aws_credentials *, struct err *) = {
        aws_credentials_from_environment,
        aws_credentials_from_files,
        aws_credentials_from_container,
        aws_credentials_from_ec2,
    };

    for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++) {
        enum status st = sources[i](s, ret_keys, err);
        if (st != ST_MISS)
            return st;
    }
    return err_reason(err, ST_DENIED, "no_credentials",
                      "no AWS credentials: not in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, not "
                      "in ~/.aws/credentials, no container endpoint, no EC2 metadata (in a "
                      "container its hop limit must be 2)");
}

/* When to fetch again what was fetched now. */
static int64_t due_after(int64_t now, int64_t expires)
{
    int64_t left = expires - now;

    if (expires == 0)
        return now + LASTING_S;
    return expires - (left / 2 < EARLY_S ? left / 2 : EARLY_S);
}

/* By one thread at a time. */
static enum status fetch(struct aws_credentials_provider *c, int64_t now, int64_t deadline,
                         int64_t patience_ms, struct err *err)
{
    int64_t patience = clock_mono_ms() + patience_ms;
    struct aws_credentials_search s = { &c->settings, c->http, now,
                                        deadline < patience ? deadline : patience };
    struct aws_credentials keys = { .expires_s = 0 };
    enum status st = search(&s, &keys, err);

    if (st == ST_OK && keys.expires_s > 0 && keys.expires_s <= now)
        st = err_reason(err, ST_UNAVAILABLE, "credentials_expired",
                        "the credentials that were given out have expired");
    (void)pthread_mutex_lock(&c->lock);
    if (st == ST_OK) {
        c->keys = keys;
        c->have = true;
        c->refused = false;
        c->fetched_s = now;
        c->due_s = due_after(now, keys.expires_s);
        c->failed_until_s = 0;
    } else {
        c->due_s = now + AGAIN_S + (int64_t)(random_u64() % AGAIN_S);
        c->failed_until_s = now + FAILED_S;
        c->failure = err ? *err : ERR_NONE;
    }
    (void)pthread_mutex_unlock(&c->lock);
    secret_wipe(&keys, sizeof keys);
    return st;
}

/* ---- having ---- */

enum state { NONE, FAILED, DUE, FRESH };

static enum state look(struct aws_credentials_provider *c, int64_t now,
                       struct aws_credentials *ret_keys, struct err *err)
{
    enum state state = NONE;

    (void)pthread_mutex_lock(&c->lock);
    if (c->have && !c->refused && (c->keys.expires_s == 0 || now < c->keys.expires_s)) {
        *ret_keys = c->keys;
        state = now < c->due_s ? FRESH : DUE;
    } else if (now < c->failed_until_s) {
        if (err && err->status == ST_OK)
            *err = c->failure;
        state = FAILED;
    }
    (void)pthread_mutex_unlock(&c->lock);
    return state;
}

/* Nothing in hand: fetch, or wait for who does. */
static enum status obtain(struct aws_credentials_provider *c, int64_t now, int64_t deadline,
                          struct err *err)
{
    static const struct str key = { "c", 1 };
    enum status st;

    switch (flight_join(c->flight, key, deadline)) {
    case FLIGHT_LEADER:
        st = fetch(c, now, deadline, PATIENCE_MS, err);
        flight_finish(c->flight, key, st == ST_OK);
        return st;
    case FLIGHT_TIMEOUT:
        return err_set(err, ST_TIMEOUT, "no AWS credentials in time");
    case FLIGHT_DONE:
    case FLIGHT_FAILED:
    default:
        return ST_OK; /* look again */
    }
}

enum status aws_credentials_provider_get(struct aws_credentials_provider *c, int64_t deadline,
                                         struct aws_credentials *ret_keys, struct err *err)
{
    static const struct str key = { "c", 1 };
    struct err own = ERR_NONE, *story = err ? err : &own;
    int64_t now = c->settings.now_s(c->settings.data);
    enum status st;

    for (int round = 0; round < 3; round++) {
        switch (look(c, now, ret_keys, story)) {
        case FRESH:
            return ST_OK;
        case DUE:
            if (flight_try(c->flight, key)) {
                struct err quiet = ERR_NONE; /* the old ones still hold */
                st = fetch(c, now, deadline, EARLY_MS, &quiet);
                flight_finish(c->flight, key, st == ST_OK);
                if (st == ST_OK)
                    (void)look(c, now, ret_keys, NULL);
            }
            return ST_OK;
        case FAILED:
            return story->status;
        case NONE:
        default:
            st = obtain(c, now, deadline, story);
            if (st != ST_OK)
                return st;
        }
    }
    return err_set(story, ST_UNAVAILABLE, "no AWS credentials");
}

void aws_credentials_provider_reject(struct aws_credentials_provider *c,
                                     const struct aws_credentials *keys)
{
    int64_t now = c->settings.now_s(c->settings.data);

    (void)pthread_mutex_lock(&c->lock);
    if (c->have && now - c->fetched_s >= FAILED_S && strcmp(c->keys.id, keys->id) == 0 &&
        strcmp(c->keys.secret, keys->secret) == 0 && strcmp(c->keys.token, keys->token) == 0)
        c->refused = true;
    (void)pthread_mutex_unlock(&c->lock);
}
