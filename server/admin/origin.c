/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/origin.c -- checks Host and Origin of requests from browsers. */
#include "server/admin/origin.h"

#include <arpa/inet.h>
#include <stdio.h>

enum { HOST_MAX = 80 };

static bool is_port(struct str s)
{
    int64_t port;

    return s.n <= 5 && str_to_i64(s, &port) && port >= 0 && port <= 65535 && s.p[0] != '-' &&
           s.p[0] != '+';
}

static bool is_address(int family, struct str s)
{
    unsigned char bytes[sizeof(struct in6_addr)];
    char text[HOST_MAX];

    (void)snprintf(text, sizeof text, "%.*s", STR_ARG(s));
    return s.n < HOST_MAX && str_index(s, '\0') == s.n && inet_pton(family, text, bytes) == 1;
}

static bool is_listed(struct str name, const char *const *names)
{
    for (; *names; names++)
        if (str_ieqz(name, *names))
            return true;
    return false;
}

bool origin_host_is_allowed(struct str host, const char *const *names)
{
    bool v6 = host.n > 0 && host.p[0] == '[';
    size_t end = v6 ? str_index(host, ']') : str_index(host, ':');
    struct str name = str_sub(host, v6 ? 1 : 0, end);
    struct str port = str_sub(host, v6 ? end + 1 : end, host.n);

    if (host.n == 0 || (v6 && end == host.n))
        return false;
    if (port.n > 0 && (port.p[0] != ':' || !is_port(str_sub(port, 1, port.n))))
        return false;
    if (v6)
        return is_address(AF_INET6, name);
    return str_ieqz(name, "localhost") || is_address(AF_INET, name) || is_listed(name, names);
}

bool origin_matches_host(struct str origin, struct str host)
{
    struct str rest = STR_NONE;

    if (str_starts(origin, STR("http://")))
        rest = str_sub(origin, 7, origin.n);
    else if (str_starts(origin, STR("https://")))
        rest = str_sub(origin, 8, origin.n);
    return rest.n > 0 && str_ieq(rest, host);
}
