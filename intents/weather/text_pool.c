/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/text_pool.c -- texts packed one behind the other. */
#include "intents/weather/text_pool.h"

#include <string.h>

static size_t cut(struct str text, size_t max)
{
    size_t n = text.n < max ? text.n : max;

    if (n < text.n)
        while (n > 0 && ((unsigned char)text.p[n] & 0xC0) == 0x80) /* inside a character */
            n--;
    return n;
}

size_t text_pool_size(struct str text, size_t max)
{
    return cut(text, max) + 1;
}

const char *text_pool_add(struct text_pool *pool, struct str text, size_t max)
{
    size_t n = cut(text, max);
    char *copy = pool->at;

    if (n > 0)
        memcpy(copy, text.p, n);
    copy[n] = '\0';
    pool->at += n + 1;
    return copy;
}
