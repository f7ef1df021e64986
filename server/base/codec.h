/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/codec.h -- base64, hexadecimal and percent encoding. Pure. */
#ifndef CLIMACAST_SERVER_BASE_CODEC_H
#define CLIMACAST_SERVER_BASE_CODEC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/base/str.h"

/* RFC 4648 section 4, padding demanded, no white space. False when malformed or over `room`. */
bool base64_decode(struct str s, uint8_t *out, size_t room, size_t *ret_n);
void base64_encode(struct buf *b, const uint8_t *p, size_t n);
void hex_encode(struct buf *b, const uint8_t *p, size_t n); /* lower case */
/* RFC 3986: everything but unreserved characters becomes %XX; '/' kept when keep_slash. */
void percent_encode(struct buf *b, struct str s, bool keep_slash);
/* "%XX" and, when plus_is_space, '+'. False on a bad escape. */
bool percent_decode(struct buf *b, struct str s, bool plus_is_space);

#endif
