/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/json_escape.h -- the escapes in JSON strings: "\n", "\u00e9". Pure. */
#ifndef CLIMACAST_SERVER_BASE_JSON_ESCAPE_H
#define CLIMACAST_SERVER_BASE_JSON_ESCAPE_H

#include <stdbool.h>
#include <stddef.h>

/* Decode the escape whose backslash is at *at: append its character to the *n bytes at `out`, in
 * UTF-8, which takes no more bytes than the escape, and move *at behind it. `nul`: it may be
 * "\u0000". Returns NULL, or what is wrong with it. */
const char *json_escape_decode(const char **at, const char *end, bool nul, char *out, size_t *n);

#endif
