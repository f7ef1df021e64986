/* SPDX-License-Identifier: Apache-2.0 */
/* cache/alerts/subscription_json.h -- a subscription as it is stored, in a text:
 *
 *     {"wish": {"on": true, "at": ms}, "permission": {"granted": true, "at": ms},
 *      "level": "warnings", "quiet": [1320, 420], "host": "api.amazonalexa.com",
 *      "wanted": "<token>", "resolved": "<token>",
 *      "places": [{"name": "cabin", "county": "UTC019", "zone": "UTZ022", "time_zone": "...",
 *                  "at": [38.5733, -109.5498]}, ...]}
 *
 * The places are stale while the two tokens differ. Pure. */
#ifndef CLIMACAST_CACHE_ALERTS_SUBSCRIPTION_JSON_H
#define CLIMACAST_CACHE_ALERTS_SUBSCRIPTION_JSON_H

#include <jansson.h>
#include <stdbool.h>

#include "cache/alerts/subscriptions.h"

/* Copies text into an array of `size` bytes, cut where it is too long. */
void subscription_copy_text(char *out, size_t size, struct str text);

/* A new subscription without wish and permission. */
void subscription_init(struct subscription *s);
/* What is malformed gets its default. ST_INVALID, without `err`: not the text of an object.
 * ST_SYSTEM. */
enum status subscription_decode(const json_t *text, struct subscription *ret);
/* A new reference; NULL when out of memory. */
json_t *subscription_encode(const struct subscription *s);
/* New places are wanted from the poller: a token that has not been used before. */
void subscription_want_places(struct subscription *s);

#endif
