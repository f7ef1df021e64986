/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/base/picture.c -- pictures of every kind that is read, and those that
 * aren't. */
#include "server/base/picture.h"

#include "tests/unit/png_made.h"

#include "tests/test.h"

/* Decodes rows of a picture, each after its filter. */
static enum status decode(struct png_made kind, struct str rows, struct picture *ret_picture)
{
    struct buf file = BUF_INIT(1 << 20);
    struct err err = ERR_NONE;
    enum status st;

    png_made_put(&file, kind, rows);
    st = picture_decode(buf_str(&file), ret_picture, &err);
    CHECK(st == ST_OK || strcmp(err.reason, "document_odd") == 0);
    buf_free(&file);
    return st;
}

static void check_pixel(const struct picture *picture, size_t i, int r, int g, int b, int a)
{
    const uint8_t want[4] = { (uint8_t)r, (uint8_t)g, (uint8_t)b, (uint8_t)a };

    CHECK_ROW(i, memcmp(picture->rgba + 4 * i, want, 4) == 0);
}

TEST(each_kind_of_color_is_read)
{
    struct picture picture;

    CHECK_INT(decode((struct png_made){ 2, 1, 8, 6 }, STR("\0\1\2\3\4\5\6\7\10"), &picture), ST_OK);
    CHECK_INT(picture.width * 10 + picture.height, 21);
    check_pixel(&picture, 1, 5, 6, 7, 8);
    picture_free(&picture);
    CHECK_INT(decode((struct png_made){ 1, 1, 8, 2 }, STR("\0\1\2\3"), &picture), ST_OK);
    check_pixel(&picture, 0, 1, 2, 3, 255);
    picture_free(&picture);
    CHECK_INT(decode((struct png_made){ 1, 1, 8, 4 }, STR("\0\7\11"), &picture), ST_OK);
    check_pixel(&picture, 0, 7, 7, 7, 9);
    picture_free(&picture);
    CHECK_INT(decode((struct png_made){ 3, 1, 1, 0 }, STR("\0\100"), &picture), ST_OK);
    check_pixel(&picture, 0, 0, 0, 0, 255);
    check_pixel(&picture, 1, 255, 255, 255, 255);
    picture_free(&picture);
    /* The palette of png_made.h: transparent, then red. */
    CHECK_INT(decode((struct png_made){ 2, 1, 4, 3 }, STR("\0\1"), &picture), ST_OK);
    check_pixel(&picture, 0, 0, 0, 0, 0);
    check_pixel(&picture, 1, 255, 0, 0, 255);
    picture_free(&picture);
}

TEST(filters_are_undone)
{
    static const char *const rows[] = { "\1\1\1\1", "\2\1\1\1", "\3\1\1\1", "\4\1\1\1" };
    static const uint8_t want[][3] = {
        { 1, 2, 3 }, { 2, 3, 4 }, { 1, 2, 3 }, { 2, 3, 4 } /* below a row of 1, 2, 3 */
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[8] = "\0\1\2\3";
        struct picture picture;
        memcpy(text + 4, rows[i], 4);
        CHECK_INT(decode((struct png_made){ 3, 2, 8, 0 }, (struct str){ text, 8 }, &picture),
                  ST_OK);
        for (size_t x = 0; x < 3; x++)
            CHECK_ROW(i, picture.rgba[4 * (3 + x)] == want[i][x]);
        picture_free(&picture);
    }
}

