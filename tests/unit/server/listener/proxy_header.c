/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of server/listener/proxy_header.c. */
#include "server/listener/proxy_header.h"

#include "tests/test.h"

#define V2 "\r\n\r\n\0\r\nQUIT\n"
#define V2_TCP4 V2 "\x21\x11\x00\x0c\xc0\x00\x02\x01\xc6\x33\x64\x02\xcb\x20\x01\xbb"

static const struct {
    struct str bytes;
    const char *client; /* "": none; NULL: invalid */
} cases[] = {
    { STR("PROXY TCP4 192.0.2.1 198.51.100.2 52000 443\r\n"), "192.0.2.1" },
    { STR("PROXY TCP6 2001:db8::1 2001:db8::2 52000 443\r\n"), "2001:db8::1" },
    { STR("PROXY TCP6 ::ffff:192.0.2.1 ::1 1 2\r\n"), "192.0.2.1" },
    { STR("PROXY UNKNOWN\r\n"), "" },
    { STR("PROXY UNKNOWN ffff:f...f:ffff ffff:f...f:ffff 65535 65535\r\n"), "" },
    { STR("PROXY TCP4 192.0.2.1 198.51.100.2 52000 443 \r\n"), NULL },
    { STR("PROXY TCP4 192.0.2.1 198.51.100.2 52000\r\n"), NULL },
    { STR("PROXY TCP4 192.0.2.1 198.51.100.2 52000 65536\r\n"), NULL },
    { STR("PROXY TCP4 192.0.2.1 198.51.100.2 052000 443\r\n"), NULL },
    { STR("PROXY TCP4  192.0.2.1 198.51.100.2 52000 443\r\n"), NULL },
    { STR("PROXY TCP4 2001:db8::1 2001:db8::2 52000 443\r\n"), NULL },
    { STR("PROXY TCP4 ::ffff:192.0.2.1 ::1 1 2\r\n"), NULL },
    { STR("PROXY TCP6 192.0.2.1 198.51.100.2 52000 443\r\n"), NULL },
    { STR("PROXY UDP4 192.0.2.1 198.51.100.2 52000 443\r\n"), NULL },
    { STR("PROXY \r\n"), NULL },
    { STR("proxy TCP4 192.0.2.1 198.51.100.2 52000 443\r\n"), NULL },
    { STR("POST /alexa HTTP/1.1\r\n"), NULL },
    { STR("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 what TLS begins with"), NULL },
    { STR(V2_TCP4), "192.0.2.1" },
    { STR(V2 "\x21\x11\x00\x0f\xc0\x00\x02\x01\xc6\x33\x64\x02\xcb\x20\x01\xbb\x04\x00\x00"),
      "192.0.2.1" },
    { STR(V2 "\x21\x21\x00\x24\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x01"
             "\x20\x01\x0d\xb8\0\0\0\0\0\0\0\0\0\0\0\x02\xcb\x20\x01\xbb"),
      "2001:db8::1" },
    { STR(V2 "\x20\x00\x00\x00"), "" },                                               /* LOCAL */
    { STR(V2 "\x21\x00\x00\x00"), "" },                                               /* UNSPEC */
    { STR(V2 "\x21\x11\x00\x0b\xc0\x00\x02\x01\xc6\x33\x64\x02\xcb\x20\x01"), NULL }, /* short */
    { STR(V2 "\x11\x11\x00\x0c\xc0\x00\x02\x01\xc6\x33\x64\x02\xcb\x20\x01\xbb"), NULL },
    { STR(V2 "\x22\x11\x00\x0c\xc0\x00\x02\x01\xc6\x33\x64\x02\xcb\x20\x01\xbb"), NULL },
    { STR(V2 "\x21\x11\x02\x09"), NULL }, /* longer than the limit */
};

TEST(both_versions_tell_the_client)
{
    char out[IP_TEXT_BYTES];

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct proxy_header h;
        enum proxy_header_state state = proxy_header_parse(cases[i].bytes, &h);
        CHECK_ROW(i, state == (cases[i].client ? PROXY_HEADER_COMPLETE : PROXY_HEADER_INVALID));
        CHECK_ROW(i, !h.fault == !!cases[i].client);
        if (!cases[i].client)
            continue;
        CHECK_STR(ip_format(&h.client, out), cases[i].client);
        CHECK_INT(h.size, cases[i].bytes.n);
    }
}

TEST(a_header_in_pieces_is_incomplete_until_its_end_and_what_follows_is_left)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct buf all = BUF_INIT(2000);
        struct proxy_header h;
        if (!cases[i].client)
            continue;
        buf_put(&all, cases[i].bytes);
        buf_putz(&all, "POST /alexa");
        for (size_t n = 0; n < cases[i].bytes.n; n++)
            CHECK_ROW(i, proxy_header_parse(str_sub(buf_str(&all), 0, n), &h) ==
                             PROXY_HEADER_INCOMPLETE);
        CHECK_INT(proxy_header_parse(buf_str(&all), &h), PROXY_HEADER_COMPLETE);
        CHECK_INT(h.size, cases[i].bytes.n);
        buf_free(&all);
    }
}

TEST(a_line_without_end_is_refused_at_its_limit)
{
    char text[PROXY_HEADER_MAX];
    struct proxy_header h;

    memset(text, '1', sizeof text);
    memcpy(text, "PROXY ", 6);
    CHECK_INT(proxy_header_parse((struct str){ text, 106 }, &h), PROXY_HEADER_INCOMPLETE);
    CHECK_INT(proxy_header_parse((struct str){ text, 107 }, &h), PROXY_HEADER_INVALID);
    CHECK_STR(h.fault, "the line is longer than 107 bytes");
}

TEST(five_bytes_tell_a_header_from_http_and_tls)
{
    CHECK(proxy_header_begins(STR("PROXY")));
    CHECK(proxy_header_begins(STR("PROXY UNKNOWN\r\nPOST")));
    CHECK(proxy_header_begins(STR("\r\n\r\n\0")));
    CHECK(proxy_header_begins(STR("\r\n\r\n\0\r\nQUIT\n\x21\x11")));
    CHECK(!proxy_header_begins(STR("")));
    CHECK(!proxy_header_begins(STR("PROX")));
    CHECK(!proxy_header_begins(STR("PROXYING")));
    CHECK(!proxy_header_begins(STR("POST /alexa HTTP/1.1\r\n")));
    CHECK(!proxy_header_begins(STR("\r\n\r\nPOST /alexa")));
    CHECK(!proxy_header_begins(STR("\x16\x03\x01\x02\x00\x01")));
}

TESTS(both_versions_tell_the_client,
      a_header_in_pieces_is_incomplete_until_its_end_and_what_follows_is_left,
      a_line_without_end_is_refused_at_its_limit, five_bytes_tell_a_header_from_http_and_tls)
