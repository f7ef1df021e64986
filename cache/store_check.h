/* SPDX-License-Identifier: Apache-2.0 */
/* cache/store_check.h -- what a store accepts, whatever its backend: ids, names, values. For
 * cache/store.c. ST_INVALID: `err` says why. Pure; thread-safe. */
#ifndef CLIMACAST_CACHE_STORE_CHECK_H
#define CLIMACAST_CACHE_STORE_CHECK_H

#include <jansson.h>
#include <stdint.h>

#include "cache/store.h"
#include "server/base/err.h"
#include "server/base/str.h"

enum status store_check_id(struct str id, struct err *err);
enum status store_check_cache(const char *cache, struct err *err);
enum status store_check_name(struct entry_name name, struct err *err);
/* `what` it is, for the error. */
enum status store_check_object(json_t *object, const char *what, struct err *err);
enum status store_check_entry(struct entry_name name, json_t *entry, int64_t ttl, struct err *err);
enum status store_check_change(const struct store_change *change, struct err *err);

#endif
