/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/uom.h -- converts the units of NWS to one unit per quantity.
 *
 * Inside the program values are in degrees Celsius, meters per second, pascals, millimeters,
 * percent, degrees of angle, meters and seconds. Codes look like "wmoUnit:km_h-1", "unit:degC" or
 * "nwsUnit:s". A value with an unknown code is an error, never a wrong number. Pure. */
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

/* A conversion: value * factor + offset. */
struct uom {
    double factor, offset;
};
/* Finds the conversion of a unit code. False when the code is unknown or belongs to a quantity
 * other than `want`. "m" is a unit of both depth and length. */
bool uom_find(struct str code, enum uom_quantity want, struct uom *ret_uom);
double uom_apply(struct uom u, double value);

#endif
