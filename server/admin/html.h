/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/html.h -- the one way by which text gets into a page. Pure. */
#ifndef CLIMACAST_SERVER_ADMIN_HTML_H
#define CLIMACAST_SERVER_ADMIN_HTML_H

#include "server/base/str.h"

/* Append s as text of an element or of an attribute in quotes, whatever bytes it holds: markup is
 * escaped; what is no UTF-8, control characters other than tab and line feed, and those that
 * reorder or hide text (U+200B-200F, 2028-202E, 2060-2069, FEFF) become U+FFFD. */
void html_text(struct buf *out, struct str s);
void html_textz(struct buf *out, const char *z);
/* "1,234,567" of a count; less than a billion billions. */
void html_count(struct buf *out, double n);
/* "512 B", "24.0 KiB", "3.4 MiB". */
void html_bytes(struct buf *out, double n);
/* "0.42 ms", "3.1 ms", "480 ms", "2.4 s". */
void html_duration(struct buf *out, double seconds);
/* "3 days 4 h", "5 h 12 min", "40 s"; of what is below 0, that of 0. */
void html_age(struct buf *out, int64_t seconds);

#endif
