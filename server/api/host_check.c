/* SPDX-License-Identifier: Apache-2.0 */
/* server/api/host_check.c -- compares hosts as text and as addresses. */
#include "server/api/host_check.h"

#include <stdio.h>

#include "server/base/host_port.h"

static bool is_port_number(struct str s)
{
    int64_t port;

    return s.n > 0 && s.n <= 5 && s.p[0] >= '0' && s.p[0] <= '9' && str_to_i64(s, &port) &&
           port <= 65535;
}

/* The host without brackets and port; false when it is malformed. */
static bool split_host(struct str host, struct str *ret_name)
{
    bool v6 = host.n > 0 && host.p[0] == '[';
    size_t end = v6 ? str_index(host, ']') : str_index(host, ':');
    struct str port = str_sub(host, v6 ? end + 1 : end, host.n);

    if (v6 && end == host.n)
        return false;
    *ret_name = str_sub(host, v6 ? 1 : 0, end);
    return ret_name->n > 0 &&
           (port.n == 0 || (port.p[0] == ':' && is_port_number(str_sub(port, 1, port.n))));
}

bool host_is_own(struct str host, const struct ip *own)
{
    char text[HOST_PORT_HOST_SIZE];
    struct ip address;
    struct str name;

    if (!split_host(host, &name) || name.n >= sizeof text || str_index(name, '\0') < name.n)
        return false;
    if (str_ieqz(name, "localhost"))
        return true;
    if (!ip_parse(name, &address))
        return false;
    (void)snprintf(text, sizeof text, "%.*s", STR_ARG(name));
    return host_port_is_loopback(text) || (own->kind != IP_NONE && ip_equal(&address, own));
}

bool host_origin_is_own(struct str origin, const struct ip *own)
{
    size_t scheme = str_find(origin, STR("://"));

    return scheme < origin.n && host_is_own(str_sub(origin, scheme + 3, origin.n), own);
}
