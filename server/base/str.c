/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/str.c -- borrowed strings and bounded buffers.
 *
 * Character classes are ASCII and never depend on the locale, because the input is protocols.
 *
 * Invariants of a buf: n <= max; if p is set, then n < cap and p[n] is NUL. Once a put has been
 * dropped, all later ones are dropped too, so the content is always a prefix of what was put. */
#include "server/base/str.h"

#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/format.h"
#include "server/base/plain_text.h"

static unsigned char to_lower(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool str_is_one_of(struct str s, const char *const *list)
{
    while (*list && !str_eqz(s, *list))
        list++;
    return *list;
}

bool str_ieq(struct str a, struct str b)
{
    if (a.n != b.n)
        return false;
    for (size_t i = 0; i < a.n; i++)
        if (to_lower(a.p[i]) != to_lower(b.p[i]))
            return false;
    return true;
}

void str_to_z(struct str s, char *out, size_t size)
{
    size_t n = s.n < size ? s.n : size - 1;

    if (n > 0)
        memcpy(out, s.p, n);
    out[n] = '\0';
}

bool str_starts(struct str s, struct str prefix)
{
    return s.n >= prefix.n && str_eq(str_sub(s, 0, prefix.n), prefix);
}

bool str_ends(struct str s, struct str suffix)
{
    return s.n >= suffix.n && str_eq(str_sub(s, s.n - suffix.n, s.n), suffix);
}

int str_cmp(struct str a, struct str b)
{
    size_t shorter = a.n < b.n ? a.n : b.n;
    int order = shorter ? memcmp(a.p, b.p, shorter) : 0;

    if (order != 0)
        return order;
    return (a.n > b.n) - (a.n < b.n);
}

int str_compare_z(const void *a, const void *b)
{
    const char *const *x = a, *const *y = b;

    return strcmp(*x, *y);
}

struct str str_trim(struct str s)
{
    size_t from = 0, to = s.n;

    while (from < to && is_space(s.p[from]))
        from++;
    while (to > from && is_space(s.p[to - 1]))
        to--;
    return str_sub(s, from, to);
}

struct str str_sub(struct str s, size_t from, size_t to)
{
    if (to > s.n)
        to = s.n;
    if (from > to)
        from = to;
    return s.p ? (struct str){ s.p + from, to - from } : STR_NONE;
}

size_t str_index(struct str s, char c)
{
    const char *hit = s.n ? memchr(s.p, c, s.n) : NULL;

    return hit ? (size_t)(hit - s.p) : s.n;
}

struct str str_after_last(struct str s, char c)
{
    size_t from = s.n;

    while (from > 0 && s.p[from - 1] != c)
        from--;
    return str_sub(s, from, s.n);
}

size_t str_find(struct str s, struct str needle)
{
    size_t at = 0;

    if (needle.n == 0)
        return 0;
    while (s.n - at >= needle.n) {
        at += str_index(str_sub(s, at, s.n - needle.n + 1), needle.p[0]);
        if (s.n - at < needle.n)
            break;
        if (memcmp(s.p + at, needle.p, needle.n) == 0)
            return at;
        at++;
    }
    return s.n;
}

bool str_split(struct str *rest, char sep, struct str *ret_word)
{
    size_t at;

    /* NULL marks a text that is used up, so that "a," still has its last empty word. */
    if (!rest->p)
        return false;
    at = str_index(*rest, sep);
    *ret_word = str_sub(*rest, 0, at);
    *rest = at < rest->n ? str_sub(*rest, at + 1, rest->n) : STR_NONE;
    return true;
}

bool str_word(struct str *rest, struct str *ret_word)
{
    size_t from = 0, to;

    while (from < rest->n && is_space(rest->p[from]))
        from++;
    if (from == rest->n) {
        *rest = STR_NONE;
        return false;
    }
    to = from;
    while (to < rest->n && !is_space(rest->p[to]))
        to++;
    *ret_word = str_sub(*rest, from, to);
    *rest = str_sub(*rest, to, rest->n);
    return true;
}

bool str_to_i64(struct str s, int64_t *ret_value)
{
    bool negative = s.n > 0 && s.p[0] == '-';
    size_t i = negative || (s.n > 0 && s.p[0] == '+') ? 1 : 0;
    int64_t value = 0;

    if (i == s.n)
        return false;
    /* Count downwards, because INT64_MIN has no positive counterpart. */
    for (; i < s.n; i++) {
        if (!is_digit(s.p[i]))
            return false;
        int digit = s.p[i] - '0';
        if (value < (INT64_MIN + digit) / 10)
            return false;
        value = value * 10 - digit;
    }
    if (!negative && value == INT64_MIN)
        return false;
    *ret_value = negative ? value : -value;
    return true;
}

/* Append the digits from s.p[i] on to *value, which may wrap around. Returns where they end. */
static size_t read_digits(struct str s, size_t i, uint64_t *value)
{
    for (; i < s.n && is_digit(s.p[i]); i++)
        *value = *value * 10 + (uint64_t)(s.p[i] - '0');
    return i;
}

/* digits / 10^places, if that is surely the nearest number: both are exact, so only the division
 * rounds. `count`: how many digits there are. */
static bool divide_exactly(uint64_t digits, size_t count, size_t places, double *ret_value)
{
    enum { COUNT_MAX = 19 }; /* so many digits fit */
    static const double powers[] = { 1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                     1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                     1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22 };

    if (FLT_EVAL_METHOD != 0 || count > COUNT_MAX || digits >> DBL_MANT_DIG != 0 ||
        places >= sizeof powers / sizeof powers[0])
        return false;
    *ret_value = (double)digits / powers[places];
    return true;
}

bool str_to_double(struct str s, double *ret_value)
{
    char z[128]; /* strtod() needs a NUL; longer numbers are refused */
    size_t first = s.n > 0 && (s.p[0] == '-' || s.p[0] == '+'), i, count, places = 0;
    uint64_t digits = 0;
    double value;
    char *end;

    if (s.n >= sizeof z)
        return false;
    i = read_digits(s, first, &digits);
    count = i - first;
    if (i < s.n && s.p[i] == '.') {
        places = read_digits(s, i + 1, &digits) - (i + 1);
        i += 1 + places;
        count += places;
    }
    if (count == 0)
        return false; /* also "inf", "nan" and "0x" */
    if (i == s.n && divide_exactly(digits, count, places, &value)) {
        *ret_value = s.p[0] == '-' ? -value : value;
        return true;
    }
    if (i < s.n && (s.p[i] == 'e' || s.p[i] == 'E')) {
        i++;
        if (i < s.n && (s.p[i] == '-' || s.p[i] == '+'))
            i++;
        if (i == s.n || !is_digit(s.p[i]))
            return false;
        while (i < s.n && is_digit(s.p[i]))
            i++;
    }
    if (i != s.n)
        return false;
    memcpy(z, s.p, s.n);
    z[s.n] = '\0';
    value = strtod(z, &end);
    if (*end != '\0' || !isfinite(value))
        return false;
    *ret_value = value;
    return true;
}

/* Length of the well-formed code point at p, or 0 (Unicode table 3-7). */
static size_t utf8_step(const unsigned char *p, size_t left)
{
    unsigned char min = 0x80, max = 0xBF; /* of the second byte */
    size_t length;

    if (p[0] < 0x80)
        return p[0] != 0;
    if (p[0] >= 0xC2 && p[0] <= 0xDF) {
        length = 2;
    } else if ((p[0] & 0xF0) == 0xE0) {
        length = 3;
        if (p[0] == 0xE0)
            min = 0xA0; /* overlong below */
        else if (p[0] == 0xED)
            max = 0x9F; /* surrogates above */
    } else if (p[0] >= 0xF0 && p[0] <= 0xF4) {
        length = 4;
        if (p[0] == 0xF0)
            min = 0x90;
        else if (p[0] == 0xF4)
            max = 0x8F; /* past U+10FFFF */
    } else {
        return 0;
    }
    if (left < length || p[1] < min || p[1] > max)
        return 0;
    for (size_t i = 2; i < length; i++)
        if ((p[i] & 0xC0) != 0x80)
            return 0;
    return length;
}

bool str_is_utf8(struct str s)
{
    const char *p = s.p, *end = s.n > 0 ? s.p + s.n : s.p;

    while (p < end && (p = plain_text_end(p, end)) < end) {
        size_t step = utf8_step((const unsigned char *)p, (size_t)(end - p));
        if (step == 0)
            return false;
        p += step;
    }
    return true;
}

size_t str_utf8_step(struct str s)
{
    return s.n ? utf8_step((const unsigned char *)s.p, s.n) : 0;
}

size_t str_utf8_length(struct str s)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    size_t count = s.n, i = 0;

    /* Every byte but those that continue a code point; of eight at once, in as many bits. */
    for (; s.n - i >= sizeof(uint64_t); i += sizeof(uint64_t)) {
        uint64_t word;
        memcpy(&word, s.p + i, sizeof word);
        word = word >> 7 & ~word >> 6 & ones;
        count -= (size_t)(word * ones >> 56);
    }
    for (; i < s.n; i++)
        count -= ((unsigned char)s.p[i] & 0xC0) == 0x80;
    return count;
}

