/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/base/host_port.c -- splitting "host:port", and loopback hosts. */
#include "server/base/host_port.h"

#include "tests/test.h"

TEST(host_and_port_are_split_at_the_last_colon)
{
    static const struct {
        const char *text, *host;
        int port; /* -1: refused */
    } cases[] = {
        { "127.0.0.1:8443", "127.0.0.1", 8443 },
        { "[::1]:0", "::1", 0 },
        { "host.example:65535", "host.example", 65535 },
        { "host:65536", "", -1 },
        { "host:-1", "", -1 },
        { "host:", "", -1 },
        { ":1", "", -1 },
        { "[]:1", "", -1 },
        { "::1:1", "", -1 },
        { "host", "", -1 },
        { "", "", -1 },
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char host[HOST_PORT_HOST_SIZE] = "";
        uint16_t port = 0;
        bool taken = host_port_split(cases[i].text, host, &port);
        CHECK_ROW(i, taken == (cases[i].port >= 0));
        if (taken) {
            CHECK_STR(host, cases[i].host);
            CHECK_INT(port, cases[i].port);
        }
    }
}

TEST(loopback_hosts_are_recognized)
{
    CHECK(host_port_is_loopback("127.0.0.1") && host_port_is_loopback("127.255.1.2"));
    CHECK(host_port_is_loopback("::1") && host_port_is_loopback("localhost"));
    CHECK(!host_port_is_loopback("0.0.0.0") && !host_port_is_loopback("::"));
    CHECK(!host_port_is_loopback("128.0.0.1") && !host_port_is_loopback("localhost.example"));
}

TESTS(host_and_port_are_split_at_the_last_colon, loopback_hosts_are_recognized)
