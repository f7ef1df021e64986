/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/product_text.h -- takes a text product of the National Weather Service apart.
 * Pure; the results point into the text.
 *
 * The format is that of NWS Instruction 10-1701: segments end with a line "$$" and begin with the
 * zones that they are for ("COZ030>051-058-151015-"); sections begin with a line ".NAME..." and end
 * with a line "&&", or where the next one begins. */
#ifndef CLIMACAST_INTENTS_WEATHER_PRODUCT_TEXT_H
#define CLIMACAST_INTENTS_WEATHER_PRODUCT_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "server/base/str.h"

enum { PRODUCT_SECTIONS_MAX = 40 };

struct product_section {
    struct str name; /* "KEY MESSAGES", "DAY ONE"; never "" */
    struct str text; /* trimmed; never "" */
};

/* Finds the sections of a product or segment, at most PRODUCT_SECTIONS_MAX; those without text are
 * left out. */
size_t product_sections(struct str text, struct product_section ret[PRODUCT_SECTIONS_MAX]);

/* Finds the segment for a place by its forecast zone ("COZ039") or county zone ("COC013"), each of
 * which may be "". The only segment is for every place. Returns whether there is one. */
bool product_segment(struct str text, struct str forecast_zone, struct str county_zone,
                     struct str *ret_segment);

/* Does a list of zones, such as "COZ030>051-058-WYZ101-151015-", name this one? */
bool product_zones_have(struct str zones, struct str zone);

#endif
