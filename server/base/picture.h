/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/picture.h -- decodes small PNG pictures.
 *
 * PNG 1.2 (ISO/IEC 15948) without interlacing and with at most 8 bits per sample, which is what map
 * servers send. Bytes are hostile: sizes are bounded before anything is allocated, and a
 * damaged or incomplete picture is rejected. Pure. */
#ifndef CLIMACAST_SERVER_BASE_PICTURE_H
#define CLIMACAST_SERVER_BASE_PICTURE_H

#include <stdint.h>

#include "server/base/err.h"
#include "server/base/str.h"

enum { PICTURE_SIDE_MAX = 512 }; /* pixels */

struct picture {
    uint32_t width, height;
    uint8_t *rgba; /* rows from the top, 4 bytes per pixel; owned */
};

/* ST_INVALID: not such a picture; ST_SYSTEM: out of memory. Free with picture_free(). */
enum status picture_decode(struct str bytes, struct picture *ret_picture, struct err *err);
void picture_free(struct picture *picture);

#endif
