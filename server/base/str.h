/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/str.h -- borrowed strings, and growing buffers with a maximum.
 *
 * A `struct str` is a view: it owns nothing, need not end in NUL, and may hold any bytes. A `struct
 * buf` owns its bytes, keeps a NUL after them, and never grows past `max`. A put that does not fit
 * is dropped whole and sets `failed`, so that a caller may put many times and check once. Neither
 * is thread-safe. */
#ifndef CLIMACAST_SERVER_BASE_STR_H
#define CLIMACAST_SERVER_BASE_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct str {
    const char *p; /* NULL only when n is 0 */
    size_t n;
};

#define STR(literal) ((struct str){ "" literal, sizeof(literal) - 1 })
#define STR_NONE ((struct str){ NULL, 0 })
/* For printf: printf("%.*s", STR_ARG(s)) */
#define STR_ARG(s) (int)(s).n, (s).p ? (s).p : ""

/* Inline, because tables are searched with these: most rows differ in length. */
static inline struct str str_of(const char *z) /* NULL gives STR_NONE */
{
    return z ? (struct str){ z, strlen(z) } : STR_NONE;
}

static inline bool str_eq(struct str a, struct str b)
{
    return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

static inline bool str_eqz(struct str a, const char *z)
{
    return str_eq(a, str_of(z));
}

bool str_ieq(struct str a, struct str b); /* ASCII case only */
static inline bool str_ieqz(struct str a, const char *z)
{
    struct str b = str_of(z);

    return a.n == b.n && str_ieq(a, b);
}

bool str_is_one_of(struct str s, const char *const *list); /* which ends in NULL */
/* Copies s as a C string, cut off where `size` bytes are full. */
void str_to_z(struct str s, char *out, size_t size);
bool str_starts(struct str s, struct str prefix);
bool str_ends(struct str s, struct str suffix);
int str_cmp(struct str a, struct str b);                  /* bytewise, as strcmp */
int str_compare_z(const void *a, const void *b);          /* for qsort(), of const char * */
struct str str_trim(struct str s);                        /* ASCII white space off both ends */
struct str str_sub(struct str s, size_t from, size_t to); /* clamped to s */
/* Position of the first `c`, or s.n if there is none. */
size_t str_index(struct str s, char c);
/* The part after the last `c`; all of s when there is none. */
struct str str_after_last(struct str s, char c);
/* Position of the first `needle`, or s.n if there is none. */
size_t str_find(struct str s, struct str needle);
/* Move the text up to the next `sep` from the front of *rest to *ret_word; *rest starts as the
 * whole text. False when *rest is used up. A trailing separator gives a last empty word. */
bool str_split(struct str *rest, char sep, struct str *ret_word);
/* Move the next word (characters up to ASCII white space) from the front of *rest. False when none
 * is left. */
bool str_word(struct str *rest, struct str *ret_word);
/* All of s as a decimal number; false for anything else and on overflow. */
bool str_to_i64(struct str s, int64_t *ret_value);
bool str_to_double(struct str s, double *ret_value); /* finite, "C" locale, no hex */
/* Whether s is well-formed UTF-8 (no surrogates, no overlong forms, no NUL). */
bool str_is_utf8(struct str s);
/* Length in bytes of the well-formed code point at the front of s; 0 if there is none, or a NUL. */
size_t str_utf8_step(struct str s);
/* Code points in well-formed UTF-8. */
size_t str_utf8_length(struct str s);

struct buf {
    char *p; /* NULL until the first put, then NUL-terminated */
    size_t n, cap;
    size_t max; /* bytes it may hold, without the NUL */
    bool failed;
    bool full; /* it failed because of `max` */
};

#define BUF_INIT(maximum) ((struct buf){ NULL, 0, 0, (maximum), false, false })

void buf_put(struct buf *b, struct str s);
static inline void buf_putz(struct buf *b, const char *z)
{
    buf_put(b, str_of(z));
}
void buf_putc(struct buf *b, char c);
void buf_printf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_vprintf(struct buf *b, const char *format, va_list args)
    __attribute__((format(printf, 2, 0)));
/* Make room for n more bytes and return where to write them; NULL when it fails. Then call
 * buf_grew() with the number written. */
char *buf_reserve(struct buf *b, size_t n);
void buf_grew(struct buf *b, size_t n);
void buf_truncate(struct buf *b, size_t n); /* keep the first n bytes */
void buf_reset(struct buf *b);              /* empty, not failed; keeps its memory */
struct str buf_str(const struct buf *b);
const char *buf_z(const struct buf *b); /* never NULL */
/* Give the bytes to the caller as a malloc()ed NUL-terminated string, leaving b empty; NULL when it
 * has failed. */
char *buf_take(struct buf *b, size_t *ret_n);
void buf_free(struct buf *b);

#endif
