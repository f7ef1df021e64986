/* SPDX-License-Identifier: Apache-2.0 */
/* cache/alerts/subscriptions.c -- the subscriptions, in shards of an index.
 *
 * A change writes the shard first and then a new token for it into the head of the index. Whoever
 * reads the head before a shard sees the change, or sees another token next time. */
#include "cache/alerts/subscriptions.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache/alerts/alert_log.h"
#include "cache/alerts/item_change.h"
#include "cache/alerts/subscription_json.h"
#include "cache/user_id.h"
#include "server/base/clock.h"
#include "server/base/digest.h"
#include "server/base/json.h"
#include "server/base/random.h"
#include "server/base/secret.h"

enum {
    AHEAD_MAX_MS = 150 * 1000,
    GONE_KEPT_MS = 2 * 60 * 60 * 1000, /* Alexa redelivers events for an hour */
    DIGEST_SIZE = 33,                  /* of a user id, in hexadecimal, with the NUL */
    SHARD_ID_SIZE = sizeof SUBSCRIPTION_INDEX_ID + 4,
};

/* ---- small things ---- */

void subscription_done(struct subscription *s)
{
    free(s->places);
    s->places = NULL;
    s->place_count = 0;
}

bool subscription_is_active(const struct subscription *s)
{
    return s->granted && (!s->asked || s->wished || s->granted_ms > s->wished_ms);
}

bool subscription_waits(const struct subscription *s)
{
    return !s->granted && s->asked && s->wished;
}

static int64_t plausible_ms(int64_t at_ms)
{
    int64_t now = clock_wall_ms();

    return at_ms > now + AHEAD_MAX_MS ? now : at_ms;
}

static void shard_id(unsigned shard, char out[SHARD_ID_SIZE])
{
    (void)snprintf(out, SHARD_ID_SIZE, "%s_%02x", SUBSCRIPTION_INDEX_ID, shard);
}

/* ---- one user's change ---- */

struct change {
    const char *user;         /* NUL-terminated */
    char digest[DIGEST_SIZE]; /* of the user id */
    unsigned shard;
    /* What to do with the subscription, which is a new one if `found` is false. `*keep`: false on
     * entry if there was none; true stores it, false removes it. */
    enum status (*apply)(struct change *c, struct subscription *s, bool *keep);
    bool on;
    bool host_only;
    const enum alert_level *level;
    struct str host;
    int64_t at_ms;
    int from, to;
    const char *token;
    const struct subscription_place *places;
    size_t place_count;
    int64_t gone_ms; /* in: of the digest, 0 if none; out: to be kept, 0 for none */
};

/* Drops the digests of users for whom no late events can arrive any more. */
static void prune_gone(json_t *gone)
{
    int64_t now = clock_wall_ms();
    const char *digest;
    json_t *at_ms;
    void *next;

    json_object_foreach_safe (gone, next, digest, at_ms)
        if (!json_is_integer(at_ms) || json_integer_value(at_ms) < now - GONE_KEPT_MS)
            (void)json_object_del(gone, digest);
}

static enum status store_gone(struct change *c, json_t *gone)
{
    prune_gone(gone);
    if (c->gone_ms == 0)
        (void)json_object_del(gone, c->digest);
    else if (json_object_set_new(gone, c->digest, json_integer((json_int_t)c->gone_ms)) != 0)
        return ST_SYSTEM;
    return ST_OK;
}

static enum status store_subscription(struct change *c, json_t *users, const struct subscription *s,
                                      bool keep)
{
    if (keep)
        return json_object_set_new(users, c->user, subscription_encode(s)) == 0 ? ST_OK : ST_SYSTEM;
    (void)json_object_del(users, c->user);
    return ST_OK;
}

static enum status change_shard(void *data, json_t *attributes, struct err *err)
{
    struct change *c = data;
    json_t *users = item_member(attributes, "users"), *gone = item_member(attributes, "gone");
    struct subscription s;
    enum status st = users && gone ? ST_OK : ST_SYSTEM;
    bool keep = false;

    subscription_init(&s);
    c->gone_ms = json_integer_value(json_object_get(gone, c->digest));
    if (st == ST_OK) {
        st = subscription_decode(json_object_get(users, c->user), &s);
        keep = st == ST_OK;
        st = st == ST_SYSTEM ? st : c->apply(c, &s, &keep);
    }
    if (st == ST_OK)
        st = store_gone(c, gone);
    if (st == ST_OK)
        st = store_subscription(c, users, &s, keep);
    subscription_done(&s);
    return st == ST_SYSTEM ? err_no_memory(err) : st;
}

