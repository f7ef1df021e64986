/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/uom.h -- every unit code NWS has used, turned into one unit per quantity.
 *
 * Inside the program: degrees Celsius, metres per second, pascal, millimetres, percent, degrees of
 * angle, metres. A code is "wmoUnit:km_h-1", "unit:degC", "nwsUnit:s" ...; an unknown one is an
 * error and no value, never a wrong number. Pure. */
#ifndef CLIMACAST_INTENTS_WEATHER_UOM_H
#define CLIMACAST_INTENTS_WEATHER_UOM_H

#include <stdbool.h>

#include "server/base/str.h"

enum uom_quantity {
    UOM_NONE,
    UOM_TEMPERATURE, /* degC */
    UOM_SPEED,       /* m/s */
    UOM_PRESSURE,    /* Pa */
    UOM_DEPTH,       /* mm of water, snow or ice */
    UOM_PERCENT,
    UOM_ANGLE,  /* degrees, 0 = north, clockwise */
    UOM_LENGTH, /* m: visibility, heights */
    UOM_TIME,   /* s */
};

/* How a value in `code` becomes ours: value * factor + offset. False: unknown code, or one of
 * another quantity than `want`. Depths may come as metres or millimetres. */
struct uom {
    double factor, offset;
};
bool uom_find(struct str code, enum uom_quantity want, struct uom *ret_uom);
double uom_apply(struct uom u, double value);

#endif
