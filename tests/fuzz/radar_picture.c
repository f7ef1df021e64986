/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/radar_picture.c -- any bytes as a picture of the map service: refused, or a strength
 * in each cell. */
#include <string.h>
#include <zlib.h>

#include "intents/weather/radar.h"
#include "tests/fuzz/laws.h"

enum { SIGNATURE = 8, FRAME = 12 /* of a chunk: length, type, checksum */ };

static size_t read_u32(const uint8_t *p)
{
    return (size_t)p[0] << 24 | (size_t)p[1] << 16 | (size_t)p[2] << 8 | p[3];
}

/* Gives each chunk its checksum: otherwise hardly any change would get past the first one. */
static void mend_checksums(uint8_t *p, size_t size)
{
    size_t at = SIGNATURE;

    while (at <= size && size - at >= FRAME) {
        size_t length = read_u32(p + at);
        if (length > size - at - FRAME)
            return;
        uLong sum = crc32(0, p + at + 4, (uInt)length + 4);
        at += FRAME + length;
        for (int i = 1; i <= 4; i++, sum >>= 8)
            p[at - (size_t)i] = (uint8_t)(sum & 255);
    }
}

static void check(struct str bytes)
{
    struct object *object = NULL;
    const struct radar *radar;

    if (radar_decode(bytes, NULL, &object, NULL) != ST_OK) {
        LAW(!object);
        return;
    }
    radar = object->data;
    for (int row = 0; row < RADAR_CELLS; row++)
        for (int column = 0; column < RADAR_CELLS; column++)
            LAW(radar->strength[row][column] <= RADAR_VERY_HEAVY);
    object_release(object);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t *mended = malloc(size + 1);

    check((struct str){ (const char *)data, size });
    if (!mended)
        return 0;
    memcpy(mended, data, size);
    mend_checksums(mended, size);
    check((struct str){ (const char *)mended, size });
    free(mended);
    return 0;
}
