/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/nws_periods.c -- any bytes as forecast periods: rejected or decoded. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>

#include "intents/weather/periods.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct object *object = NULL;
    struct err err = ERR_NONE;

    if (periods_decode((struct str){ (const char *)data, size }, &object, &err) != ST_OK)
        assert(!object && err.status != ST_OK);
    object_release(object);
    return 0;
}
