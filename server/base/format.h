/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/format.h -- vsnprintf() for the directives that are used most, at a quarter of its
 * cost. Pure. */
#ifndef CLIMACAST_SERVER_BASE_FORMAT_H
#define CLIMACAST_SERVER_BASE_FORMAT_H

#include <stdarg.h>
#include <stddef.h>

/* Writes what vsnprintf() would and returns its length. Returns -1, with `out` overwritten, when it
 * does not fit with its NUL into `size` bytes, or the format has anything but %s, %.*s, %c, %%, and
 * %d or %u with "l", "ll", "z", or a width such as "02"; `args` is used up in either case. */
int format_text(char *out, size_t size, const char *format, va_list args)
    __attribute__((format(printf, 3, 0)));

#endif