/* Tells the readers of the index that a shard has changed. */
static enum status announce(struct store *store, unsigned shard, int64_t deadline, struct err *err)
{
    char name[3], token[SUBSCRIPTION_TOKEN_SIZE];
    const char *const path[] = { "shards", name, NULL };
    struct store_change change = { path, NULL };
    enum status st;

    (void)snprintf(name, sizeof name, "%02x", shard);
    (void)snprintf(token, sizeof token, "%016llx", (unsigned long long)random_u64());
    change.value = json_string(token);
    if (!change.value)
        return err_no_memory(err);
    st = store_update(store, STR(SUBSCRIPTION_INDEX_ID), &change, 1, deadline, err);
    json_decref(change.value);
    return st;
}

static enum status locate(struct str user_id, char digest[DIGEST_SIZE], unsigned *ret_shard,
                          struct err *err)
{
    char hex[65];
    uint8_t bytes[SHA256_BYTES];

    if (!user_id_is_valid(user_id))
        return err_set(err, ST_INVALID, "invalid user id");
    if (!digest_sha256_hex(user_id, hex) || !digest_sha256(user_id, bytes))
        return err_no_memory(err);
    memcpy(digest, hex, DIGEST_SIZE - 1);
    digest[DIGEST_SIZE - 1] = '\0';
    *ret_shard = bytes[SHA256_BYTES - 1] % SUBSCRIPTION_SHARDS;
    return ST_OK;
}

static enum status make_change(struct store *store, struct str user_id, struct change *c,
                               int64_t deadline, struct err *err)
{
    char user[STORE_ID_MAX + 1], id[SHARD_ID_SIZE];
    bool written = false;
    enum status st = locate(user_id, c->digest, &c->shard, err);

    if (st != ST_OK)
        return st;
    memcpy(user, user_id.p, user_id.n);
    user[user_id.n] = '\0';
    c->user = user;
    c->at_ms = plausible_ms(c->at_ms);
    shard_id(c->shard, id);
    st = item_change(store, str_of(id), change_shard, c, deadline, &written, err);
    secret_wipe(user, sizeof user);
    return st == ST_OK && written ? announce(store, c->shard, deadline, err) : st;
}

/* ---- the changes ---- */

static void apply_host(const struct change *c, struct subscription *s)
{
    if (subscription_host_is_valid(c->host))
        subscription_copy_text(s->host, sizeof s->host, c->host);
}

/* A subscription begins: what is known of events that came before it counts. */
static void begin_subscription(struct change *c, struct subscription *s)
{
    s->granted_ms = c->gone_ms;
    c->gone_ms = 0;
    subscription_want_places(s);
}

static enum status apply_wish(struct change *c, struct subscription *s, bool *keep)
{
    if (s->asked && c->at_ms < s->wished_ms)
        return ST_MISS;
    if (!*keep)
        begin_subscription(c, s);
    *keep = true;
    if (c->on)
        subscription_want_places(s);
    s->asked = true;
    s->wished = c->on;
    s->wished_ms = c->at_ms;
    if (c->level)
        s->level = *c->level;
    apply_host(c, s);
    return ST_OK;
}

enum status subscription_wish(struct store *store, struct str user_id, bool on,
                              const enum alert_level *level, struct str host, int64_t at_ms,
                              int64_t deadline, struct err *err)
{
    struct change c = {
        .apply = apply_wish, .on = on, .level = level, .host = host, .at_ms = at_ms
    };
    enum status st = make_change(store, user_id, &c, deadline, err);

    return st == ST_MISS ? ST_OK : st;
}

static enum status apply_permission(struct change *c, struct subscription *s, bool *keep)
{
    if (c->at_ms <= (*keep ? s->granted_ms : c->gone_ms))
        return ST_MISS;
    if (!*keep && !c->on) {
        c->gone_ms = c->at_ms;
        return ST_OK;
    }
    if (!*keep)
        begin_subscription(c, s);
    *keep = true;
    s->granted = c->on;
    s->granted_ms = c->at_ms;
    apply_host(c, s);
    return ST_OK;
}

enum status subscription_permit(struct store *store, struct str user_id, bool granted,
                                struct str host, int64_t at_ms, int64_t deadline, struct err *err)
{
    struct change c = { .apply = apply_permission, .on = granted, .host = host, .at_ms = at_ms };
    enum status st = make_change(store, user_id, &c, deadline, err);

    return st == ST_MISS ? ST_OK : st;
}

