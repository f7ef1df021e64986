/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/uom.c -- the table of unit codes that NWS uses.
 *
 * Codes have a namespace ("wmoUnit:", "unit:" until 2020, "nwsUnit:" for units that the WMO lacks)
 * or none; those without follow the Unified Code for Units of Measure, which NWS has announced for
 * all. The namespace is checked and then ignored, since no code means different things in two of
 * them. */
#include "intents/weather/uom.h"

#include <stddef.h>

static const struct unit {
    const char *code;
    enum uom_quantity quantity;
    double factor, offset;
} units[] = {
    { "degC", UOM_TEMPERATURE, 1.0, 0.0 },
    { "degF", UOM_TEMPERATURE, 5.0 / 9.0, -160.0 / 9.0 },
    { "K", UOM_TEMPERATURE, 1.0, -273.15 },
    { "m_s-1", UOM_SPEED, 1.0, 0.0 },
    { "km_h-1", UOM_SPEED, 1.0 / 3.6, 0.0 },
    { "kt", UOM_SPEED, 1852.0 / 3600.0, 0.0 },
    { "Pa", UOM_PRESSURE, 1.0, 0.0 },
    { "hPa", UOM_PRESSURE, 100.0, 0.0 },
    { "kPa", UOM_PRESSURE, 1000.0, 0.0 },
    { "mm", UOM_DEPTH, 1.0, 0.0 },
    { "cm", UOM_DEPTH, 10.0, 0.0 },
    { "m", UOM_DEPTH, 1000.0, 0.0 },
    { "percent", UOM_PERCENT, 1.0, 0.0 },
    { "degree_(angle)", UOM_ANGLE, 1.0, 0.0 },
    { "degrees_true", UOM_ANGLE, 1.0, 0.0 },
    { "m", UOM_LENGTH, 1.0, 0.0 },
    { "km", UOM_LENGTH, 1000.0, 0.0 },
    { "ft", UOM_LENGTH, 0.3048, 0.0 },
    { "", UOM_NONE, 1.0, 0.0 }, /* counts, such as heatRisk, come without a unit */
    { "s", UOM_TIME, 1.0, 0.0 },
    { "min", UOM_TIME, 60.0, 0.0 },
    { "h", UOM_TIME, 3600.0, 0.0 },
    /* The Unified Code, where it differs. */
    { "Cel", UOM_TEMPERATURE, 1.0, 0.0 },
    { "[degF]", UOM_TEMPERATURE, 5.0 / 9.0, -160.0 / 9.0 },
    { "m/s", UOM_SPEED, 1.0, 0.0 },
    { "km/h", UOM_SPEED, 1.0 / 3.6, 0.0 },
    { "[kn_i]", UOM_SPEED, 1852.0 / 3600.0, 0.0 },
    { "%", UOM_PERCENT, 1.0, 0.0 },
    { "deg", UOM_ANGLE, 1.0, 0.0 },
    { "[ft_i]", UOM_LENGTH, 0.3048, 0.0 },
};

static const char *const namespaces[] = { "wmoUnit", "unit", "nwsUnit", "wmo", "uc" };

/* The code without its namespace; STR_NONE when the namespace is unknown. */
static struct str strip_namespace(struct str code)
{
    size_t colon = str_index(code, ':');

    if (colon == code.n)
        return code;
    for (size_t i = 0; i < sizeof namespaces / sizeof namespaces[0]; i++)
        if (str_eqz(str_sub(code, 0, colon), namespaces[i]))
            return str_sub(code, colon + 1, code.n);
    return STR_NONE;
}

bool uom_find(struct str code, enum uom_quantity want, struct uom *ret_uom)
{
    struct str name = strip_namespace(code);

    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++)
        if (units[i].quantity == want && str_eqz(name, units[i].code)) {
            *ret_uom = (struct uom){ units[i].factor, units[i].offset };
            return true;
        }
    return false;
}

double uom_apply(struct uom u, double value)
{
    return value * u.factor + u.offset;
}
