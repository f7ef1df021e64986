/* SPDX-License-Identifier: Apache-2.0 */
/* server/listener/trusted_proxies.h -- the proxies that may say who the client is
 * (server.trusted_proxies). Immutable, so thread-safe. */
#ifndef CLIMACAST_SERVER_LISTENER_TRUSTED_PROXIES_H
#define CLIMACAST_SERVER_LISTENER_TRUSTED_PROXIES_H

#include <stdbool.h>
#include <stddef.h>

#include "server/base/ip.h"
#include "server/config/config.h"

enum { TRUSTED_PROXIES_MAX = 32 };

struct trusted_proxies {
    struct ip_range ranges[TRUSTED_PROXIES_MAX];
    size_t count;
};

/* From the words of server.trusted_proxies, which the configuration has checked; NULL at the end.
 * A word that is not a range is left out. */
struct trusted_proxies trusted_proxies_of(const char *const *words);
/* Whoever may open a unix socket is always trusted. */
bool trusted_proxies_hold(const struct trusted_proxies *proxies, const struct ip *ip);

/* Does the daemon of this configuration expect a PROXY header from this machine, when it is asked
 * at `host`, one of its own addresses? */
bool trusted_proxies_expect_header(const struct config *c, const char *host);

#endif