TEST(other_kinds_and_damage_are_refused)
{
    static const struct {
        struct png_made kind;
        struct str rows;
    } bad[] = {
        { { 0, 1, 8, 0 }, STR("\0\1") },    { { 1, 0, 8, 0 }, STR("\0\1") },
        { { 513, 1, 8, 0 }, STR("\0\1") },  { { 1, 0x7fffffff, 8, 0 }, STR("\0\1") },
        { { 1, 1, 16, 0 }, STR("\0\1\1") }, { { 1, 1, 3, 0 }, STR("\0\1") },
        { { 1, 1, 4, 2 }, STR("\0\1\1") },  { { 1, 1, 8, 5 }, STR("\0\1") },
        { { 1, 1, 8, 0 }, STR("\5\1") }, /* an unknown filter */
        { { 2, 1, 8, 0 }, STR("\0\1") }, /* a row that ends too early */
        { { 1, 1, 8, 3 }, STR("\0\2") }, /* a color that the palette lacks */
    };
    struct buf file = BUF_INIT(1 << 16);
    struct picture picture;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CHECK_ROW(i, decode(bad[i].kind, bad[i].rows, &picture) == ST_INVALID && !picture.rgba);
    png_made_put(&file, (struct png_made){ 1, 1, 8, 0 }, STR("\0\1"));
    for (size_t n = 0; n < file.n; n++)
        CHECK_ROW(n, picture_decode(str_sub(buf_str(&file), 0, n), &picture, NULL) == ST_INVALID);
    for (size_t i = 0; i < file.n; i++) {
        file.p[i] ^= 1;
        CHECK_ROW(i, picture_decode(buf_str(&file), &picture, NULL) == ST_INVALID);
        file.p[i] ^= 1;
    }
    CHECK_INT(picture_decode(STR("<ServiceException>"), &picture, NULL), ST_INVALID);
    buf_free(&file);
}

enum { HEADER_END = 33, INTERLACING_AT = 28 };

/* Decodes a pixel of a palette, in a file with another chunk behind its header. */
static enum status decode_with(const char *type, struct str data, struct picture *ret_picture)
{
    struct buf file = BUF_INIT(1 << 20), more = BUF_INIT(1 << 20);
    enum status st;

    png_made_put(&file, (struct png_made){ 1, 1, 8, 3 }, STR("\0\1"));
    buf_put(&more, str_sub(buf_str(&file), 0, HEADER_END));
    png_made_chunk(&more, type, data);
    buf_put(&more, str_sub(buf_str(&file), HEADER_END, file.n));
    st = picture_decode(buf_str(&more), ret_picture, NULL);
    buf_free(&file);
    buf_free(&more);
    return st;
}

TEST(what_is_not_needed_for_the_pixels_is_not_read)
{
    static const struct {
        const char *type;
        struct str data;
    } chunks[] = {
        { "tEXt", STR("Title\0Radar") },
        { "zTXt", STR("Title\0\0 is not packed") },
        { "iCCP", STR("profile\0\0 neither is this") },
        { "gAMA", STR("\0\0\0\0") },
        { "prVt", STR("unknown") },
    };
    struct picture picture;

    for (size_t i = 0; i < sizeof chunks / sizeof chunks[0]; i++) {
        CHECK_ROW(i, decode_with(chunks[i].type, chunks[i].data, &picture) == ST_OK);
        check_pixel(&picture, 0, 255, 0, 0, 255);
        picture_free(&picture);
    }
    CHECK_INT(decode_with("PrVt", STR("unknown, but needed"), &picture), ST_INVALID);
    CHECK_INT(decode_with("tRNS", STR("\0"), &picture), ST_INVALID); /* before the palette */
}

TEST(interlaced_pictures_are_refused)
{
    struct buf file = BUF_INIT(1 << 16), interlaced = BUF_INIT(1 << 16);
    struct picture picture;

    png_made_put(&file, (struct png_made){ 1, 1, 8, 0 }, STR("\0\1"));
    file.p[INTERLACING_AT] = 1;
    buf_put(&interlaced, str_sub(buf_str(&file), 0, 8));
    png_made_chunk(&interlaced, "IHDR", str_sub(buf_str(&file), 16, HEADER_END - 4));
    buf_put(&interlaced, str_sub(buf_str(&file), HEADER_END, file.n));
    CHECK_INT(picture_decode(buf_str(&interlaced), &picture, NULL), ST_INVALID);
    buf_free(&file);
    buf_free(&interlaced);
}

TESTS(each_kind_of_color_is_read, filters_are_undone, other_kinds_and_damage_are_refused,
      what_is_not_needed_for_the_pixels_is_not_read, interlaced_pictures_are_refused)
