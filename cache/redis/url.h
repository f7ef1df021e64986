/* SPDX-License-Identifier: Apache-2.0 */
/* cache/redis/url.h -- where Redis is and who we are there, read from one line of settings.
 *
 *     redis://[[user]:password@]host[:port][/db]     host: a name, IPv4, or IPv6 in brackets
 *     unix:/path    unix://[[user]:password@]/path[?db=N]
 *
 * User and password may be percent-encoded. Pure; thread-safe. */
#ifndef CLIMACAST_CACHE_REDIS_URL_H
#define CLIMACAST_CACHE_REDIS_URL_H

#include <stdint.h>

#include "server/base/err.h"
#include "server/base/str.h"

struct redis_address {
    char host[256]; /* "": a unix socket */
    uint16_t port;
    char path[108]; /* of that socket */
    char user[128]; /* "": Redis's default user */
    char password[256];
    int db;
};

/* ST_INVALID: err says what is wrong, and holds nothing of the URL, for there may be a secret in
 * it. */
enum status redis_url_parse(struct str url, struct redis_address *ret_address, struct err *err);

#endif
