/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/page.h -- what all browser pages share: head, style sheet, navigation, and the
 * Content-Security-Policy. Pure. */
#ifndef CLIMACAST_SERVER_ADMIN_PAGE_H
#define CLIMACAST_SERVER_ADMIN_PAGE_H

#include <stdbool.h>

#include "server/base/str.h"

enum { PAGE_POLICY_MAX = 600 };

/* Everything up to <body>. After `refresh_s` seconds, unless that is 0, the page loads `url` (our
 * own, not escaped): a browser that shows a fragment would not load the same page again. */
void page_begin(struct buf *out, const char *title, int refresh_s, const char *url);
/* The header with its navigation. `here` is the path of this page; `console` says whether the test
 * console is enabled. */
void page_header(struct buf *out, const char *here, bool console);
/* </main> and everything after it. `script` is the only script of the page, NULL for none. */
void page_end(struct buf *out, const char *script);

/* The page's Content-Security-Policy: nothing may load or run but the inline style sheet and the
 * inline script, which are identified by their hashes. */
void page_policy(struct buf *out, const char *script);

extern const char page_style[]; /* CSS */

#endif
