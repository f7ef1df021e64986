/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/plain_text.h -- skips the bytes of a text that need no attention, sixteen at a time
 * where the processor can.
 *
 * Nearly all text is plain, so code that reads, writes or checks it has to look only at the rest.
 * Inline, because most texts are short. Pure. */
#ifndef CLIMACAST_SERVER_BASE_PLAIN_TEXT_H
#define CLIMACAST_SERVER_BASE_PLAIN_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* ASCII except quotes, backslashes and control characters (including DEL). */
static inline bool plain_text_has(char c)
{
    return (unsigned char)c >= 0x20 && (unsigned char)c < 0x7f && c != '"' && c != '\\';
}

/* Where the plain bytes from p on end: at the first other one, or at `end`. */
static inline const char *plain_text_end(const char *p, const char *end)
{
#ifdef __SSE2__
    while (end - p >= 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)(const void *)p);
        /* One more, as a signed number: DEL and what follows it are at most 0 then. */
        __m128i controls =
            _mm_cmplt_epi8(_mm_add_epi8(bytes, _mm_set1_epi8(1)), _mm_set1_epi8(0x21));
        __m128i special = _mm_or_si128(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"')),
                                       _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\')));
        unsigned found = (unsigned)_mm_movemask_epi8(_mm_or_si128(controls, special));
        if (found)
            return p + __builtin_ctz(found);
        p += 16;
    }
#elif __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
    /* A byte that is not plain sets its own top bit in `other` and, by what is carried, perhaps
     * that of the next; so those before the lowest are plain. */
    const uint64_t ones = UINT64_C(0x0101010101010101), tops = ones * 0x80;

    while (end - p >= 8) {
        uint64_t word, quote, slash, other;
        memcpy(&word, p, sizeof word);
        quote = word ^ ones * '"';
        slash = word ^ ones * '\\';
        other =
            (word | (word + ones) | (word - ones * 0x20) | (quote - ones) | (slash - ones)) & tops;
        if (other)
            return p + __builtin_ctzll(other) / 8;
        p += 8;
    }
#endif
    while (p < end && plain_text_has(*p))
        p++;
    return p;
}

#endif
