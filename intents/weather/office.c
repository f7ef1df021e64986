/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/office.c -- the table of the forecast offices. */
#include "intents/weather/office.h"

#include <stddef.h>

const char *office_city(struct str code)
{
    static const struct {
        struct str code;
        const char *city;
    } offices[] = {
#define OFFICE(code, city) { STR(code), city },
#include "intents/weather/offices.def"
#undef OFFICE
    };

    for (size_t i = 0; i < sizeof offices / sizeof offices[0]; i++)
        if (str_eq(offices[i].code, code))
            return offices[i].city;
    return NULL;
}
