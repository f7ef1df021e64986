/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/base64.h -- base64 as in RFC 4648 section 4. Pure. */
#ifndef CLIMACAST_SERVER_BASE_BASE64_H
#define CLIMACAST_SERVER_BASE_BASE64_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/base/str.h"

/* Decode all of `s` into `out`. Padding is required and white space refused. False when `s` is
 * malformed or decodes to more than `cap` bytes. */
bool base64_decode(struct str s, uint8_t *out, size_t cap, size_t *ret_n);
/* Append the encoding of n bytes to b. */
void base64_encode(struct buf *b, const uint8_t *p, size_t n);

#endif
