/* SPDX-License-Identifier: Apache-2.0 */
/* cache/user.h -- the settings of one user, in an item of their own:
 * {"UserCache": {"<userId>": {"userid", "location", "rate", "pitch", "metrics"}}}.
 *
 * Beside the account's settings the item has those of each person whose voice Alexa recognizes,
 * under the person's id. A person without any has the account's; the first change copies them.
 *
 * Every read goes to the store, so that a change made on one device is heard on the next. The store
 * answers from memory only what it knows to be unchanged. Values are JSON as stored; their meaning
 * is up to the caller. Unknown members are left alone. Thread-safe. */
#ifndef CLIMACAST_CACHE_USER_H
#define CLIMACAST_CACHE_USER_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "cache/store.h"
#include "cache/user_id.h"
#include "server/base/err.h"
#include "server/base/str.h"

/* Whose settings are meant. */
struct user_key {
    struct str user;
    struct str person; /* whose voice it is; "": nobody's, the account's settings */
};
#define USER_ACCOUNT(user_id) ((struct user_key){ .user = (user_id) })
/* For ids as a request has them: an unusable person id (too long, with control characters, or the
 * same as the user id) means the account. */
struct user_key user_key_of(struct str user_id, struct str person_id);

/* ST_OK: *ret_settings is the inner object, borrowed from *ret_item, which the caller releases; see
 * store_acquire(). ST_MISS: neither the person nor the account has settings. */
enum status user_acquire(struct store *store, struct user_key key, int64_t deadline,
                         struct object **ret_item, const json_t **ret_settings, struct err *err);
/* The same; *ret_settings is a copy that the caller owns. */
enum status user_get(struct store *store, struct user_key key, int64_t deadline,
                     json_t **ret_settings, struct err *err);
/* Set one setting (NULL removes it) and leave the others alone. The item and `userid` are created
 * as needed, and parents that are not objects are replaced. On ST_OK the change is durable. */
enum status user_set(struct store *store, struct user_key key, const char *setting, json_t *value,
                     int64_t deadline, struct err *err);
/* The same for one member of a setting that is an object, as "places" is; its other members are
 * left alone. */
enum status user_set_member(struct store *store, struct user_key key, const char *setting,
                            const char *member, json_t *value, int64_t deadline, struct err *err);
/* The same for what the skill notes by itself. It does not count as a change by the person, so it
 * copies nothing: it is noted for the account, unless the person has settings. */
enum status user_note(struct store *store, struct user_key key, const char *setting, json_t *value,
                      int64_t deadline, struct err *err);
/* Set the default location; `from_address`: it is that of a device's address. Then
 * "address_location" says so, which is removed otherwise. */
enum status user_set_location(struct store *store, struct user_key key, json_t *location,
                              bool from_address, int64_t deadline, struct err *err);
/* Forget what came from the address of a device, of the account and of each person: the location,
 * unless it has been set to another one since, and "address_location", which says what it was. The
 * poller for alerts forgets it, too. Waits for the store. ST_OK also when there is nothing to
 * forget. */
enum status user_forget_address(struct store *store, struct str user_id, int64_t deadline,
                                struct err *err);
/* Delete the user's item, with the settings of all persons, as when the skill is disabled, and
 * before it the subscription to alerts (cache/alerts/subscriptions.h). */
enum status user_delete(struct store *store, struct str user_id, int64_t deadline, struct err *err);

#endif
