/* SPDX-License-Identifier: Apache-2.0 */
/* server/alerts/places.h -- where a user's alerts are for: the default location and the favorites,
 * of the account and of each person, with their coordinates, zones and time zone. Thread-safe. */
#ifndef CLIMACAST_SERVER_ALERTS_PLACES_H
#define CLIMACAST_SERVER_ALERTS_PLACES_H

#include <stddef.h>
#include <stdint.h>

#include "cache/alerts/subscriptions.h"
#include "cache/store.h"
#include "intents/weather/nws.h"
#include "server/base/err.h"

/* `renew` (may be NULL) tells of a zone that NWS does not know any more: then the point is asked
 * again, whatever is cached. `now` is epoch seconds. Texts that name no place are left out, and so
 * is the second place with the same coordinates. *ret_count: 0 for a user without any.
 *   ST_OK, ST_TIMEOUT, ST_UNAVAILABLE, ST_SYSTEM */
typedef bool places_renew_fn(void *data, const char *zone);
enum status places_resolve(struct store *store, struct nws *nws, struct str user,
                           places_renew_fn *renew, void *renew_data, int64_t now, int64_t deadline,
                           struct subscription_place places[SUBSCRIPTION_PLACES_MAX],
                           size_t *ret_count, struct err *err);

#endif
