/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/base/png.c -- pictures of every kind that is read, and those that aren't. */
#include "server/base/png.h"

#include "tests/unit/png_made.h"

#include "tests/test.h"

/* Decodes rows of a picture, each after its filter. */
static enum status decode(struct png_made kind, struct str rows, struct png *ret_png)
{
    struct buf file = BUF_INIT(1 << 20);
    struct err err = ERR_NONE;
    enum status st;

    png_made_put(&file, kind, rows);
    st = png_decode(buf_str(&file), ret_png, &err);
    CHECK(st == ST_OK || strcmp(err.reason, "document_odd") == 0);
    buf_free(&file);
    return st;
}

static void check_pixel(const struct png *png, size_t i, int r, int g, int b, int a)
{
    const uint8_t want[4] = { (uint8_t)r, (uint8_t)g, (uint8_t)b, (uint8_t)a };

    CHECK_ROW(i, memcmp(png->rgba + 4 * i, want, 4) == 0);
}

TEST(each_kind_of_color_is_read)
{
    struct png png;

    CHECK_INT(decode((struct png_made){ 2, 1, 8, 6 }, STR("\0\1\2\3\4\5\6\7\10"), &png), ST_OK);
    CHECK_INT(png.width * 10 + png.height, 21);
    check_pixel(&png, 1, 5, 6, 7, 8);
    png_free(&png);
    CHECK_INT(decode((struct png_made){ 1, 1, 8, 2 }, STR("\0\1\2\3"), &png), ST_OK);
    check_pixel(&png, 0, 1, 2, 3, 255);
    png_free(&png);
    CHECK_INT(decode((struct png_made){ 1, 1, 8, 4 }, STR("\0\7\11"), &png), ST_OK);
    check_pixel(&png, 0, 7, 7, 7, 9);
    png_free(&png);
    CHECK_INT(decode((struct png_made){ 3, 1, 1, 0 }, STR("\0\100"), &png), ST_OK);
    check_pixel(&png, 0, 0, 0, 0, 255);
    check_pixel(&png, 1, 255, 255, 255, 255);
    png_free(&png);
    /* The palette of png_made.h: transparent, then red. */
    CHECK_INT(decode((struct png_made){ 2, 1, 4, 3 }, STR("\0\1"), &png), ST_OK);
    check_pixel(&png, 0, 0, 0, 0, 0);
    check_pixel(&png, 1, 255, 0, 0, 255);
    png_free(&png);
}

TEST(filters_are_undone)
{
    static const char *const rows[] = { "\1\1\1\1", "\2\1\1\1", "\3\1\1\1", "\4\1\1\1" };
    static const uint8_t want[][3] = {
        { 1, 2, 3 }, { 2, 3, 4 }, { 1, 2, 3 }, { 2, 3, 4 } /* below a row of 1, 2, 3 */
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[8] = "\0\1\2\3";
        struct png png;
        memcpy(text + 4, rows[i], 4);
        CHECK_INT(decode((struct png_made){ 3, 2, 8, 0 }, (struct str){ text, 8 }, &png), ST_OK);
        for (size_t x = 0; x < 3; x++)
            CHECK_ROW(i, png.rgba[4 * (3 + x)] == want[i][x]);
        png_free(&png);
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
    struct png png;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CHECK_ROW(i, decode(bad[i].kind, bad[i].rows, &png) == ST_INVALID && !png.rgba);
    png_made_put(&file, (struct png_made){ 1, 1, 8, 0 }, STR("\0\1"));
    for (size_t n = 0; n < file.n - 12; n++) /* all but the end chunk is needed */
        CHECK_ROW(n, png_decode(str_sub(buf_str(&file), 0, n), &png, NULL) == ST_INVALID);
    CHECK_INT(png_decode(STR("<ServiceException>"), &png, NULL), ST_INVALID);
    buf_free(&file);
}

TESTS(each_kind_of_color_is_read, filters_are_undone, other_kinds_and_damage_are_refused)