static bool buf_grow(struct buf *b, size_t n)
{
    enum { FIRST = 256 };
    size_t want = b->n + n + 1, cap;
    char *p;

    if (b->failed || n > b->max - b->n || b->max == SIZE_MAX) {
        b->full = b->full || !b->failed;
        b->failed = true;
        return false;
    }
    cap = b->cap > b->max / 2 ? b->max + 1 : b->cap * 2;
    if (cap < FIRST)
        cap = FIRST < b->max ? FIRST : b->max + 1;
    if (cap < want)
        cap = want;
    p = realloc(b->p, cap);
    if (!p) {
        b->failed = true;
        return false;
    }
    b->p = p;
    b->cap = cap;
    b->p[b->n] = '\0';
    return true;
}

/* Make room for n more bytes and the NUL. False, with `failed` set, when that is impossible. */
static inline bool buf_make_room(struct buf *b, size_t n)
{
    bool fits = !b->failed && n <= b->max - b->n && b->max != SIZE_MAX && n < b->cap - b->n;

    return fits || buf_grow(b, n);
}

void buf_put(struct buf *b, struct str s)
{
    if (!buf_make_room(b, s.n) || s.n == 0)
        return;
    memcpy(b->p + b->n, s.p, s.n);
    b->n += s.n;
    b->p[b->n] = '\0';
}

