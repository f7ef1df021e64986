/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/host_port.c -- "host:port" split at its last colon. */
#include "server/base/host_port.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#include "server/base/str.h"

bool host_port_split(const char *text, char host[HOST_PORT_HOST_SIZE], uint16_t *ret_port)
{
    const char *colon = strrchr(text, ':');
    int64_t port;

    if (!colon || !str_to_i64(str_of(colon + 1), &port) || port < 0 || port > 65535)
        return false;
    size_t n = (size_t)(colon - text);
    if (n >= 2 && text[0] == '[' && text[n - 1] == ']') {
        text++;
        n -= 2;
    } else if (memchr(text, ':', n)) {
        return false; /* v6 without brackets */
    }
    if (n == 0 || n >= HOST_PORT_HOST_SIZE)
        return false;
    memcpy(host, text, n);
    host[n] = '\0';
    *ret_port = (uint16_t)port;
    return true;
}

const char *host_port_unix_path(const char *text)
{
    return strncmp(text, "unix:", 5) == 0 ? text + 5 : NULL;
}

bool host_port_is_loopback(const char *host)
{
    struct in_addr v4;
    struct in6_addr v6;

    if (inet_pton(AF_INET, host, &v4) == 1)
        return (ntohl(v4.s_addr) >> 24) == 127;
    if (inet_pton(AF_INET6, host, &v6) == 1)
        return IN6_IS_ADDR_LOOPBACK(&v6);
    return strcmp(host, "localhost") == 0;
}
