/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/visible.h -- which characters may be shown on a terminal as they are. Pure. */
#ifndef CLIMACAST_SERVER_BASE_VISIBLE_H
#define CLIMACAST_SERVER_BASE_VISIBLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/base/str.h"

/* Is this code point visible: no control character, nothing that acts on a terminal or changes how
 * the text around it looks? */
bool visible_code_point(uint32_t c);
/* The first character of s: its length in bytes and its code point. 0: it is not UTF-8. */
size_t visible_decode(struct str s, uint32_t *ret_c);
/* Replace each character that is not visible, and each byte that is not UTF-8, with "?". */
void visible_clean(char *text);

#endif
