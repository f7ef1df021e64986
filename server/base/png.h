/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/png.h -- decodes small PNG pictures.
 *
 * PNG 1.2 (ISO/IEC 15948) without interlacing and with at most 8 bits a sample, which is what map
 * servers send. Bytes are hostile: sizes are bounded before anything is allocated, and a picture
 * that is not complete is refused. Pure. */
#ifndef CLIMACAST_SERVER_BASE_PNG_H
#define CLIMACAST_SERVER_BASE_PNG_H

#include <stdint.h>

#include "server/base/err.h"
#include "server/base/str.h"

enum { PNG_SIDE_MAX = 512 }; /* pixels */

struct png {
    uint32_t width, height;
    uint8_t *rgba; /* rows from the top, 4 bytes a pixel; owned */
};

/* ST_INVALID: not such a picture; ST_SYSTEM: out of memory. Free with png_free(). */
enum status png_decode(struct str bytes, struct png *ret_png, struct err *err);
void png_free(struct png *png);

#endif
