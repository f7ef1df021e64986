/* SPDX-License-Identifier: Apache-2.0 */
/* server/utterance/device.h -- how the devices of devices.def describe themselves in a request.
 * Pure. */
#ifndef CLIMACAST_SERVER_UTTERANCE_DEVICE_H
#define CLIMACAST_SERVER_UTTERANCE_DEVICE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct device {
    const char *name, *title, *shape, *mode;
    int width, height, dpi; /* pixels; 0: it shows four characters */
};

/* The i-th device, or NULL. */
const struct device *device_at(size_t i);
const struct device *device_find(const char *name);
/* Puts its interfaces and viewports into the context of an envelope; false when out of memory. */
bool device_put(const struct device *d, json_t *context);

#endif
