/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/codec.c -- base64, hexadecimal and percent encoding.
 *
 * The base64 decoder is strict: every byte string has exactly one spelling that it takes, so the
 * unused bits of the last group must be zero. */
#include "server/base/codec.h"

static const char base64_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static int base64_value(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '+' ? 62 : c == '/' ? 63 : -1;
}

bool base64_decode(struct str s, uint8_t *out, size_t room, size_t *ret_n)
{
    size_t padding = 0, n = 0, bytes;

    if (s.n % 4 != 0)
        return false;
    while (padding < 2 && padding < s.n && s.p[s.n - 1 - padding] == '=')
        padding++;
    bytes = s.n / 4 * 3 - padding;
    if (bytes > room)
        return false;
    for (size_t i = 0; i < s.n; i += 4) {
        uint32_t group = 0;
        for (size_t k = 0; k < 4; k++) {
            int value = i + k < s.n - padding ? base64_value(s.p[i + k]) : 0;
            if (value < 0)
                return false;
            group = group << 6 | (uint32_t)value;
        }
        for (int shift = 16; shift >= 0; shift -= 8) {
            uint8_t byte = (uint8_t)(group >> shift & 0xFF);
            if (n < bytes)
                out[n++] = byte;
            else if (byte != 0)
                return false;
        }
    }
    *ret_n = bytes;
    return true;
}

void base64_encode(struct buf *b, const uint8_t *p, size_t n)
{
    char *out = n <= SIZE_MAX / 2 ? buf_reserve(b, (n + 2) / 3 * 4) : NULL;

    if (!out) {
        b->failed = true;
        return;
    }
    for (size_t i = 0; i < n; i += 3) {
        size_t have = n - i < 3 ? n - i : 3;
        uint32_t group = (uint32_t)p[i] << 16;
        if (have > 1)
            group |= (uint32_t)p[i + 1] << 8;
        if (have > 2)
            group |= p[i + 2];
        *out++ = base64_digits[group >> 18];
        *out++ = base64_digits[group >> 12 & 63];
        *out++ = have > 1 ? base64_digits[group >> 6 & 63] : '=';
        *out++ = have > 2 ? base64_digits[group & 63] : '=';
    }
    buf_grew(b, (n + 2) / 3 * 4);
}

void hex_encode(struct buf *b, const uint8_t *p, size_t n)
{
    static const char digits[] = "0123456789abcdef";
    char *out = n <= SIZE_MAX / 2 ? buf_reserve(b, n * 2) : NULL;

    if (!out) {
        b->failed = true;
        return;
    }
    for (size_t i = 0; i < n; i++) {
        *out++ = digits[p[i] >> 4];
        *out++ = digits[p[i] & 15];
    }
    buf_grew(b, n * 2);
}

static bool is_unreserved(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

void percent_encode(struct buf *b, struct str s, bool keep_slash)
{
    static const char digits[] = "0123456789ABCDEF";

    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (is_unreserved(c) || (keep_slash && c == '/')) {
            buf_putc(b, c);
        } else {
            unsigned char byte = (unsigned char)c;
            buf_put(b, (struct str){ (char[]){ '%', digits[byte >> 4], digits[byte & 15] }, 3 });
        }
    }
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool percent_decode(struct buf *b, struct str s, bool plus_is_space)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == '%') {
            int high = s.n - i > 2 ? hex_value(s.p[i + 1]) : -1;
            int low = s.n - i > 2 ? hex_value(s.p[i + 2]) : -1;
            if (high < 0 || low < 0)
                return false;
            c = (char)(high * 16 + low);
            i += 2;
        } else if (c == '+' && plus_is_space) {
            c = ' ';
        }
        buf_putc(b, c);
    }
    return true;
}
