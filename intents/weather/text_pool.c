/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/text_pool.c -- strings packed one after another. */
#include "intents/weather/text_pool.h"

#include <string.h>

/* The length at which a text is cut off. */
static size_t cut_length(struct str text, size_t max)
{
    size_t n = text.n < max ? text.n : max;

    if (n < text.n)
        while (n > 0 && ((unsigned char)text.p[n] & 0xC0) == 0x80) /* within a character */
            n--;
    return n;
}

size_t text_pool_size(struct str text, size_t max)
{
    return cut_length(text, max) + 1;
}

const char *text_pool_add(struct text_pool *pool, struct str text, size_t max)
{
    size_t n = cut_length(text, max);
    char *copy = pool->at;

    if (n > 0)
        memcpy(copy, text.p, n);
    copy[n] = '\0';
    pool->at += n + 1;
    return copy;
}
