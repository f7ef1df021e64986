/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/png_made.h -- makes PNG pictures. */
#ifndef CLIMACAST_TESTS_UNIT_PNG_MADE_H
#define CLIMACAST_TESTS_UNIT_PNG_MADE_H

#include <stdlib.h>
#include <zlib.h>

#include "tests/test.h"

struct png_made {
    unsigned width, height;
    int bits, color; /* the type: 0 gray, 2 RGB, 3 palette, 4 gray and alpha, 6 RGB and alpha */
};

static inline void png_made_u32(struct buf *out, unsigned long value)
{
    for (int shift = 24; shift >= 0; shift -= 8)
        buf_putc(out, (char)(value >> shift & 255));
}

static inline void png_made_chunk(struct buf *out, const char *type, struct str data)
{
    size_t start = out->n + 4;

    png_made_u32(out, data.n);
    buf_putz(out, type);
    buf_put(out, data);
    png_made_u32(out, crc32(0, (const Bytef *)out->p + start, (uInt)(out->n - start)));
}

/* Appends a file; `rows` are those of the picture, each after a byte for its filter. */
static inline void png_made_put(struct buf *out, struct png_made kind, struct str rows)
{
    uLongf n = compressBound(rows.n);
    struct buf header = BUF_INIT(100);
    char *data = malloc(n);

    CHECK(data && compress((Bytef *)data, &n, (const Bytef *)rows.p, rows.n) == Z_OK);
    png_made_u32(&header, kind.width);
    png_made_u32(&header, kind.height);
    buf_putc(&header, (char)kind.bits);
    buf_putc(&header, (char)kind.color);
    buf_put(&header, STR("\0\0\0"));
    buf_put(out, STR("\x89PNG\r\n\x1a\n"));
    png_made_chunk(out, "IHDR", buf_str(&header));
    if (kind.color == 3) {
        png_made_chunk(out, "PLTE", STR("\0\0\0\xff\0\0"));
        png_made_chunk(out, "tRNS", STR("\0"));
    }
    png_made_chunk(out, "IDAT", (struct str){ data, n / 2 });
    png_made_chunk(out, "IDAT", (struct str){ data + n / 2, n - n / 2 });
    png_made_chunk(out, "IEND", STR_NONE);
    buf_free(&header);
    free(data);
}

#endif