void buf_putc(struct buf *b, char c)
{
    if (!buf_make_room(b, 1))
        return;
    b->p[b->n++] = c;
    b->p[b->n] = '\0';
}

void buf_printf(struct buf *b, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    buf_vprintf(b, format, args);
    va_end(args);
}

void buf_vprintf(struct buf *b, const char *format, va_list args)
{
    va_list again;
    int length;

    if (!buf_make_room(b, 0))
        return;
    va_copy(again, args);
    length = format_text(b->p + b->n, b->cap - b->n, format, args);
    if (length < 0) {
        va_list once;
        va_copy(once, again);
        length = vsnprintf(b->p + b->n, b->cap - b->n, format, once);
        va_end(once);
    }
    if (length < 0) {
        b->failed = true;
        b->p[b->n] = '\0';
    } else if ((size_t)length < b->cap - b->n) {
        b->n += (size_t)length; /* it fit at the first try */
    } else {
        b->p[b->n] = '\0';
        if (buf_make_room(b, (size_t)length)) {
            (void)vsnprintf(b->p + b->n, b->cap - b->n, format, again);
            b->n += (size_t)length;
        }
    }
    va_end(again);
}

char *buf_reserve(struct buf *b, size_t n)
{
    return buf_make_room(b, n) ? b->p + b->n : NULL;
}

void buf_grew(struct buf *b, size_t n)
{
    if (b->failed || n == 0)
        return;
    b->n += n;
    b->p[b->n] = '\0';
}

void buf_truncate(struct buf *b, size_t n)
{
    if (n >= b->n)
        return;
    b->n = n;
    b->p[n] = '\0';
}

void buf_reset(struct buf *b)
{
    buf_truncate(b, 0);
    b->failed = b->full = false;
}

struct str buf_str(const struct buf *b)
{
    return (struct str){ b->p, b->n };
}

const char *buf_z(const struct buf *b)
{
    return b->p ? b->p : "";
}

char *buf_take(struct buf *b, size_t *ret_n)
{
    char *p;

    if (!buf_make_room(b, 0))
        return NULL;
    p = b->p;
    if (ret_n)
        *ret_n = b->n;
    *b = BUF_INIT(b->max);
    return p;
}

void buf_free(struct buf *b)
{
    free(b->p);
    *b = BUF_INIT(b->max);
}
