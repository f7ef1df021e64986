/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/json_escape.c -- the escapes in JSON strings. */
#include "server/base/json_escape.h"

#include <stdint.h>
#include <string.h>

#include "server/base/hex.h"

/* The four hexadecimal digits after "\u"; -1 when malformed. */
static int32_t read_unit(const char *p, const char *end)
{
    int32_t unit = 0;

    if (end - p < 4)
        return -1;
    for (int i = 0; i < 4; i++) {
        int digit = hex_value(p[i]);
        if (digit < 0)
            return -1;
        unit = unit * 16 + digit;
    }
    return unit;
}

static size_t put_utf8(char *out, int32_t c)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | c >> 6);
        out[1] = (char)(0x80 | (c & 0x3F));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xE0 | c >> 12);
        out[1] = (char)(0x80 | (c >> 6 & 0x3F));
        out[2] = (char)(0x80 | (c & 0x3F));
        return 3;
    }
    out[0] = (char)(0xF0 | c >> 18);
    out[1] = (char)(0x80 | (c >> 12 & 0x3F));
    out[2] = (char)(0x80 | (c >> 6 & 0x3F));
    out[3] = (char)(0x80 | (c & 0x3F));
    return 4;
}

/* The code point of the escape "\u" at *at; two escapes for a surrogate pair. */
static const char *read_code_point(const char **at, const char *end, bool nul, int32_t *ret)
{
    int32_t high = read_unit(*at + 2, end), low;

    if (high < 0)
        return "malformed escape";
    if (high == 0 && !nul)
        return "NUL in a string";
    *at += 6;
    *ret = high;
    if (high < 0xD800 || high > 0xDFFF)
        return NULL;
    if (high > 0xDBFF || end - *at < 2 || (*at)[0] != '\\' || (*at)[1] != 'u')
        return "half a surrogate pair";
    low = read_unit(*at + 2, end);
    if (low < 0xDC00 || low > 0xDFFF)
        return "half a surrogate pair";
    *at += 6;
    *ret = 0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00);
    return NULL;
}

const char *json_escape_decode(const char **at, const char *end, bool nul, char *out, size_t *n)
{
    static const char letters[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
    const char *letter, *why;
    int32_t point;

    if (end - *at < 2)
        return "ends too early";
    if ((*at)[1] == 'u') {
        why = read_code_point(at, end, nul, &point);
        if (!why)
            *n += put_utf8(out + *n, point);
        return why;
    }
    letter = (*at)[1] ? strchr(letters, (*at)[1]) : NULL;
    if (!letter)
        return "malformed escape";
    out[(*n)++] = meanings[letter - letters];
    *at += 2;
    return NULL;
}
