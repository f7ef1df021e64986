/* SPDX-License-Identifier: Apache-2.0 */
/* server/utterance/device.c -- the members of a request's context that describe a screen. */
#include "server/utterance/device.h"

#include <string.h>

static const struct device devices[] = {
#define DEVICE(name, title, shape, mode, width, height, dpi) \
    { name, title, shape, mode, width, height, dpi },
#include "server/utterance/devices.def"
#undef DEVICE
    { "clock", "Echo Dot with clock", "", "", 0, 0, 0 },
};
enum { DEVICES = sizeof devices / sizeof devices[0] };

const struct device *device_at(size_t i)
{
    return i < DEVICES ? &devices[i] : NULL;
}

const struct device *device_find(const char *name)
{
    for (size_t i = 0; i < DEVICES; i++)
        if (strcmp(devices[i].name, name) == 0)
            return &devices[i];
    return NULL;
}

bool device_put(const struct device *d, json_t *context)
{
    bool screen = d->width > 0;
    json_t *interfaces =
        json_pack("{s:{s:{s:s}}}", screen ? "Alexa.Presentation.APL" : "Alexa.Presentation.APLT",
                  "runtime", "maxVersion", screen ? "2024.3" : "1.0");
    json_t *device = json_object_get(json_object_get(context, "System"), "device");
    bool good = json_object_set_new(device, "supportedInterfaces", interfaces) == 0;

    if (!screen)
        return json_object_set_new(context, "Viewports",
                                   json_pack("[{s:s, s:s, s:[s], s:i, s:i, s:s}]", "type", "APLT",
                                             "id", "main", "supportedProfiles",
                                             "FOUR_CHARACTER_CLOCK", "lineLength", 4, "lineCount",
                                             1, "format", "SEVEN_SEGMENT")) == 0 &&
               good;
    return json_object_set_new(context, "Viewport",
                               json_pack("{s:s, s:s, s:i, s:i, s:i, s:i, s:i}", "shape", d->shape,
                                         "mode", d->mode, "dpi", d->dpi, "pixelWidth", d->width,
                                         "pixelHeight", d->height, "currentPixelWidth", d->width,
                                         "currentPixelHeight", d->height)) == 0 &&
           good;
}
