/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/origin.h -- protects the admin pages against DNS rebinding and cross-site requests.
 * Pure.
 *
 * The admin listener is on loopback, but a browser on the same machine will reach it on behalf of
 * any web page. A page that rebinds its own domain name to 127.0.0.1 gives itself away by that name
 * in Host; a page on another site that submits a form gives itself away by its Origin. */
#ifndef CLIMACAST_SERVER_ADMIN_ORIGIN_H
#define CLIMACAST_SERVER_ADMIN_ORIGIN_H

#include <stdbool.h>

#include "server/base/str.h"

/* Is this Host "localhost", an IP address, or one of `names` (NULL at the end), with or without a
 * port? Any other name could be rebound through DNS. */
bool origin_host_is_allowed(struct str host, const char *const *names);
/* Is this the Origin of a page from that Host? The scheme may be http or, behind a proxy, https. */
bool origin_matches_host(struct str origin, struct str host);

#endif
