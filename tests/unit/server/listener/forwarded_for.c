/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of server/listener/forwarded_for.c. The proxies 10.0.0.0/8 and 2001:db8::1 are
 * trusted. */
#include "server/listener/forwarded_for.h"

#include "tests/test.h"

static const char *const words[] = { "10.0.0.0/8", "2001:db8::1", NULL };

static enum status client_of(const char *first, const char *second, char out[IP_TEXT_BYTES],
                             struct err *err)
{
    struct trusted_proxies proxies = trusted_proxies_of(words);
    struct forwarded_for f = { .count = 0 };
    struct ip client = { .kind = IP_NONE };

    if (first)
        forwarded_for_add(&f, str_of(first));
    if (second)
        forwarded_for_add(&f, str_of(second));
    enum status st = forwarded_for_client(&f, &proxies, &client, err);
    ip_format(&client, out);
    return st;
}

TEST(the_client_is_the_right_most_address_that_is_not_a_trusted_proxy)
{
    static const struct {
        const char *first, *second, *client; /* client NULL: none is named */
    } cases[] = {
        { "192.0.2.1", NULL, "192.0.2.1" },
        { "198.51.100.9, 192.0.2.1", NULL, "192.0.2.1" }, /* the left one was sent by the client */
        { "198.51.100.9, 192.0.2.1, 10.1.1.1", NULL, "192.0.2.1" },
        { "192.0.2.1", "10.1.1.1, 2001:db8::1", "192.0.2.1" },
        { "198.51.100.9", "192.0.2.1", "192.0.2.1" },
        { "nonsense, 192.0.2.1", NULL, "192.0.2.1" },
        { "10.2.2.2, 10.1.1.1", NULL, "10.2.2.2" }, /* all are proxies */
        { " 192.0.2.1 ,, \t", NULL, "192.0.2.1" },
        { "192.0.2.1:52000", NULL, "192.0.2.1" },
        { "[2001:db8::7]:52000", NULL, "2001:db8::7" },
        { "[2001:db8::7]", NULL, "2001:db8::7" },
        { "2001:db8::7", NULL, "2001:db8::7" },
        { "", NULL, NULL },
        { ", ,", "", NULL },
        { NULL, NULL, NULL },
    };
    char out[IP_TEXT_BYTES];

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        enum status st = client_of(cases[i].first, cases[i].second, out, NULL);
        CHECK_ROW(i, st == (cases[i].client ? ST_OK : ST_NOT_FOUND));
        if (cases[i].client)
            CHECK_STR(out, cases[i].client);
    }
}

TEST(an_entry_that_counts_must_be_an_address)
{
    static const char *const bad[] = { "unknown",        "192.0.2.1, _hidden",  "192.0.2.1:x",
                                       "[192.0.2.1]:80", "[2001:db8::7]x",      "[2001:db8::7",
                                       "example.org",    "unknown, 10.1.1.1",   "192.0.2.1:65536",
                                       "2001:db8::7%1",  "192.0.2.1 192.0.2.2", "\x1b[31m" };
    char out[IP_TEXT_BYTES];

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        struct err err = ERR_NONE;
        CHECK_ROW(i, client_of(bad[i], NULL, out, &err) == ST_INVALID);
        CHECK_STR(err.reason, "forwarded_invalid");
        CHECK_ROW(i, !strchr(err.text, 0x1b));
    }
}

TEST(a_long_header_is_refused_whatever_it_says)
{
    struct trusted_proxies proxies = trusted_proxies_of(words);
    struct forwarded_for f = { .count = 0 }, lines = { .count = 0 };
    char text[FORWARDED_FOR_BYTES_MAX + 1];
    struct err err = ERR_NONE;
    struct ip client;

    memset(text, ' ', sizeof text);
    memcpy(text, "192.0.2.1", 9);
    forwarded_for_add(&f, (struct str){ text, sizeof text - 1 });
    CHECK_INT(forwarded_for_client(&f, &proxies, &client, &err), ST_OK);
    forwarded_for_add(&f, STR("1"));
    CHECK_INT(forwarded_for_client(&f, &proxies, &client, &err), ST_TOO_LARGE);
    CHECK_STR(err.reason, "head_too_large");
    for (int i = 0; i <= FORWARDED_FOR_LINES_MAX; i++)
        forwarded_for_add(&lines, STR("192.0.2.1"));
    CHECK_INT(forwarded_for_client(&lines, &proxies, &client, &err), ST_TOO_LARGE);
}

TESTS(the_client_is_the_right_most_address_that_is_not_a_trusted_proxy,
      an_entry_that_counts_must_be_an_address, a_long_header_is_refused_whatever_it_says)
