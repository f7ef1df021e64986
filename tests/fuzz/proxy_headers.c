/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/proxy_headers.c -- what proxies say of their clients: PROXY headers and
 * X-Forwarded-For.
 *
 * Input: a byte, then the bytes of a connection, or lines of X-Forwarded-For. Laws: a PROXY header
 * ends at one place, however its bytes arrive and whatever follows; what is invalid stays so; and
 * nothing that stands left of an address that a trusted proxy appended changes who the client
 * is. */
#include "server/listener/forwarded_for.h"
#include "server/listener/proxy_header.h"
#include "tests/fuzz/input.h"
#include "tests/fuzz/laws.h"

enum { TEXT_MAX = 4000 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* ---- the PROXY protocol ---- */

static void check_complete(struct str in, const struct proxy_header *h)
{
    struct proxy_header again;
    char text[IP_TEXT_BYTES], line[200];

    LAW(h->size > 0 && h->size <= in.n && h->size <= PROXY_HEADER_MAX && !h->fault);
    for (size_t n = 0; n < h->size; n++)
        LAW(proxy_header_parse(str_sub(in, 0, n), &again) == PROXY_HEADER_INCOMPLETE);
    LAW(proxy_header_parse(str_sub(in, 0, h->size), &again) == PROXY_HEADER_COMPLETE);
    LAW(again.size == h->size && ip_equal(&again.client, &h->client));
    if (h->client.kind == IP_NONE)
        return;
    (void)snprintf(line, sizeof line, "PROXY %s %s %s 1 2\r\n",
                   h->client.kind == IP_V4 ? "TCP4" : "TCP6", ip_format(&h->client, text),
                   h->client.kind == IP_V4 ? "192.0.2.1" : "2001:db8::1");
    LAW(proxy_header_parse(str_of(line), &again) == PROXY_HEADER_COMPLETE);
    LAW(ip_equal(&again.client, &h->client));
}

static void check_proxy_header(struct str in)
{
    struct proxy_header h, longer;
    struct buf more = BUF_INIT(1 << 20);
    enum proxy_header_state state = proxy_header_parse(in, &h);

    buf_put(&more, in);
    buf_putz(&more, "\r\nx");
    if (state == PROXY_HEADER_COMPLETE)
        check_complete(in, &h);
    else if (state == PROXY_HEADER_INCOMPLETE)
        LAW(in.n < PROXY_HEADER_MAX && !h.fault);
    else
        LAW(h.fault && proxy_header_parse(buf_str(&more), &longer) == PROXY_HEADER_INVALID);
    buf_free(&more);
}

/* ---- X-Forwarded-For ---- */

static const char *const trusted[] = { "10.0.0.0/8", "fd00::/8", "127.0.0.1", NULL };

static enum status read_lines(struct str text, struct ip *ret_client)
{
    struct trusted_proxies proxies = trusted_proxies_of(trusted);
    struct forwarded_for f = { .count = 0 };
    struct err err = ERR_NONE;
    struct str line;

    *ret_client = (struct ip){ .kind = IP_NONE };
    while (str_split(&text, '\n', &line))
        forwarded_for_add(&f, line);
    enum status st = forwarded_for_client(&f, &proxies, ret_client, &err);
    LAW(st == ST_OK || st == ST_NOT_FOUND || err.reason[0]);
    return st;
}

static enum status read_edited(const char *before, struct str text, const char *after,
                               struct ip *ret_client)
{
    struct buf edited = BUF_INIT(2 * TEXT_MAX);

    buf_putz(&edited, before);
    buf_put(&edited, text);
    buf_putz(&edited, after);
    enum status st = read_lines(buf_str(&edited), ret_client);
    buf_free(&edited);
    return st;
}

static void check_forwarded_for(struct str in)
{
    struct trusted_proxies proxies = trusted_proxies_of(trusted);
    struct ip client, other;
    char text[IP_TEXT_BYTES];
    enum status st = read_lines(in, &client);
    /* A stranger's text, to which a trusted proxy has appended the stranger's address. */
    enum status appended = read_edited("", in, ", 192.0.2.77", &other);

    LAW(appended == ST_TOO_LARGE ||
        (appended == ST_OK && strcmp(ip_format(&other, text), "192.0.2.77") == 0));
    if (st != ST_OK)
        return;
    LAW(client.kind == IP_V4 || client.kind == IP_V6);
    if (trusted_proxies_hold(&proxies, &client))
        return;
    LAW(read_edited("", in, ", 10.9.9.9", &other) == ST_TOO_LARGE || ip_equal(&client, &other));
    LAW(read_edited("198.51.100.1, ", in, "", &other) == ST_TOO_LARGE || ip_equal(&client, &other));
    LAW(read_edited("no address, ", in, "", &other) == ST_TOO_LARGE || ip_equal(&client, &other));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct str in = { (const char *)data, size };
    unsigned mode = input_byte(&in);

    if (in.n > TEXT_MAX)
        return 0;
    if (mode & 1)
        check_forwarded_for(in);
    else
        check_proxy_header(in);
    return 0;
}
