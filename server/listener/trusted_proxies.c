/* SPDX-License-Identifier: Apache-2.0 */
/* server/listener/trusted_proxies.c -- a short list, searched from its beginning. */
#include "server/listener/trusted_proxies.h"

struct trusted_proxies trusted_proxies_of(const char *const *words)
{
    struct trusted_proxies proxies = { .count = 0 };

    for (; *words && proxies.count < TRUSTED_PROXIES_MAX; words++)
        proxies.count += ip_range_parse(str_of(*words), &proxies.ranges[proxies.count]);
    return proxies;
}

bool trusted_proxies_expect_header(const struct config *c, const char *host)
{
    struct trusted_proxies proxies =
        trusted_proxies_of(config_list(c, CONFIG_SERVER_TRUSTED_PROXIES));
    struct ip ip;

    return config_bool(c, CONFIG_SERVER_PROXY_PROTOCOL) && ip_parse(str_of(host), &ip) &&
           trusted_proxies_hold(&proxies, &ip);
}

bool trusted_proxies_hold(const struct trusted_proxies *proxies, const struct ip *ip)
{
    if (ip->kind == IP_LOCAL)
        return true;
    for (size_t i = 0; i < proxies->count; i++)
        if (ip_range_holds(&proxies->ranges[i], ip))
            return true;
    return false;
}
