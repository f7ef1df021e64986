/* SPDX-License-Identifier: Apache-2.0 */
/* cache/user.h -- one user's item: {"UserCache": {"<userId>": {"userid", "location", "rate",
 * "pitch", "metrics"}}}.
 *
 * Never cached here: a read is a read of the store (SPEC sections 7 and 8). Values are the JSON as
 * stored; what they mean is the caller's. Unknown members are left alone. Thread-safe. */
#ifndef CLIMACAST_CACHE_USER_H
#define CLIMACAST_CACHE_USER_H

#include <jansson.h>
#include <stdint.h>

#include "cache/store.h"
#include "server/base/err.h"
#include "server/base/str.h"

/* ST_OK: *ret_settings is the inner object, a new reference. ST_MISS: this user has none yet. */
enum status user_get(struct store *store, struct str user_id, int64_t deadline,
                     json_t **ret_settings, struct err *err);
/* Set one setting (NULL removes it) and leave the others alone; the item and `userid` are created
 * as needed, and what has not the shape of an item is repaired on the way to the setting and
 * nowhere else. ST_OK only when it is durable. */
enum status user_set(struct store *store, struct str user_id, const char *setting, json_t *value,
                     int64_t deadline, struct err *err);
/* Remove the user's item (SkillDisabled). */
enum status user_delete(struct store *store, struct str user_id, int64_t deadline, struct err *err);

#endif
