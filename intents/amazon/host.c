/* SPDX-License-Identifier: Apache-2.0 */
/* intents/amazon/host.c -- compares whole names; nothing is parsed. */
#include "intents/amazon/host.h"

static const char *const names[AMAZON_HOSTS] = {
    [AMAZON_HOST_NORTH_AMERICA] = "api.amazonalexa.com",
    [AMAZON_HOST_EUROPE] = "api.eu.amazonalexa.com",
    [AMAZON_HOST_FAR_EAST] = "api.fe.amazonalexa.com",
    [AMAZON_HOST_LOGIN] = "api.amazon.com",
};

const char *amazon_host_name(enum amazon_host host)
{
    return names[host];
}

bool amazon_host_find(struct str name, enum amazon_host *ret_host)
{
    for (int host = 0; host < AMAZON_HOST_LOGIN; host++) {
        if (!str_eqz(name, names[host]))
            continue;
        *ret_host = (enum amazon_host)host;
        return true;
    }
    return false;
}

bool amazon_host_of_endpoint(struct str endpoint, enum amazon_host *ret_host)
{
    static const struct str scheme = STR("https://");
    struct str name = str_sub(endpoint, scheme.n, endpoint.n);

    if (!str_starts(endpoint, scheme))
        return false;
    if (str_ends(name, STR("/")))
        name = str_sub(name, 0, name.n - 1);
    return amazon_host_find(name, ret_host);
}
