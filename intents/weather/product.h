/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/product.h -- what the offices of the National Weather Service write for people:
 * the area forecast discussion, the hazardous weather outlook, and the weather radio's script.
 *
 * Texts are as NWS sends them, valid as long as call->arena. */
#ifndef CLIMACAST_INTENTS_WEATHER_PRODUCT_H
#define CLIMACAST_INTENTS_WEATHER_PRODUCT_H

#include <stdbool.h>
#include <stdint.h>

#include "intents/weather/nws.h"
#include "intents/weather/place.h"
#include "server/base/call.h"
#include "server/base/err.h"
#include "server/base/str.h"

enum { PRODUCT_TEXT_MAX = 64 * 1024 };

struct product {
    struct str text;
    int64_t issued; /* epoch seconds; 0: unknown */
    bool stale;     /* NWS could not be reached; this is an older one */
    int64_t age_s;  /* since it was fetched */
};

/* The latest product of a type ("AFD", "HWO") of the place's office: /products/types/AFD/locations/
 * BOU/latest.
 *   ST_OK
 *   ST_NOT_FOUND   the office has none, or NWS names no office for the place: reason "product_none"
 *   ST_WOULD_WAIT, ST_TIMEOUT, ST_UNAVAILABLE, ST_SYSTEM */
enum status product_get(struct nws *n, const struct call *call, const struct place *place,
                        const char *type, struct product *ret_product, struct err *err);

/* The script that the weather radio reads out for the place, in SSML, unchecked: for the point, or
 * else for the area of its transmitter. Statuses as above. */
enum status product_get_radio(struct nws *n, const struct call *call, const struct place *place,
                              struct product *ret_product, struct err *err);

#endif
