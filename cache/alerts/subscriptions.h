/* SPDX-License-Identifier: Apache-2.0 */
/* cache/alerts/subscriptions.h -- who is told about weather alerts without asking, and where they
 * live.
 *
 * All subscriptions are in an index, in items that the skill keeps for itself (cache/layout.h):
 *
 *     SHARED_CACHE_ALERTS          {"shards": {"2a": "<differs after every change of that shard>"}}
 *     SHARED_CACHE_ALERTS_2a       {"users": {"<userId>": "<subscription>", ...},
 *                                   "gone": {"<digest of a user id>": <ms>, ...}}
 *
 * A user's shard follows from a digest of the user id. A poll reads the first item, and of the
 * others only those that have changed: it never scans the table. subscription_remove() leaves the
 * user id nowhere. Sent and held alerts are in cache/alerts/alert_log.h.
 *
 * Timestamps are milliseconds since 1970, those of Alexa's requests (`request.timestamp`). One that
 * is more than 150 s ahead of the clock counts as now. Changes may arrive in any order: the newest
 * one counts, and an older or equally old one changes nothing.
 *
 * Every function is thread-safe, waits for the store until `deadline`, and passes on the store's
 * status (ST_TIMEOUT, ST_UNAVAILABLE, ...) if that fails; a change that fails can be repeated.
 * ST_INVALID: no valid user id (user_id_is_valid()). With NO_WAIT subscription_get() may be
 * ST_WOULD_WAIT; changes always wait. On ST_OK a change is durable. */
#ifndef CLIMACAST_CACHE_ALERTS_SUBSCRIPTIONS_H
#define CLIMACAST_CACHE_ALERTS_SUBSCRIPTIONS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cache/store.h"
#include "server/base/err.h"
#include "server/base/str.h"

enum {
    SUBSCRIPTION_PLACES_MAX = 32, /* those above are left out */
    SUBSCRIPTION_SHARDS = 64,
    SUBSCRIPTION_TOKEN_SIZE = 17,
    QUIET_FROM_DEFAULT = 22 * 60, /* minutes of the local day */
    QUIET_TO_DEFAULT = 7 * 60,
};
#define SUBSCRIPTION_HOST_DEFAULT "api.amazonalexa.com"
#define SUBSCRIPTION_INDEX_ID STORE_SHARED_ID "_ALERTS"

/* Which events are told: of those in force, the ones whose name ends in "Warning"; in "Warning" or
 * "Watch"; all; those of severity Extreme that end in "Warning". */
enum alert_level { ALERT_WARNINGS, ALERT_WATCHES, ALERT_ALL, ALERT_EXTREME, ALERT_LEVELS };

/* "warnings", "watches", "all", "extreme": as stored, and as the values of the slot `level`. */
const char *alert_level_name(enum alert_level level);
/* False, with *ret_level unchanged, when it is none of them. */
bool alert_level_find(struct str name, enum alert_level *ret_level);

/* One place of the user, as the poller has resolved it. */
struct subscription_place {
    char name[48];      /* of the favorite: "the cabin" is "cabin"; "": the default location */
    char county[8];     /* "COC013"; "" when NWS names none */
    char zone[8];       /* forecast zone: "COZ039"; "" when NWS names none */
    char time_zone[48]; /* "America/Denver" */
    double lat, lon;    /* degrees */
};

struct subscription {
    /* The voice's wish. */
    bool asked; /* "turn on alerts" or "turn off alerts" was said at all */
    bool wished;
    int64_t wished_ms;
    /* Amazon's permission: did the newest ProactiveSubscriptionChanged list the event? */
    bool granted;
    int64_t granted_ms; /* 0: there was none */

    enum alert_level level;
    int quiet_from, quiet_to; /* minutes of the local day, 0 to 1439, the end excluded; equal: no
                                 quiet hours */
    char host[32];            /* Amazon's API host for this user: one of the three that
                                 subscription_host_is_valid() knows */
    /* Empty until the poller has resolved them, a minute or so after the subscription or a change
     * of place. The first one is the default location, if there is one: its time zone is that of
     * the quiet hours. */
    struct subscription_place *places;
    size_t place_count;
    bool places_stale;                          /* the poller has yet to resolve them (again) */
    char places_token[SUBSCRIPTION_TOKEN_SIZE]; /* names this state of the user's settings */
};

void subscription_done(struct subscription *s); /* frees what it holds; a zeroed one is allowed */

/* Does this user get notifications? Yes, if Amazon's permission is granted and the newest wish
 * isn't "off"; a permission that is newer than an "off" turns the wish on again. Pure. */
