/* SPDX-License-Identifier: Apache-2.0 */
/* intents/screen/part.h -- writes words and numbers behind the end of a buffer, which has made room
 * for all of a part at once.
 *
 * A chart has hundreds of numbers: printf(), or a look for room before each of them, would take
 * longer than all the rest. */
#ifndef CLIMACAST_INTENTS_SCREEN_PART_H
#define CLIMACAST_INTENTS_SCREEN_PART_H

#include <stdint.h>
#include <string.h>

#include "server/base/str.h"

enum { PART_MAX = 512 }; /* bytes: short words of ours, and few numbers */

/* Where a part is written to; NULL when there is no room for PART_MAX. */
static inline char *part_begin(struct buf *b)
{
    bool fits = !b->failed && b->cap - b->n > PART_MAX && b->max - b->n >= PART_MAX;

    return fits ? b->p + b->n : buf_reserve(b, PART_MAX);
}

/* Adds to the buffer what has been written up to `end`. */
static inline void part_end(struct buf *b, char *end)
{
    *end = '\0';
    b->n = (size_t)(end - b->p);
}

/* These return where the next byte goes. */

static inline char *part_words(char *p, struct str words)
{
    memcpy(p, words.p, words.n);
    return p + words.n;
}

/* Two digits of a number below 100. */
static inline char *part_two_digits(char *p, uint32_t value)
{
    static const char pairs[] = "00010203040506070809101112131415161718192021222324"
                                "25262728293031323334353637383940414243444546474849"
                                "50515253545556575859606162636465666768697071727374"
                                "75767778798081828384858687888990919293949596979899";

    memcpy(p, pairs + 2 * (size_t)value, 2);
    return p + 2;
}

/* A number below 100,000. */
static inline char *part_digits(char *p, uint32_t value)
{
    if (value >= 1000) {
        if (value >= 10000)
            *p++ = (char)('0' + value / 10000);
        return part_two_digits(part_two_digits(p, value / 100 % 100), value % 100);
    }
    if (value >= 100) {
        *p++ = (char)('0' + value / 100);
        return part_two_digits(p, value % 100);
    }
    if (value >= 10)
        return part_two_digits(p, value);
    *p++ = (char)('0' + value);
    return p;
}

/* With one decimal, where it has one; at most 8 bytes. */
static inline char *part_number(char *p, double value)
{
    double bounded = value < -99999 ? -99999 : value > 99999 ? 99999 : value;
    int32_t tenths = (int32_t)(bounded * 10 + (bounded < 0 ? -0.5 : 0.5));
    uint32_t left = (uint32_t)(tenths < 0 ? -tenths : tenths);

    if (tenths < 0)
        *p++ = '-';
    p = part_digits(p, left / 10);
    if (left % 10 != 0) {
        *p++ = '.';
        *p++ = (char)('0' + left % 10);
    }
    return p;
}

/* A name with its punctuation, and a number. */
static inline char *part_member(char *p, struct str name, double value)
{
    return part_number(part_words(p, name), value);
}

#endif
