/* SPDX-License-Identifier: Apache-2.0 */
/* server/good_urls_item.h -- keeps the URLs of Alexa's valid chains in the store, in one item for
 * all daemons:
 *
 *     {"urls": {"https://s3.amazonaws.com/echo.api/echo-api-cert-12.pem": 1795000000, ...}}
 *
 * (the time when it last served a valid chain, epoch seconds). Thread-safe. */
#ifndef CLIMACAST_SERVER_GOOD_URLS_ITEM_H
#define CLIMACAST_SERVER_GOOD_URLS_ITEM_H

#include "cache/store.h"
#include "certs/good_urls.h"

#define GOOD_URLS_ITEM_ID STORE_SHARED_ID "_CHAINS" /* not a possible user id */

/* Merges with the item in the store, which is borrowed. */
struct good_urls_storage good_urls_item_storage(struct store *store);

#endif
