/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of server/base/ip.c. */
#include "server/base/ip.h"

#include <netinet/in.h>
#include <sys/un.h>

#include "tests/test.h"

TEST(addresses_are_parsed_and_formatted)
{
    static const struct {
        const char *text, *again; /* NULL: not an address */
    } cases[] = {
        { "192.0.2.1", "192.0.2.1" },
        { "2001:DB8::1", "2001:db8::1" },
        { "::ffff:192.0.2.1", "192.0.2.1" },
        { "::1", "::1" },
        { "", NULL },
        { "192.0.2", NULL },
        { "192.0.2.256", NULL },
        { "192.0.2.1 ", NULL },
        { "192.0.2.1:80", NULL },
        { "[::1]", NULL },
        { "localhost", NULL },
        { "fe80::1%eth0", NULL },
        { "1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa", NULL },
    };
    char out[IP_TEXT_BYTES];

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ip ip;
        bool good = ip_parse(str_of(cases[i].text), &ip);
        CHECK_ROW(i, good == !!cases[i].again);
        if (good)
            CHECK_STR(ip_format(&ip, out), cases[i].again);
    }
}

TEST(a_peer_on_a_unix_socket_is_local)
{
    const struct sockaddr_un un = { .sun_family = AF_UNIX };
    const struct sockaddr_in v4 = { .sin_family = AF_INET, .sin_addr = { htonl(0xC0000201) } };
    char out[IP_TEXT_BYTES];
    struct ip ip = ip_of_sockaddr((const struct sockaddr *)&un, sizeof un.sun_family);

    CHECK_STR(ip_format(&ip, out), "unix");
    ip = ip_of_sockaddr((const struct sockaddr *)&v4, sizeof v4);
    CHECK_STR(ip_format(&ip, out), "192.0.2.1");
    ip = ip_of_sockaddr((const struct sockaddr *)&v4, 4); /* too short */
    CHECK_STR(ip_format(&ip, out), "");
}

TEST(a_range_holds_the_addresses_with_its_prefix)
{
    static const struct {
        const char *range, *ip;
        bool valid, holds;
    } cases[] = {
        { "192.0.2.1", "192.0.2.1", true, true },
        { "192.0.2.1", "192.0.2.2", true, false },
        { "10.0.0.0/8", "10.255.0.1", true, true },
        { "10.0.0.0/8", "11.0.0.1", true, false },
        { "10.1.2.3/8", "10.9.9.9", true, true },
        { "192.0.2.0/25", "192.0.2.127", true, true },
        { "192.0.2.0/25", "192.0.2.128", true, false },
        { "0.0.0.0/1", "127.0.0.1", true, true },
        { "fd00::/8", "fdff::1", true, true },
        { "fd00::/8", "fe00::1", true, false },
        { "fd00::/8", "10.0.0.1", true, false },
        { "::/1", "10.0.0.1", true, false },
        { "2001:db8::/33", "2001:db8:8000::", true, false },
        { "0.0.0.0/0", "192.0.2.1", false, false },
        { "::/0", "::1", false, false },
        { "10.0.0.0/33", "10.0.0.1", false, false },
        { "10.0.0.0/", "10.0.0.1", false, false },
        { "10.0.0.0/+8", "10.0.0.1", false, false },
        { "10.0.0.0/-8", "10.0.0.1", false, false },
        { "example.org/8", "10.0.0.1", false, false },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct ip_range range;
        struct ip ip;
        CHECK_ROW(i, ip_range_parse(str_of(cases[i].range), &range) == cases[i].valid);
        CHECK_ROW(i, ip_parse(str_of(cases[i].ip), &ip));
        if (cases[i].valid)
            CHECK_ROW(i, ip_range_holds(&range, &ip) == cases[i].holds);
    }
}

TESTS(addresses_are_parsed_and_formatted, a_peer_on_a_unix_socket_is_local,
      a_range_holds_the_addresses_with_its_prefix)
