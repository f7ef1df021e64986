/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/format.c -- the common directives of printf. */
#include "server/base/format.h"

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { DIGITS_MAX = 20 };

struct target {
    char *at, *end; /* the NUL goes before `end` */
};

static bool put_bytes(struct target *t, const char *bytes, size_t n)
{
    if ((size_t)(t->end - t->at) <= n)
        return false;
    memcpy(t->at, bytes, n);
    t->at += n;
    return true;
}

/* A number, with zeros up to `width` characters, the sign included. */
static bool put_number(struct target *t, uint64_t value, bool negative, size_t width)
{
    char digits[DIGITS_MAX];
    size_t n = 0;

    do {
        digits[sizeof digits - ++n] = (char)('0' + value % 10);
        value /= 10;
    } while (value > 0);
    while (n + negative < width)
        digits[sizeof digits - ++n] = '0';
    return (!negative || put_bytes(t, "-", 1)) && put_bytes(t, digits + sizeof digits - n, n);
}

enum size { SIZE_INT, SIZE_LONG, SIZE_LONG_LONG, SIZE_SIZE };

static enum size read_size(const char **at)
{
    enum size size = SIZE_INT;

    if (**at == 'z') {
        size = SIZE_SIZE;
        ++*at;
    }
    for (; **at == 'l' && size < SIZE_LONG_LONG; ++*at)
        size = size == SIZE_INT ? SIZE_LONG : SIZE_LONG_LONG;
    return size;
}

/* An optional width, size, and "d" or "u". */
static bool put_integer(struct target *t, const char **at, va_list *args)
{
    size_t width = 0;
    enum size size;
    int64_t value;

    if (**at == '0' && (*at)[1] >= '1' && (*at)[1] <= '9') {
        width = (size_t)((*at)[1] - '0');
        *at += 2;
    }
    size = read_size(at);
    if (**at != 'd' && **at != 'u')
        return false;
    if (*(*at)++ == 'u') {
        uint64_t natural = size == SIZE_INT    ? va_arg(*args, unsigned)
                           : size == SIZE_LONG ? va_arg(*args, unsigned long)
                           : size == SIZE_SIZE ? va_arg(*args, size_t)
                                               : va_arg(*args, unsigned long long);
        return put_number(t, natural, false, width);
    }
    if (size == SIZE_SIZE)
        return false;
    value = size == SIZE_INT    ? va_arg(*args, int)
            : size == SIZE_LONG ? va_arg(*args, long)
                                : va_arg(*args, long long);
    return put_number(t, value < 0 ? -(uint64_t)value : (uint64_t)value, value < 0, width);
}

/* "%.*s": at most as many bytes as the first argument says. */
static bool put_part(struct target *t, va_list *args)
{
    int most = va_arg(*args, int);
    const char *text = va_arg(*args, const char *);

    return most >= 0 && text && put_bytes(t, text, strnlen(text, (size_t)most));
}

/* What follows a "%". */
static bool put_directive(struct target *t, const char **at, va_list *args)
{
    const char *text;
    char c;

    switch (**at) {
    case 's':
        ++*at;
        text = va_arg(*args, const char *);
        return text && put_bytes(t, text, strlen(text));
    case '.':
        if ((*at)[1] != '*' || (*at)[2] != 's')
            return false;
        *at += 3;
        return put_part(t, args);
    case 'c':
        ++*at;
        c = (char)va_arg(*args, int);
        return put_bytes(t, &c, 1);
    case '%':
        ++*at;
        return put_bytes(t, "%", 1);
    default:
        return put_integer(t, at, args);
    }
}

int format_text(char *out, size_t size, const char *format, va_list args)
{
    struct target t = { out, out + size };
    bool fits = size > 0;
    va_list rest;

    va_copy(rest, args); /* a parameter of this type may be an array, which has no address */
    while (fits && *format) {
        const char *plain = format;
        while (*format && *format != '%')
            format++;
        fits = put_bytes(&t, plain, (size_t)(format - plain));
        if (fits && *format == '%') {
            format++;
            fits = put_directive(&t, &format, &rest);
        }
    }
    va_end(rest);
    if (!fits || t.at - out > INT_MAX)
        return -1;
    *t.at = '\0';
    return (int)(t.at - out);
}
