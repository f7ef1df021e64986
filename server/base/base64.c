/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/base64.c -- base64.
 *
 * The decoder is strict: each byte string has exactly one accepted encoding, so the unused bits of
 * the last group must be zero. */
#include "server/base/base64.h"

#include <string.h>

static const char base64_digits[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* The value of each digit plus one; 0 marks a character that is not a digit. */
static const uint8_t base64_values[256] = {
    ['A'] = 1,  ['B'] = 2,  ['C'] = 3,  ['D'] = 4,  ['E'] = 5,  ['F'] = 6,  ['G'] = 7,  ['H'] = 8,
    ['I'] = 9,  ['J'] = 10, ['K'] = 11, ['L'] = 12, ['M'] = 13, ['N'] = 14, ['O'] = 15, ['P'] = 16,
    ['Q'] = 17, ['R'] = 18, ['S'] = 19, ['T'] = 20, ['U'] = 21, ['V'] = 22, ['W'] = 23, ['X'] = 24,
    ['Y'] = 25, ['Z'] = 26, ['a'] = 27, ['b'] = 28, ['c'] = 29, ['d'] = 30, ['e'] = 31, ['f'] = 32,
    ['g'] = 33, ['h'] = 34, ['i'] = 35, ['j'] = 36, ['k'] = 37, ['l'] = 38, ['m'] = 39, ['n'] = 40,
    ['o'] = 41, ['p'] = 42, ['q'] = 43, ['r'] = 44, ['s'] = 45, ['t'] = 46, ['u'] = 47, ['v'] = 48,
    ['w'] = 49, ['x'] = 50, ['y'] = 51, ['z'] = 52, ['0'] = 53, ['1'] = 54, ['2'] = 55, ['3'] = 56,
    ['4'] = 57, ['5'] = 58, ['6'] = 59, ['7'] = 60, ['8'] = 61, ['9'] = 62, ['+'] = 63, ['/'] = 64,
};

static inline uint32_t base64_value(char c)
{
    return base64_values[(unsigned char)c] - 1U; /* all bits for 0 */
}

/* Four characters as 24 bits; false when one of them is not a digit. */
static inline bool base64_group(const char *p, uint32_t *ret_group)
{
    uint32_t a = base64_value(p[0]), b = base64_value(p[1]), c = base64_value(p[2]),
             d = base64_value(p[3]);

    *ret_group = a << 18 | b << 12 | c << 6 | d;
    return ((a | b | c | d) & 64) == 0;
}

bool base64_decode(struct str s, uint8_t *out, size_t cap, size_t *ret_n)
{
    size_t padding = 0, n = 0, bytes, i = 0;

    if (s.n % 4 != 0)
        return false;
    while (padding < 2 && padding < s.n && s.p[s.n - 1 - padding] == '=')
        padding++;
    bytes = s.n / 4 * 3 - padding;
    if (bytes > cap)
        return false;
    for (; i + 4 < s.n; i += 4) {
        uint32_t group;
        if (!base64_group(s.p + i, &group))
            return false;
        out[n++] = (uint8_t)(group >> 16);
        out[n++] = (uint8_t)(group >> 8);
        out[n++] = (uint8_t)group;
    }
    if (i < s.n) {
        char last[4] = { 'A', 'A', 'A', 'A' }; /* zero bits in place of the padding */
        const char *p = s.p + i;
        uint32_t group;
        if (padding > 0)
            p = memcpy(last, p, 4 - padding);
        if (!base64_group(p, &group))
            return false;
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
