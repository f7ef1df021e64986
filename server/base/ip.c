/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/ip.c -- addresses in 16 bytes each, so that both versions are compared alike. */
#include "server/base/ip.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>

enum { V4_AT = 12, V4_BITS = 32, V6_BITS = 128 };

static const uint8_t mapped[V4_AT] = { [10] = 0xff, [11] = 0xff };

struct ip ip_v4(const uint8_t bytes[4])
{
    struct ip ip = { .kind = IP_V4 };

    memcpy(ip.bytes, mapped, sizeof mapped);
    memcpy(ip.bytes + V4_AT, bytes, 4);
    return ip;
}

struct ip ip_v6(const uint8_t bytes[IP_BYTES])
{
    struct ip ip = { .kind = IP_V6 };

    if (memcmp(bytes, mapped, sizeof mapped) == 0)
        return ip_v4(bytes + V4_AT);
    memcpy(ip.bytes, bytes, IP_BYTES);
    return ip;
}

struct ip ip_of_sockaddr(const struct sockaddr *from, socklen_t length)
{
    uint8_t bytes[IP_BYTES];

    if (from->sa_family == AF_UNIX)
        return (struct ip){ .kind = IP_LOCAL };
    if (from->sa_family == AF_INET && length >= sizeof(struct sockaddr_in)) {
        memcpy(bytes, &((const struct sockaddr_in *)(const void *)from)->sin_addr, 4);
        return ip_v4(bytes);
    }
    if (from->sa_family == AF_INET6 && length >= sizeof(struct sockaddr_in6)) {
        memcpy(bytes, &((const struct sockaddr_in6 *)(const void *)from)->sin6_addr, IP_BYTES);
        return ip_v6(bytes);
    }
    return (struct ip){ .kind = IP_NONE };
}

bool ip_parse(struct str text, struct ip *ret_ip)
{
    char z[IP_TEXT_BYTES];
    uint8_t bytes[IP_BYTES];

    if (text.n == 0 || text.n >= sizeof z || memchr(text.p, '\0', text.n))
        return false;
    (void)snprintf(z, sizeof z, "%.*s", STR_ARG(text));
    if (inet_pton(AF_INET, z, bytes) == 1)
        *ret_ip = ip_v4(bytes);
    else if (inet_pton(AF_INET6, z, bytes) == 1)
        *ret_ip = ip_v6(bytes);
    else
        return false;
    return true;
}

/* inet_ntop() takes ten times as long, and each line of the log has an address. */
static void format_v4(const uint8_t bytes[4], char *out)
{
    for (int i = 0; i < 4; i++) {
        unsigned value = bytes[i];
        if (value >= 100)
            *out++ = (char)('0' + value / 100);
        if (value >= 10)
            *out++ = (char)('0' + value / 10 % 10);
        *out++ = (char)('0' + value % 10);
        *out++ = i < 3 ? '.' : '\0';
    }
}

const char *ip_format(const struct ip *ip, char out[IP_TEXT_BYTES])
{
    out[0] = '\0';
    if (ip->kind == IP_V4)
        format_v4(ip->bytes + V4_AT, out);
    else if (ip->kind == IP_V6)
        (void)inet_ntop(AF_INET6, ip->bytes, out, IP_TEXT_BYTES);
    else if (ip->kind == IP_LOCAL)
        (void)snprintf(out, IP_TEXT_BYTES, "unix");
    return out;
}

bool ip_equal(const struct ip *a, const struct ip *b)
{
    return a->kind == b->kind && memcmp(a->bytes, b->bytes, IP_BYTES) == 0;
}

bool ip_range_parse(struct str text, struct ip_range *ret_range)
{
    size_t slash = str_index(text, '/');
    struct ip ip;
    int64_t bits, most;

    if (!ip_parse(str_sub(text, 0, slash), &ip))
        return false;
    most = ip.kind == IP_V4 ? V4_BITS : V6_BITS;
    bits = most;
    if (slash < text.n && (!str_to_i64(str_sub(text, slash + 1, text.n), &bits) || bits < 1 ||
                           bits > most || text.p[slash + 1] == '+'))
        return false;
    *ret_range = (struct ip_range){ ip, (unsigned)(V6_BITS - most + bits) };
    return true;
}

bool ip_range_holds(const struct ip_range *range, const struct ip *ip)
{
    unsigned whole = range->bits / 8, rest = range->bits % 8;

    if (ip->kind != range->first.kind || memcmp(ip->bytes, range->first.bytes, whole) != 0)
        return false;
    return rest == 0 || ((ip->bytes[whole] ^ range->first.bytes[whole]) >> (8 - rest)) == 0;
}