static enum status apply_quiet(struct change *c, struct subscription *s, bool *keep)
{
    if (!*keep)
        return ST_MISS;
    s->quiet_from = c->from;
    s->quiet_to = c->to;
    return ST_OK;
}

enum status subscription_quiet(struct store *store, struct str user_id, int from, int to,
                               int64_t deadline, struct err *err)
{
    struct change c = { .apply = apply_quiet, .from = from, .to = to };

    if (from < 0 || to < 0 || from >= 24 * 60 || to >= 24 * 60)
        return err_set(err, ST_INVALID, "quiet hours are minutes of a day");
    return make_change(store, user_id, &c, deadline, err);
}

static enum status apply_context(struct change *c, struct subscription *s, bool *keep)
{
    if (!*keep)
        return ST_MISS;
    if (!c->host_only)
        subscription_want_places(s);
    apply_host(c, s);
    return ST_OK;
}

enum status subscription_places_changed(struct store *store, struct str user_id, struct str host,
                                        int64_t deadline, struct err *err)
{
    struct change c = { .apply = apply_context, .host = host };
    enum status st = make_change(store, user_id, &c, deadline, err);

    return st == ST_MISS ? ST_OK : st;
}

enum status subscription_note_host(struct store *store, struct str user_id, struct str host,
                                   int64_t deadline, struct err *err)
{
    struct change c = { .apply = apply_context, .host_only = true, .host = host };
    enum status st = make_change(store, user_id, &c, deadline, err);

    return st == ST_MISS ? ST_OK : st;
}

static enum status apply_drop(struct change *c, struct subscription *s, bool *keep)
{
    (void)c;
    if (!*keep)
        return ST_MISS;
    subscription_done(s);
    subscription_want_places(s);
    return ST_OK;
}

enum status subscription_drop_places(struct store *store, struct str user_id, int64_t deadline,
                                     struct err *err)
{
    struct change c = { .apply = apply_drop };
    enum status st = make_change(store, user_id, &c, deadline, err);

    return st == ST_MISS ? ST_OK : st;
}

static enum status apply_resolved(struct change *c, struct subscription *s, bool *keep)
{
    if (!*keep)
        return ST_MISS;
    subscription_done(s);
    s->places = c->place_count > 0 ? calloc(c->place_count, sizeof *s->places) : NULL;
    if (c->place_count > 0 && !s->places)
        return ST_SYSTEM;
    if (c->place_count > 0)
        memcpy(s->places, c->places, c->place_count * sizeof *s->places);
    s->place_count = c->place_count;
    s->places_stale = strcmp(s->places_token, c->token) != 0;
    return ST_OK;
}

enum status subscription_resolved(struct store *store, struct str user_id, const char *token,
                                  const struct subscription_place *places, size_t count,
                                  int64_t deadline, struct err *err)
{
    struct change c = {
        .apply = apply_resolved, .token = token, .places = places, .place_count = count
    };

    if (count > SUBSCRIPTION_PLACES_MAX)
        c.place_count = SUBSCRIPTION_PLACES_MAX;
    return make_change(store, user_id, &c, deadline, err);
}

/* The same event, delivered again, must not begin a new subscription. */
static enum status apply_removal(struct change *c, struct subscription *s, bool *keep)
{
    if (!*keep)
        return ST_MISS;
    *keep = false;
    c->gone_ms = s->granted_ms;
    return ST_OK;
}

enum status subscription_remove(struct store *store, struct str user_id, int64_t deadline,
                                struct err *err)
{
    struct change c = { .apply = apply_removal };
    enum status st = make_change(store, user_id, &c, deadline, err);

    return st == ST_OK || st == ST_MISS ? alert_log_remove(store, user_id, deadline, err) : st;
}

/* ---- reading ---- */

enum status subscription_get(struct store *store, struct str user_id, int64_t deadline,
                             struct subscription *ret, struct err *err)
{
    char digest[DIGEST_SIZE], id[SHARD_ID_SIZE], user[STORE_ID_MAX + 1];
    json_t *attributes = NULL;
    unsigned shard = 0;
    enum status st = locate(user_id, digest, &shard, err);

    if (st != ST_OK)
        return st;
    memcpy(user, user_id.p, user_id.n);
    user[user_id.n] = '\0';
    shard_id(shard, id);
    st = store_get(store, str_of(id), deadline, &attributes, NULL, err);
    if (st == ST_OK)
        st = subscription_decode(json_object_get(json_object_get(attributes, "users"), user), ret);
    json_decref(attributes);
    secret_wipe(user, sizeof user);
    if (st == ST_SYSTEM)
        return err_no_memory(err);
    return st == ST_INVALID ? ST_MISS : st;
}
