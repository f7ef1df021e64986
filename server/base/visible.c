/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/visible.c -- a table of the code points that are not visible. */
#include "server/base/visible.h"

#include <string.h>

bool visible_code_point(uint32_t c)
{
    /* All of these are below U+10000. */
    static const struct {
        uint32_t first, last;
    } ranges[] = {
        { 0, 0x1f },        /* the C0 controls */
        { 0x7f, 0x9f },     /* DEL, and the C1 controls: U+009B starts a control sequence */
        { 0xad, 0xad },     /* soft hyphen */
        { 0x61c, 0x61c },   /* Arabic letter mark */
        { 0x180e, 0x180e }, /* Mongolian vowel separator */
        { 0x200b, 0x200f }, /* zero width, direction marks */
        { 0x2028, 0x202e }, /* line and paragraph separators, direction overrides */
        { 0x2060, 0x206f }, /* joiners, isolates */
        { 0xfeff, 0xfeff }, /* byte order mark */
        { 0xfff9, 0xfffb }, /* annotations */
    };

    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
        if (c >= ranges[i].first && c <= ranges[i].last)
            return false;
    return true;
}

size_t visible_decode(struct str s, uint32_t *ret_c)
{
    static const unsigned char first_bits[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
    size_t step = str_utf8_step(s);
    uint32_t c = step > 0 ? (unsigned char)s.p[0] & first_bits[step] : 0;

    for (size_t i = 1; i < step; i++)
        c = c << 6 | ((unsigned char)s.p[i] & 0x3f);
    *ret_c = c;
    return step;
}

void visible_clean(char *text)
{
    struct str rest = str_of(text);
    char *out = text;

    while (rest.n > 0) {
        uint32_t c;
        size_t step = visible_decode(rest, &c);
        if (step > 0 && visible_code_point(c)) {
            memmove(out, rest.p, step);
            out += step;
        } else
            *out++ = '?';
        rest = str_sub(rest, step > 0 ? step : 1, rest.n);
    }
    *out = '\0';
}
