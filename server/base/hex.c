/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/hex.c -- hexadecimal digits. */
#include "server/base/hex.h"

void hex_format(const uint8_t *p, size_t n, char *out)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < n; i++) {
        *out++ = digits[p[i] >> 4];
        *out++ = digits[p[i] & 15];
    }
    *out = '\0';
}

void hex_encode(struct buf *b, const uint8_t *p, size_t n)
{
    char *out = n <= SIZE_MAX / 2 ? buf_reserve(b, n * 2) : NULL;

    if (!out) {
        b->failed = true;
        return;
    }
    hex_format(p, n, out);
    buf_grew(b, n * 2);
}

int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}
