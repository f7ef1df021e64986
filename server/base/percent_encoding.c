/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/percent_encoding.c -- percent-encoding of URLs and forms. */
#include "server/base/percent_encoding.h"

#include "server/base/hex.h"

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
