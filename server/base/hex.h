/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/hex.h -- hexadecimal digits. Bytes are written in lower case. Pure. */
#ifndef CLIMACAST_SERVER_BASE_HEX_H
#define CLIMACAST_SERVER_BASE_HEX_H

#include <stddef.h>
#include <stdint.h>

#include "server/base/str.h"

/* Append 2 * n digits to b. */
void hex_encode(struct buf *b, const uint8_t *p, size_t n);
/* Write 2 * n digits and a NUL to `out`. */
void hex_format(const uint8_t *p, size_t n, char *out);
/* The value of one digit in either case, or -1. */
int hex_value(char c);

#endif
