/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/origin.h -- did a page of ours make the browser send this? Pure.
 *
 * The listener is on loopback, but a browser on the same machine reaches it on behalf of any page
 * on the web. A page that rebinds its own name to 127.0.0.1 is known by that name in Host; a page
 * that posts to us from elsewhere is known by its Origin. */
#ifndef CLIMACAST_SERVER_ADMIN_ORIGIN_H
#define CLIMACAST_SERVER_ADMIN_ORIGIN_H

#include <stdbool.h>

#include "server/base/str.h"

/* Is this a Host that no name server can have a say in: localhost or an address, with or without a
 * port? */
bool origin_host_is_allowed(struct str host);
/* Is this the Origin of a page that came from that Host, by http or, through a proxy, https? */
bool origin_matches_host(struct str origin, struct str host);

#endif
