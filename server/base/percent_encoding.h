/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/percent_encoding.h -- percent-encoding of URLs and forms (RFC 3986). Pure. */
#ifndef CLIMACAST_SERVER_BASE_PERCENT_ENCODING_H
#define CLIMACAST_SERVER_BASE_PERCENT_ENCODING_H

#include <stdbool.h>

#include "server/base/str.h"

/* Append s to b with everything but unreserved characters as %XX; '/' is kept when `keep_slash`. */
void percent_encode(struct buf *b, struct str s, bool keep_slash);
/* Append s to b with "%XX" decoded and, when `plus_is_space`, '+' too. False on a bad escape. */
bool percent_decode(struct buf *b, struct str s, bool plus_is_space);

#endif