bool subscription_is_active(const struct subscription *s);
/* Has the voice turned alerts on, while Amazon's permission is missing? Pure. */
bool subscription_waits(const struct subscription *s);
/* "api.amazonalexa.com", "api.eu.amazonalexa.com" or "api.fe.amazonalexa.com". */
bool subscription_host_is_valid(struct str host);

/* ---- for intents and skill events ---- */

/* *ret is only set on ST_OK, and then subscription_done() frees it. ST_MISS: this user has never
 * asked for alerts, or has been removed. */
enum status subscription_get(struct store *store, struct str user_id, int64_t deadline,
                             struct subscription *ret, struct err *err);

/* The voice turns alerts on or off (SetAlertsIntent). `level`: NULL keeps the one that is set; a
 * new subscription begins with `warnings`. `host` is that of the request's apiEndpoint; STR_NONE
 * or another host than the three keeps the known one. Also marks the places as stale. An "off" of
 * a user without a subscription is kept, too: a permission that is older but arrives later must not
 * turn them on. */
enum status subscription_wish(struct store *store, struct str user_id, bool on,
                              const enum alert_level *level, struct str host, int64_t at_ms,
                              int64_t deadline, struct err *err);

/* A ProactiveSubscriptionChanged arrived; `granted`: its list has AMAZON.WeatherAlert.Activated.
 * Without a subscription, a granted one begins one at level `warnings`; a denied one stores only
 * the digest, for two hours, so that an older event that arrives later grants nothing. */
enum status subscription_permit(struct store *store, struct str user_id, bool granted,
                                struct str host, int64_t at_ms, int64_t deadline, struct err *err);

/* Set the quiet hours (QuietHoursIntent): minutes of the local day, 0 to 1439; equal: none at all.
 * ST_MISS: there is no subscription, and nothing is stored. ST_INVALID: out of range. */
enum status subscription_quiet(struct store *store, struct str user_id, int from, int to,
                               int64_t deadline, struct err *err);

/* To be called after the user's default location or favorites have changed: the poller reads them
 * again. Also notes the host, as above. Without a subscription nothing happens (ST_OK), at the cost
 * of one read; when nothing changes, nothing is written. */
enum status subscription_places_changed(struct store *store, struct str user_id, struct str host,
                                        int64_t deadline, struct err *err);

/* The user has withdrawn the permission that a place came from: drops all resolved places, which
 * the poller then resolves again from the settings. Otherwise as above. */
enum status subscription_drop_places(struct store *store, struct str user_id, int64_t deadline,
                                     struct err *err);

/* Remember Amazon's API host of this request, if there is a subscription with another one. */
enum status subscription_note_host(struct store *store, struct str user_id, struct str host,
                                   int64_t deadline, struct err *err);

/* Remove a user: the subscription, and the log of alerts. user_delete() (cache/user.h) does this
 * first, so that SkillDisabled and DeleteDataIntent need nothing more. ST_OK also when there was
 * none. */
enum status subscription_remove(struct store *store, struct str user_id, int64_t deadline,
                                struct err *err);

/* ---- for the poller and `climacast alerts` ---- */

/* What a reader of the index has seen: start with a zeroed one. */
struct subscription_index {
    char tokens[SUBSCRIPTION_SHARDS][SUBSCRIPTION_TOKEN_SIZE]; /* "" when empty or unread */
};

/* Calls `each` for the subscriptions of every shard that has changed since `seen` was filled (all
 * of them at first), after a call of `begin` (may be NULL) for that shard: a user of the shard who
 * is not named then is gone. `each` may take `s->places` by setting it to NULL; it must not call
 * the store. Shards that were read are noted in `seen`, also on a failure, so that the call can be
 * repeated. One read when nothing has changed. A malformed subscription counts as absent. */
typedef void subscription_begin_fn(void *data, unsigned shard);
typedef enum status subscription_each_fn(void *data, unsigned shard, struct str user_id,
                                         struct subscription *s, struct err *err);
enum status subscriptions_changed(struct store *store, struct subscription_index *seen,
                                  subscription_begin_fn *begin, subscription_each_fn *each,
                                  void *data, int64_t deadline, struct err *err);

/* The poller has resolved the places as of `token`; if the settings have changed meanwhile, they
 * stay stale. ST_MISS: the user is gone, and nothing is stored. */
enum status subscription_resolved(struct store *store, struct str user_id, const char *token,
                                  const struct subscription_place *places, size_t count,
                                  int64_t deadline, struct err *err);

#endif
