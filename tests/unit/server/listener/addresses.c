/* SPDX-License-Identifier: Apache-2.0 */
/* Unit tests of server/listener/addresses.c. */
#include "server/listener/addresses.h"

#include "tests/test.h"

static struct address *take(struct addresses *as, const char *text)
{
    struct ip ip;

    CHECK(ip_parse(str_of(text), &ip));
    return addresses_take(as, &ip);
}

TEST(an_address_is_one_ipv4_address_or_one_ipv6_network)
{
    static const struct {
        const char *one, *other;
        bool same;
    } cases[] = {
        { "192.0.2.1", "192.0.2.1", true },
        { "192.0.2.1", "192.0.2.2", false },
        { "192.0.2.1", "::ffff:192.0.2.1", true },
        { "::ffff:192.0.2.1", "::ffff:192.0.2.2", false },
        { "2001:db8:1:2::1", "2001:db8:1:2:ffff::9", true },
        { "2001:db8:1:2::1", "2001:db8:1:3::1", false },
    };
    struct addresses *as = addresses_create(10);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct address *one = take(as, cases[i].one), *other = take(as, cases[i].other);
        CHECK_ROW(i, (one == other) == cases[i].same);
        CHECK_INT(one->open, cases[i].same ? 2 : 1);
        CHECK_ROW(i, (address_number(one) == address_number(other)) == cases[i].same);
        CHECK_ROW(i, address_number(one) != 0);
        addresses_give(as, one);
        addresses_give(as, other);
    }
    addresses_free(as);
}

TEST(an_address_is_trusted_for_a_day_after_a_verified_request)
{
    struct addresses *as = addresses_create(10);
    struct address *a = take(as, "192.0.2.1");

    CHECK(!address_is_trusted(a, 1000));
    address_note_verified(a, 1000);
    addresses_give(as, a); /* remembered without connections */
    CHECK(take(as, "192.0.2.1") == a);
    CHECK(address_is_trusted(a, 1000 + ADDRESS_TRUSTED_MS - 1));
    CHECK(!address_is_trusted(a, 1000 + ADDRESS_TRUSTED_MS));
    address_note_verified(a, 2000 + ADDRESS_TRUSTED_MS);
    CHECK(address_is_trusted(a, 1000 + 2 * ADDRESS_TRUSTED_MS));
    addresses_give(as, a);
    addresses_free(as);
}

TEST(unused_connections_cost_the_trust_for_a_while)
{
    struct addresses *as = addresses_create(10);
    struct address *a = take(as, "192.0.2.1");

    address_note_verified(a, 1000);
    for (int i = 0; i < ADDRESS_UNUSED_MAX; i++)
        address_note_unused(a, 1000);
    CHECK(address_is_trusted(a, 1000));
    address_note_unused(a, 1000);
    CHECK(!address_is_trusted(a, 1000));
    CHECK(address_is_trusted(a, 1000 + ADDRESS_UNUSED_HALVED_MS));
    addresses_give(as, a);
    addresses_free(as);
}

TEST(the_table_is_bounded)
{
    enum { MANY = 20000 };
    struct addresses *as = addresses_create(10);
    char text[20];

    for (int i = 0; i < MANY; i++) {
        snprintf(text, sizeof text, "10.0.%d.%d", i / 256 % 256, i % 256);
        struct address *a = take(as, text);
        address_note_verified(a, 1 + i);
        addresses_give(as, a);
    }
    /* The last thousands are remembered, the first are not. */
    struct address *last = take(as, text), *first = take(as, "10.0.0.0");
    CHECK(address_is_trusted(last, MANY));
    CHECK(!address_is_trusted(first, MANY));
    addresses_give(as, last);
    addresses_give(as, first);
    addresses_free(as);
}

TESTS(an_address_is_one_ipv4_address_or_one_ipv6_network,
      an_address_is_trusted_for_a_day_after_a_verified_request,
      unused_connections_cost_the_trust_for_a_while, the_table_is_bounded)
