/* SPDX-License-Identifier: Apache-2.0 */
/* server/listener/proxy_header.c -- both versions of the PROXY header. */
#include "server/listener/proxy_header.h"

enum {
    BEGINNING = 5, /* GnuTLS reads as many at first */
    V1_MAX = 107,  /* with CR and LF */
    V2_FIXED = 16,
    V2_TCP4_BYTES = 12,
    V2_TCP6_BYTES = 36,
    V2_LOCAL = 0x20,
    V2_PROXY = 0x21,
    V2_TCP4 = 0x11,
    V2_TCP6 = 0x21,
};

static const struct str v1_start = STR("PROXY "), v1_end = STR("\r\n");
static const struct str v2_start = STR("\r\n\r\n\0\r\nQUIT\n");

static enum proxy_header_state find_fault(struct proxy_header *h, const char *fault)
{
    h->fault = fault;
    return PROXY_HEADER_INVALID;
}

/* ---- version 1 ---- */

static bool is_port(struct str text)
{
    int64_t port;

    if (text.n == 0 || text.p[0] < '0' || text.p[0] > '9')
        return false;
    return str_to_i64(text, &port) && port <= 65535 && (text.n == 1 || text.p[0] != '0');
}

/* "TCP4 source destination source-port destination-port", after "PROXY ". */
static bool parse_v1_words(struct str line, struct ip *ret_client)
{
    struct str words[5] = { STR_NONE };
    struct ip destination;
    size_t n = 0;

    while (n < 5 && str_split(&line, ' ', &words[n]))
        n++;
    if (n == 0 || str_eqz(words[0], "UNKNOWN")) {
        *ret_client = (struct ip){ .kind = IP_NONE };
        return n > 0;
    }
    enum ip_kind kind = str_eqz(words[0], "TCP4") ? IP_V4 : IP_V6;
    if (kind == IP_V6 && !str_eqz(words[0], "TCP6"))
        return false;
    /* In TCP6, an IPv4 address is written in its mapped form. */
    bool has_colon = n == 5 && str_index(words[1], ':') < words[1].n;
    return n == 5 && !line.p && has_colon == (kind == IP_V6) && ip_parse(words[1], ret_client) &&
           ip_parse(words[2], &destination) && is_port(words[3]) && is_port(words[4]);
}

static enum proxy_header_state parse_v1(struct str bytes, struct proxy_header *h)
{
    struct str start = str_sub(bytes, 0, V1_MAX);
    size_t end = str_find(start, v1_end);

    if (end == start.n)
        return start.n < V1_MAX ? PROXY_HEADER_INCOMPLETE
                                : find_fault(h, "the line is longer than 107 bytes");
    if (!parse_v1_words(str_sub(bytes, v1_start.n, end), &h->client))
        return find_fault(h, "the line is malformed");
    h->size = end + v1_end.n;
    return PROXY_HEADER_COMPLETE;
}

/* ---- version 2 ---- */

static enum proxy_header_state parse_v2(struct str bytes, struct proxy_header *h)
{
    const uint8_t *p = (const uint8_t *)bytes.p;

    if (bytes.n < V2_FIXED)
        return PROXY_HEADER_INCOMPLETE;
    uint8_t command = p[12], family = p[13];
    size_t length = (size_t)p[14] << 8 | p[15];
    if (command != V2_LOCAL && command != V2_PROXY)
        return find_fault(h, "unknown version or command");
    if (V2_FIXED + length > PROXY_HEADER_MAX)
        return find_fault(h, "longer than 536 bytes");
    if (command == V2_PROXY && ((family == V2_TCP4 && length < V2_TCP4_BYTES) ||
                                (family == V2_TCP6 && length < V2_TCP6_BYTES)))
        return find_fault(h, "too short for its addresses");
    if (bytes.n < V2_FIXED + length)
        return PROXY_HEADER_INCOMPLETE;
    if (command == V2_PROXY && family == V2_TCP4)
        h->client = ip_v4(p + V2_FIXED);
    else if (command == V2_PROXY && family == V2_TCP6)
        h->client = ip_v6(p + V2_FIXED);
    h->size = V2_FIXED + length;
    return PROXY_HEADER_COMPLETE;
}

static bool may_begin(struct str bytes, struct str start)
{
    return str_starts(str_sub(bytes, 0, start.n), str_sub(start, 0, bytes.n));
}

enum proxy_header_state proxy_header_parse(struct str bytes, struct proxy_header *ret_header)
{
    *ret_header = (struct proxy_header){ .size = 0 };
    if (!may_begin(bytes, v1_start) && !may_begin(bytes, v2_start))
        return find_fault(ret_header, "there is no header");
    if (str_starts(bytes, v1_start))
        return parse_v1(bytes, ret_header);
    if (str_starts(bytes, v2_start))
        return parse_v2(bytes, ret_header);
    return PROXY_HEADER_INCOMPLETE;
}

bool proxy_header_begins(struct str bytes)
{
    return bytes.n >= BEGINNING && (may_begin(bytes, v1_start) || may_begin(bytes, v2_start));
}
