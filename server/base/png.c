/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/png.c -- chunks, inflated rows, filters, colors. */
#include "server/base/png.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum color { GRAY = 0, RGB = 2, PALETTE = 3, GRAY_ALPHA = 4, RGB_ALPHA = 6 };

enum { PALETTE_MAX = 256, SIGNATURE_BYTES = 8, CHUNK_FRAME = 12, HEADER_BYTES = 13 };

struct decoder {
    uint32_t width, height;
    int bits, color, samples; /* of a sample; the type; samples a pixel */
    size_t row_bytes, pixel_bytes;
    uint8_t palette[PALETTE_MAX][4];
    size_t palette_count;
    uint8_t *rows; /* each after a byte for its filter */
    size_t rows_size;
    z_stream stream;
    bool streaming, ended;
};

static uint32_t read_u32(const uint8_t *p)
{
    return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

static enum status invalid(struct err *err, const char *what)
{
    return err_reason(err, ST_INVALID, "document_odd", "PNG: %s", what);
}

/* ---- chunks ---- */

static int samples_of(int color)
{
    return color == RGB ? 3 : color == RGB_ALPHA ? 4 : color == GRAY_ALPHA ? 2 : 1;
}

static bool depth_is_known(int color, int bits)
{
    bool small = bits == 1 || bits == 2 || bits == 4;

    if (color == GRAY || color == PALETTE)
        return small || bits == 8;
    return (color == RGB || color == GRAY_ALPHA || color == RGB_ALPHA) && bits == 8;
}

static enum status read_header(struct decoder *d, const uint8_t *p, size_t n, struct err *err)
{
    if (n != HEADER_BYTES || d->rows)
        return invalid(err, "a bad header");
    d->width = read_u32(p);
    d->height = read_u32(p + 4);
    d->bits = p[8];
    d->color = p[9];
    if (d->width == 0 || d->height == 0 || d->width > PNG_SIDE_MAX || d->height > PNG_SIDE_MAX)
        return invalid(err, "a size out of bounds");
    if (!depth_is_known(d->color, d->bits) || p[10] != 0 || p[11] != 0 || p[12] != 0)
        return invalid(err, "a kind that isn't read");
    d->samples = samples_of(d->color);
    d->row_bytes = (d->width * (size_t)(d->samples * d->bits) + 7) / 8;
    d->pixel_bytes = (size_t)(d->samples * d->bits + 7) / 8;
    d->rows_size = d->height * (d->row_bytes + 1);
    d->rows = malloc(d->rows_size);
    if (!d->rows || inflateInit(&d->stream) != Z_OK)
        return err_no_memory(err);
    d->streaming = true;
    d->stream.next_out = d->rows;
    d->stream.avail_out = (uInt)d->rows_size;
    return ST_OK;
}

static enum status read_palette(struct decoder *d, const uint8_t *p, size_t n, struct err *err)
{
    if (n == 0 || n % 3 != 0 || n / 3 > PALETTE_MAX)
        return invalid(err, "a bad palette");
    d->palette_count = n / 3;
    for (size_t i = 0; i < d->palette_count; i++) {
        memcpy(d->palette[i], p + 3 * i, 3);
        d->palette[i][3] = 255;
    }
    return ST_OK;
}

/* Of a palette only: other pictures have their own transparency, or none. */
static void read_transparency(struct decoder *d, const uint8_t *p, size_t n)
{
    for (size_t i = 0; d->color == PALETTE && i < n && i < d->palette_count; i++)
        d->palette[i][3] = p[i];
}

static enum status read_data(struct decoder *d, const uint8_t *p, size_t n, struct err *err)
{
    int done;

    if (d->ended)
        return ST_OK;
    d->stream.next_in = (z_const Bytef *)(uintptr_t)p;
    d->stream.avail_in = (uInt)n;
    done = inflate(&d->stream, Z_NO_FLUSH);
    d->ended = done == Z_STREAM_END;
    if (done != Z_OK && done != Z_STREAM_END && done != Z_BUF_ERROR)
        return done == Z_MEM_ERROR ? err_no_memory(err) : invalid(err, "unreadable data");
    return ST_OK;
}

static enum status read_chunks(struct decoder *d, struct str bytes, struct err *err)
{
    static const uint8_t signature[SIGNATURE_BYTES] = { 0x89, 'P', 'N', 'G', '\r', '\n', 26, '\n' };
    const uint8_t *p = (const uint8_t *)bytes.p, *end = p + bytes.n;
    enum status st = ST_OK;

    if (bytes.n < sizeof signature || memcmp(p, signature, sizeof signature) != 0)
        return invalid(err, "another kind of file");
    for (p += sizeof signature; st == ST_OK;) {
        size_t left = (size_t)(end - p), n = left >= CHUNK_FRAME ? read_u32(p) : 0;
        const uint8_t *type = p + 4, *data = p + 8;

        if (left < CHUNK_FRAME || n > left - CHUNK_FRAME)
            return invalid(err, "it ends too early");
        if (!d->rows && memcmp(type, "IHDR", 4) != 0)
            return invalid(err, "no header");
        if (memcmp(type, "IEND", 4) == 0)
            return ST_OK;
        if (memcmp(type, "IHDR", 4) == 0)
            st = read_header(d, data, n, err);
        else if (memcmp(type, "PLTE", 4) == 0)
            st = read_palette(d, data, n, err);
        else if (memcmp(type, "tRNS", 4) == 0)
            read_transparency(d, data, n);
        else if (memcmp(type, "IDAT", 4) == 0)
            st = read_data(d, data, n, err);
        p = data + n + 4;
    }
    return st;
}

/* ---- rows ---- */

static int paeth(int left, int above, int corner)
{
    int to_left = abs(above - corner), to_above = abs(left - corner);
    int to_corner = abs(left + above - 2 * corner);

    if (to_left <= to_above && to_left <= to_corner)
        return left;
    return to_above <= to_corner ? above : corner;
}

static int predict(int filter, int left, int above, int corner)
{
    switch (filter) {
    case 1:
        return left;
    case 2:
        return above;
    case 3:
        return (left + above) / 2;
    case 4:
        return paeth(left, above, corner);
    default:
        return 0;
    }
}

static bool undo_filters(struct decoder *d)
{
    size_t back = d->pixel_bytes;

    for (uint32_t y = 0; y < d->height; y++) {
        uint8_t *row = d->rows + y * (d->row_bytes + 1), filter = *row++;
        const uint8_t *above = row - (d->row_bytes + 1);

        if (filter > 4)
            return false;
        for (size_t i = 0; i < d->row_bytes; i++) {
            int left = i >= back ? row[i - back] : 0, over = y > 0 ? above[i] : 0;
            int corner = i >= back && y > 0 ? above[i - back] : 0;
            row[i] = (uint8_t)(row[i] + predict(filter, left, over, corner));
        }
    }
    return true;
}

/* ---- colors ---- */

static int sample_at(const struct decoder *d, const uint8_t *row, uint32_t x)
{
    size_t bit = (size_t)x * (size_t)d->bits;

    return row[bit / 8] >> (8 - d->bits - (int)(bit % 8)) & ((1 << d->bits) - 1);
}

static void put_gray(uint8_t *pixel, int value, int alpha)
{
    memset(pixel, value, 3);
    pixel[3] = (uint8_t)alpha;
}

/* False when the palette lacks the color. */
static bool read_pixel(const struct decoder *d, const uint8_t *row, uint32_t x, uint8_t *pixel)
{
    const uint8_t *at = row + (size_t)x * d->pixel_bytes;
    size_t index;

    switch (d->color) {
    case GRAY:
        put_gray(pixel, sample_at(d, row, x) * 255 / ((1 << d->bits) - 1), 255);
        return true;
    case GRAY_ALPHA:
        put_gray(pixel, at[0], at[1]);
        return true;
    case RGB:
    case RGB_ALPHA:
        memcpy(pixel, at, (size_t)d->samples);
        pixel[3] = d->color == RGB ? 255 : at[3];
        return true;
    default:
        index = (size_t)sample_at(d, row, x);
        if (index < d->palette_count)
            memcpy(pixel, d->palette[index], 4);
        return index < d->palette_count;
    }
}

static enum status read_pixels(const struct decoder *d, struct png *png, struct err *err)
{
    png->rgba = malloc((size_t)d->width * d->height * 4);
    if (!png->rgba)
        return err_no_memory(err);
    png->width = d->width;
    png->height = d->height;
    for (uint32_t y = 0; y < d->height; y++) {
        const uint8_t *row = d->rows + y * (d->row_bytes + 1) + 1;
        for (uint32_t x = 0; x < d->width; x++)
            if (!read_pixel(d, row, x, png->rgba + ((size_t)y * d->width + x) * 4))
                return invalid(err, "a color that the palette lacks");
    }
    return ST_OK;
}

enum status png_decode(struct str bytes, struct png *ret_png, struct err *err)
{
    struct decoder d = { 0 };
    enum status st = read_chunks(&d, bytes, err);

    *ret_png = (struct png){ 0 };
    if (st == ST_OK && (d.stream.avail_out > 0 || !undo_filters(&d)))
        st = invalid(err, "incomplete rows");
    if (st == ST_OK)
        st = read_pixels(&d, ret_png, err);
    if (d.streaming)
        (void)inflateEnd(&d.stream);
    free(d.rows);
    if (st != ST_OK)
        png_free(ret_png);
    return st;
}

void png_free(struct png *png)
{
    free(png->rgba);
    *png = (struct png){ 0 };
}
