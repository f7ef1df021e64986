/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of server/listener/http_head.c. A head is parsed here as libmicrohttpd 0.9 parses it,
 * in place; tests/e2e/http_head.c has the same forms with libmicrohttpd itself. */
#include "server/listener/http_head.h"

#include <stdlib.h>

#include "tests/test.h"

static struct str line_at(char *at)
{
    size_t n = strcspn(at, "\r");

    return (struct str){ at, n };
}

/* Checks well-formed lines; each ends in CR LF. */
static const char *fault_of(const char *version, const char *lines)
{
    static char head[2000];
    struct http_head h;

    snprintf(head, sizeof head, "POST /alexa %s\r\n%s\r\n", version, lines);
    size_t size = strlen(head);
    char *method = head, *at = strstr(head, "\r\n");
    method[4] = '\0';
    *at = '\0';
    http_head_start(&h, method, method + 12, true);
    for (at += 2; *at != '\r';) {
        struct str line = line_at(at);
        size_t colon = str_index(line, ':');
        struct str name = str_sub(line, 0, colon), value = str_sub(line, colon + 1, line.n);
        while (value.n > 0 && *value.p == ' ')
            value = str_sub(value, 1, value.n);
        http_head_add(&h, name, value);
        at += line.n + 2;
    }
    http_head_end(&h, size);
    return h.fault;
}

TEST(proper_heads_pass)
{
    static const char *const good[][2] = {
        { "HTTP/1.1", "Host: x\r\n" },
        { "HTTP/1.1", "host:x\r\nContent-Length: 7\r\n" },
        { "HTTP/1.1", "Host: x\r\nTransfer-Encoding: Chunked\r\n" },
        { "HTTP/1.1", "Host: x\r\nX-Empty:\r\nX_9!: \"a\tb\" \xC3\xA9  \r\n" },
        { "HTTP/1.0", "" },
    };

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        CHECK_ROW(i, !fault_of(good[i][0], good[i][1]));
}

TEST(heads_that_servers_read_differently_are_faulty)
{
    static const char *const bad[][2] = {
        { "HTTP/1.1", "" },
        { "HTTP/1.2", "Content-Length: 7\r\n" },
        { "HTTP/1.1", "Host: x\r\nHost: x\r\n" },
        { "HTTP/1.1", "Host: x\r\nContent-Length: 7\r\nContent-Length: 7\r\n" },
        { "HTTP/1.1", "Host: x\r\nContent-Length: 7\r\nTransfer-Encoding: chunked\r\n" },
        { "HTTP/1.1", "Host: x\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n" },
        { "HTTP/1.1", "Host: x\r\nTransfer-Encoding: gzip, chunked\r\n" },
        { "HTTP/1.1", "Host: x\r\nTransfer-Encoding: identity\r\n" },
        { "HTTP/1.1", "Host: x\r\nTransfer-Encoding : chunked\r\n" },
        { "HTTP/1.0", "Transfer-Encoding: chunked\r\n" },
        { "HTTP/1.1", "Host: x\r\nContent-Length: +7\r\n" },
        { "HTTP/1.1", "Host: x\r\nContent-Length: 7, 7\r\n" },
        { "HTTP/1.1", "Host: x\r\nContent-Length: 99999999999999999999\r\n" },
        { "HTTP/1.1", "Host: x\r\n: nameless\r\n" },
        { "HTTP/1.1", "Host: x\r\nX A: 1\r\n" },
        { "HTTP/1.1", "Host: x\r\nX: a\x01z\r\n" },
        { "HTTP/1.1", "Host: x\r\nX: a\x7fz\r\n" },
    };

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        CHECK_ROW(i, fault_of(bad[i][0], bad[i][1]));
}

TEST(lines_must_follow_each_other)
{
    /* "POST", "HTTP/1.1" and the lines, NUL where CR and LF were. */
    static const char head[] = "POST\0/\0HTTP/1.1\0\0Host\0 x\0\0X\0 y\0\0\0\0";
    const char *version = head + 7, *host = version + 10, *x = host + 8;
    struct http_head h;

    for (int gap = 0; gap < 3; gap++) {
        http_head_start(&h, head, version, true);
        http_head_add(&h, (struct str){ host, 4 }, (struct str){ host + 6, 1 });
        http_head_add(&h, (struct str){ x + gap, 1 }, (struct str){ x + 4, 1 });
        http_head_end(&h, sizeof head - 1);
        CHECK_ROW(gap, !h.fault == (gap == 1));
    }
    /* Bytes between the last line and the end of the head. */
    http_head_start(&h, head, version, true);
    http_head_add(&h, (struct str){ host, 4 }, (struct str){ host + 6, 1 });
    http_head_end(&h, sizeof head - 1);
    CHECK(h.fault);
    /* A parser that copies the lines is not held to that. */
    http_head_start(&h, head, version, false);
    http_head_add(&h, STR("Host"), STR("x"));
    http_head_end(&h, sizeof head - 1);
    CHECK(!h.fault);
}

/* Values are read eight bytes at a time. */
TEST(a_control_character_is_found_at_every_place)
{
    enum { LENGTH = 25 };

    for (int c = 0; c < 256; c++)
        for (size_t at = 0; at < LENGTH; at++) {
            char text[LENGTH];
            struct http_head h;
            bool control = (c < ' ' && c != '\t') || c == 0x7f;
            memset(text, at % 2 ? '~' : 0xC3, sizeof text);
            text[at] = (char)c;
            http_head_start(&h, "POST", "HTTP/1.1", false);
            http_head_add(&h, STR("X"), (struct str){ text, sizeof text });
            if (!h.fault == control)
                fail_msg("%#x at %zu", (unsigned)c, at);
        }
}

TESTS(a_control_character_is_found_at_every_place, proper_heads_pass,
      heads_that_servers_read_differently_are_faulty, lines_must_follow_each_other)
