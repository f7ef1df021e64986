/* SPDX-License-Identifier: Apache-2.0 */
/* cache/redis/url.h -- the address and credentials of a Redis server, parsed from a URL.
 *
 *     redis://[[user]:password@]host[:port][/db]     host: a name, IPv4, or IPv6 in brackets
 *     unix:/path
 *     unix://[[user]:password@]/path[?db=N]
 *
 * User and password may be percent-encoded. Pure; thread-safe. */
#ifndef CLIMACAST_CACHE_REDIS_URL_H
#define CLIMACAST_CACHE_REDIS_URL_H

#include <stdint.h>

#include "server/base/err.h"
#include "server/base/str.h"

struct redis_address {
    char host[256]; /* "": a Unix socket */
    uint16_t port;
    char path[108]; /* of the socket */
    char user[128]; /* "": Redis's default user */
    char password[256];
    int db;
};

/* Returns ST_INVALID for a malformed URL. The text in `err` quotes nothing from the URL, which may
 * hold a password. */
enum status redis_url_parse(struct str url, struct redis_address *ret_address, struct err *err);

#endif
