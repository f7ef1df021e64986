/* SPDX-License-Identifier: Apache-2.0 */
/* cache/alerts/alerts_export.h -- what is kept of one user's alerts, as JSON for people to read.
 * Thread-safe. */
#ifndef CLIMACAST_CACHE_ALERTS_ALERTS_EXPORT_H
#define CLIMACAST_CACHE_ALERTS_ALERTS_EXPORT_H

#include <jansson.h>
#include <stdint.h>

#include "cache/store.h"
#include "server/base/err.h"
#include "server/base/str.h"

/* {"subscription": {...}, "log": {...}}, as subscription_json.h and alert_log_json.h describe them.
 * *ret is a new reference, set only on ST_OK. ST_MISS: nothing is kept. */
enum status alerts_export(struct store *store, struct str user_id, int64_t deadline, json_t **ret,
                          struct err *err);

#endif
