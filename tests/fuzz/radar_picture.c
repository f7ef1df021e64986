/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/radar_picture.c -- any bytes as a picture of the map service: refused, or a strength
 * in each cell. */
#include "intents/weather/radar.h"
#include "tests/fuzz/laws.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str bytes = { (const char *)data, size };
    struct object *object = NULL;
    const struct radar *radar;

    if (radar_decode(bytes, NULL, &object, NULL) != ST_OK) {
        LAW(!object);
        return 0;
    }
    radar = object->data;
    for (int row = 0; row < RADAR_CELLS; row++)
        for (int column = 0; column < RADAR_CELLS; column++)
            LAW(radar->strength[row][column] <= RADAR_VERY_HEAVY);
    object_release(object);
    return 0;
}
