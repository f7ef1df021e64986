/* SPDX-License-Identifier: Apache-2.0 */
/* intents/amazon/device_units.h -- whether a device shows temperatures in Celsius, as its user has
 * set it in the Alexa app.
 *
 * A device is asked for on a thread of our own, so that no turn waits for it: the first answer may
 * use the wrong units, and later ones use the right ones. What was learned is kept in memory for a
 * day, and a failure for ten minutes; the token that waits to be used is wiped. Thread-safe. */
#ifndef CLIMACAST_INTENTS_AMAZON_DEVICE_UNITS_H
#define CLIMACAST_INTENTS_AMAZON_DEVICE_UNITS_H

#include "intents/amazon/address.h"
#include "intents/amazon/client.h"
#include "server/base/str.h"

enum {
    DEVICE_UNITS_KEEP_MS = 24 * 3600 * 1000,
    DEVICE_UNITS_RETRY_MS = 10 * 60 * 1000,
    DEVICE_UNITS_MAX = 10000, /* devices kept; beyond it the oldest is forgotten */
    DEVICE_UNITS_WAITING_MAX = 64,
};

enum device_units { DEVICE_UNITS_UNKNOWN, DEVICE_UNITS_FAHRENHEIT, DEVICE_UNITS_CELSIUS };

struct device_units_memory;

/* Starts the thread. NULL: out of memory or threads. `amazon` must outlive it. */
struct device_units_memory *device_units_create(struct amazon *amazon);
void device_units_free(struct device_units_memory *m); /* NULL allowed */

/* What is known of this device of the user; when nothing is, has the thread ask. Never waits. */
enum device_units device_units_get(struct device_units_memory *m,
                                   const struct amazon_device *device, struct str user);
/* Forget all devices of that user. */
void device_units_forget(struct device_units_memory *m, struct str user);

#endif
