/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/page.h -- what the operator's pages have in common: head, style, and what a browser
 * is told it may do with them. Pure. */
#ifndef CLIMACAST_SERVER_ADMIN_PAGE_H
#define CLIMACAST_SERVER_ADMIN_PAGE_H

#include <stdbool.h>

#include "server/base/str.h"

enum { PAGE_POLICY_MAX = 600 };

/* Everything up to what stands in <main>. `refresh_s` above 0: the page is asked for anew after so
 * many seconds. */
void page_begin(struct buf *out, const char *title, int refresh_s);
/* The heading with its navigation, `here` being the path of this page; `console` says whether there
 * is one. */
void page_header(struct buf *out, const char *here, bool console);
/* From </main> on. `script` is the page's only one, NULL for none. */
void page_end(struct buf *out, const char *script);

/* The Content-Security-Policy of such a page: nothing from anywhere but the style and the script
 * themselves, by their hashes. */
void page_policy(struct buf *out, const char *script);

extern const char page_style[]; /* CSS */

#endif
