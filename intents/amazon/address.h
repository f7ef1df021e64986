/* SPDX-License-Identifier: Apache-2.0 */
/* intents/amazon/address.h -- the ZIP code of a device's address, as its owner has entered it in
 * the Alexa app.
 *
 * Asked for with the token of the request, if the user has consented, and never kept: callers that
 * ask for the same device at the same time share one call. Thread-safe. */
#ifndef CLIMACAST_INTENTS_AMAZON_ADDRESS_H
#define CLIMACAST_INTENTS_AMAZON_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

#include "intents/amazon/client.h"
#include "server/base/err.h"
#include "server/base/str.h"

/* What the user consents to. */
#define AMAZON_ADDRESS_PERMISSION "read::alexa:device:all:address:country_and_postal_code"

/* A device, as a request names it; any bytes. */
struct amazon_device {
    struct str endpoint, token, id; /* apiEndpoint, apiAccessToken, deviceId */
};

struct amazon_addresses;

/* NULL: out of memory. `amazon` must outlive it. */
struct amazon_addresses *amazon_addresses_create(struct amazon *amazon);
void amazon_addresses_free(
    struct amazon_addresses *a); /* no thread may be in a call; NULL allowed */

/* Could the address of this device be asked for: does it name one of Amazon's hosts, an id and a
 * token? */
bool amazon_device_may_ask(const struct amazon_device *device);

/* Get the five-digit ZIP code of a device in the United States or its territories.
 *   ST_OK
 *   ST_WOULD_WAIT   the deadline is NO_WAIT
 *   ST_DENIED       "address_forbidden": the user has not consented; "address_token": the token has
 *                   expired
 *   ST_NOT_FOUND    "address_unset": none is entered; "address_abroad": in another country
 *   ST_INVALID      "address_unasked": amazon_device_may_ask() says no; nothing was sent
 *   ST_UNAVAILABLE  "address_limited": too many calls; "address_unavailable": no usable answer
 *   ST_TIMEOUT      "address_slow" */
enum status amazon_address_get(struct amazon_addresses *a, const struct amazon_device *device,
                               int64_t deadline, char ret_zip[6], struct err *err);

#endif
