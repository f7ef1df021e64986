/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/html.h -- escapes text and formats numbers for HTML pages. Pure.
 *
 * All text that is not a literal must go through html_text() or html_textz(). */
#ifndef CLIMACAST_SERVER_ADMIN_HTML_H
#define CLIMACAST_SERVER_ADMIN_HTML_H

#include "server/base/str.h"

/* Append `s` as element text or as the text of a quoted attribute. Any bytes are safe: markup is
 * escaped; invalid UTF-8, control characters other than tab and line feed, and characters that
 * reorder or hide text (U+200B-200F, 2028-202E, 2060-2069, FEFF) are replaced by U+FFFD. */
void html_text(struct buf *out, struct str s);
void html_textz(struct buf *out, const char *z);
/* "1,234,567". Negative numbers and those of 1e18 or more are written as "0". */
void html_count(struct buf *out, double n);
/* "512 B", "24.0 KiB", "3.4 MiB". */
void html_bytes(struct buf *out, double n);
/* "0.42 ms", "3.1 ms", "480 ms", "2.4 s". */
void html_duration(struct buf *out, double seconds);
/* "3 days 4 h", "5 h 12 min", "40 s". Negative ages are written as "0 s". */
void html_age(struct buf *out, int64_t seconds);

#endif
