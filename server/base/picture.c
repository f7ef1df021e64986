/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/picture.c -- libpng, within bounds.
 *
 * libpng reports an error by a call that must not return, so read_picture() is left by a longjmp().
 * Whatever must be freed then, or told, is in the struct decoder. */
#include "server/base/picture.h"

#include <png.h>
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

enum {
    CHUNK_BYTES_MAX = 64 * 1024, /* but for pixels, whose bound follows from the size */
    CHUNKS_KEPT = 1,             /* none; 0 would be any number */
    INDEXES = 256,
};

struct decoder {
    struct str left; /* bytes that have not been read */
    png_struct *png;
    png_info *info;
    struct picture picture;
    int color; /* the type of its pixels */
    uint8_t palette[INDEXES][4];
    size_t palette_count;
    bool no_memory;
    char fault[100];
    jmp_buf failed;
};

/* ---- what libpng calls ---- */

static PNG_NORETURN void PNGCBAPI on_error(png_struct *png, const char *message)
{
    struct decoder *d = png_get_error_ptr(png);

    str_to_z(str_of(message), d->fault, sizeof d->fault);
    longjmp(d->failed, 1);
}

static void PNGCBAPI on_warning(png_struct *png, const char *message)
{
    (void)png;
    (void)message;
}

static void PNGCBAPI read_bytes(png_struct *png, png_byte *out, size_t n)
{
    struct decoder *d = png_get_io_ptr(png);

    if (n > d->left.n)
        png_error(png, "it ends too early");
    memcpy(out, d->left.p, n);
    d->left = str_sub(d->left, n, d->left.n);
}

static void *PNGCBAPI allocate(png_struct *png, png_alloc_size_t n)
{
    struct decoder *d = png_get_mem_ptr(png);
    void *p = malloc(n);

    d->no_memory = d->no_memory || !p;
    return p;
}

static void PNGCBAPI release(png_struct *png, void *p)
{
    (void)png;
    free(p);
}

/* ---- colors ---- */

/* A color without transparency of its own is opaque. */
static void read_palette(struct decoder *d)
{
    png_color *colors = NULL;
    png_byte *alphas = NULL;
    int count = 0, alpha_count = 0;

    (void)png_get_PLTE(d->png, d->info, &colors, &count);
    (void)png_get_tRNS(d->png, d->info, &alphas, &alpha_count, NULL);
    for (int i = 0; i < count && i < INDEXES; i++) {
        uint8_t alpha = i < alpha_count ? alphas[i] : 255;
        memcpy(d->palette[i], (uint8_t[]){ colors[i].red, colors[i].green, colors[i].blue, alpha },
               4);
        d->palette_count = (size_t)i + 1;
    }
}

/* libpng would take a color that the palette lacks for black. */
static void read_indexed_row(struct decoder *d, uint8_t *rgba)
{
    uint8_t indexes[PICTURE_SIDE_MAX];

    png_read_row(d->png, indexes, NULL);
    for (uint32_t x = 0; x < d->picture.width; x++) {
        if (indexes[x] >= d->palette_count)
            png_error(d->png, "a color that the palette lacks");
        memcpy(rgba + (size_t)x * 4, d->palette[indexes[x]], 4);
    }
}

/* So that each pixel of a row takes four bytes, or one if it is an index. */
static void set_conversions(struct decoder *d)
{
    if (d->color == PNG_COLOR_TYPE_PALETTE) {
        png_set_packing(d->png);
        read_palette(d);
    } else {
        png_set_expand_gray_1_2_4_to_8(d->png);
        png_set_gray_to_rgb(d->png);
        png_set_add_alpha(d->png, 255, PNG_FILLER_AFTER);
    }
    png_read_update_info(d->png, d->info);
}

/* ---- the picture ---- */

static void set_bounds(png_struct *png)
{
    png_set_user_limits(png, PICTURE_SIDE_MAX, PICTURE_SIDE_MAX);
    png_set_chunk_malloc_max(png, CHUNK_BYTES_MAX);
    png_set_chunk_cache_max(png, CHUNKS_KEPT);
    /* Texts, color profiles and the like aren't even unpacked. */
    png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, NULL, -1);
    png_set_benign_errors(png, 0);
    /* Without this, newer releases accept a last chunk whose checksum is wrong. */
    png_set_crc_action(png, PNG_CRC_ERROR_QUIT, PNG_CRC_ERROR_QUIT);
}

static void read_head(struct decoder *d)
{
    int bits, interlacing;

    png_read_info(d->png, d->info);
    (void)png_get_IHDR(d->png, d->info, &d->picture.width, &d->picture.height, &bits, &d->color,
                       &interlacing, NULL, NULL);
    if (bits > 8 || interlacing != PNG_INTERLACE_NONE)
        png_error(d->png, "a kind that isn't read");
}

static void read_rows(struct decoder *d)
{
    struct picture *p = &d->picture;

    p->rgba = malloc((size_t)p->width * p->height * 4);
    d->no_memory = !p->rgba;
    if (!p->rgba)
        png_error(d->png, "out of memory");
    for (uint32_t y = 0; y < p->height; y++) {
        uint8_t *row = p->rgba + (size_t)y * p->width * 4;
        if (d->color == PNG_COLOR_TYPE_PALETTE)
            read_indexed_row(d, row);
        else
            png_read_row(d->png, row, NULL);
    }
}

/* False: libpng, or one of these functions, has called on_error(). */
static bool read_picture(struct decoder *d)
{
    if (setjmp(d->failed) != 0)
        return false;
    set_bounds(d->png);
    png_set_read_fn(d->png, d, read_bytes);
    read_head(d);
    set_conversions(d);
    read_rows(d);
    png_read_end(d->png, NULL);
    return true;
}

enum status picture_decode(struct str bytes, struct picture *ret_picture, struct err *err)
{
    struct decoder d = { .left = bytes };
    bool good;

    *ret_picture = (struct picture){ 0 };
    d.png = png_create_read_struct_2(PNG_LIBPNG_VER_STRING, &d, on_error, on_warning, &d, allocate,
                                     release);
    d.info = d.png ? png_create_info_struct(d.png) : NULL;
    good = d.info && read_picture(&d);
    d.no_memory = d.no_memory || !d.info;
    png_destroy_read_struct(&d.png, &d.info, NULL);
    if (good) {
        *ret_picture = d.picture;
        return ST_OK;
    }
    picture_free(&d.picture);
    return d.no_memory ? err_no_memory(err)
                       : err_reason(err, ST_INVALID, "document_odd", "PNG: %s", d.fault);
}

void picture_free(struct picture *picture)
{
    free(picture->rgba);
    *picture = (struct picture){ 0 };
}
