/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/ip.h -- IP addresses of clients and ranges of them, without ports. Pure. */
#ifndef CLIMACAST_SERVER_BASE_IP_H
#define CLIMACAST_SERVER_BASE_IP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include "server/base/str.h"

enum { IP_BYTES = 16, IP_TEXT_BYTES = 46 };

enum ip_kind { IP_NONE, IP_V4, IP_V6, IP_LOCAL /* a peer on a unix socket */ };

/* In network byte order; IPv4 in its mapped form, ::ffff:a.b.c.d. */
struct ip {
    enum ip_kind kind;
    uint8_t bytes[IP_BYTES];
};

/* IP_NONE for any other family. An IPv4 address in its mapped form is IP_V4. */
struct ip ip_of_sockaddr(const struct sockaddr *from, socklen_t length);
struct ip ip_v4(const uint8_t bytes[4]);
struct ip ip_v6(const uint8_t bytes[IP_BYTES]);
/* "192.0.2.1" or "2001:db8::1", nothing else. */
bool ip_parse(struct str text, struct ip *ret_ip);
/* The text: at most IP_TEXT_BYTES with its NUL; "unix" for IP_LOCAL, "" for IP_NONE. */
const char *ip_format(const struct ip *ip, char out[IP_TEXT_BYTES]);
bool ip_equal(const struct ip *a, const struct ip *b);

struct ip_range {
    struct ip first;
    unsigned bits; /* of `bytes` that count, 0 to 128 */
};

/* An address, or one with the length of a prefix: "10.0.0.0/8". A range of all addresses (/0) is
 * not allowed. */
bool ip_range_parse(struct str text, struct ip_range *ret_range);
bool ip_range_holds(const struct ip_range *range, const struct ip *ip);

#endif
