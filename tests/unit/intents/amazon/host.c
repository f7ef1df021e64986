/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/amazon/host.c -- which apiEndpoint names a host that gets a token. */
#include "intents/amazon/host.h"

#include "tests/test.h"

TEST(three_regions_are_accepted)
{
    static const struct {
        const char *endpoint, *name;
    } cases[] = {
        { "https://api.amazonalexa.com", "api.amazonalexa.com" },
        { "https://api.amazonalexa.com/", "api.amazonalexa.com" },
        { "https://api.eu.amazonalexa.com", "api.eu.amazonalexa.com" },
        { "https://api.fe.amazonalexa.com", "api.fe.amazonalexa.com" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        enum amazon_host host;
        CHECK_ROW(i, amazon_host_of_endpoint(str_of(cases[i].endpoint), &host));
        CHECK_STR(amazon_host_name(host), cases[i].name);
    }
}

static const char *const refused[] = {
    "",
    "https://",
    "https:///",
    "https://api.amazonalexa.com.evil.example",
    "https://api.amazonalexa.com.",
    "https://api.amazonalexa.com./",
    "https://evil-api.amazonalexa.com",
    "https://eu.amazonalexa.com",
    "https://api.us.amazonalexa.com",
    "https://amazonalexa.com",
    "https://api.amazonalexa.comm",
    "https://api.amazonalexa.co",
    "https://evil.example/api.amazonalexa.com",
    "https://evil.example#https://api.amazonalexa.com",
    "https://evil.example?api.amazonalexa.com",
    "https://evil.example\\api.amazonalexa.com",
    "https://evil.example\\@api.amazonalexa.com",
    /* the token service is not named by a request */
    "https://api.amazon.com",
    /* user info */
    "https://api.amazonalexa.com@evil.example",
    "https://api.amazonalexa.com:443@evil.example",
    "https://user@api.amazonalexa.com",
    "https://user:password@api.amazonalexa.com",
    "https://@api.amazonalexa.com",
    /* port */
    "https://api.amazonalexa.com:443",
    "https://api.amazonalexa.com:8443",
    "https://api.amazonalexa.com:",
    /* path, query, fragment */
    "https://api.amazonalexa.com//",
    "https://api.amazonalexa.com/v1",
    "https://api.amazonalexa.com/../",
    "https://api.amazonalexa.com/@evil.example",
    "https://api.amazonalexa.com?",
    "https://api.amazonalexa.com#",
    /* scheme */
    "http://api.amazonalexa.com",
    "ftp://api.amazonalexa.com",
    "httpss://api.amazonalexa.com",
    "//api.amazonalexa.com",
    "api.amazonalexa.com",
    "https:/api.amazonalexa.com",
    "https:api.amazonalexa.com",
    "https:\\\\api.amazonalexa.com",
    /* case */
    "HTTPS://api.amazonalexa.com",
    "https://API.AMAZONALEXA.COM",
    "https://api.amazonAlexa.com",
    /* white space and control characters */
    " https://api.amazonalexa.com",
    "https://api.amazonalexa.com ",
    "https://api.amazonalexa.com\n",
    "https://api.amazonalexa.com\r\nHost: evil.example",
    "https://api.amazonalexa.com\t.evil.example",
    "https://\tapi.amazonalexa.com",
    "https://api.amazonalexa.com\x7f",
    /* characters that look alike, or that a host name normalizes to others */
    "https://api.am\xd0\xb0zonalexa.com",
    "https://api\xe3\x80\x82"
    "amazonalexa.com",
    "https://api.amazonalexa\xef\xbc\x8e"
    "com",
    "https://api.amazonalexa.com\xc2\xad",
    "https://api.amazonalexa.com\xef\xbc\x8f.evil.example",
    /* encoded */
    "https://api%2eamazonalexa.com",
    "https://api.amazonalexa.com%00.evil.example",
    "https://api.amazonalexa.com%2f.evil.example",
    "https%3a//api.amazonalexa.com",
    /* addresses */
    "https://127.0.0.1",
    "https://[::1]",
    "https://169.254.169.254",
    "https://localhost",
};

TEST(everything_else_is_refused)
{
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        enum amazon_host host = AMAZON_HOSTS;
        CHECK_ROW(i, !amazon_host_of_endpoint(str_of(refused[i]), &host));
        CHECK_ROW(i, host == AMAZON_HOSTS);
    }
}

TEST(a_hidden_end_is_seen)
{
    static const char endpoint[] = "https://api.amazonalexa.com\0.evil.example";
    enum amazon_host host;

    CHECK(!amazon_host_of_endpoint((struct str){ endpoint, sizeof endpoint - 1 }, &host));
}

TEST(a_region_is_found_by_name)
{
    enum amazon_host host;

    CHECK(amazon_host_find(STR("api.eu.amazonalexa.com"), &host));
    CHECK_INT(host, AMAZON_HOST_EUROPE);
    CHECK(!amazon_host_find(STR("api.amazon.com"), &host));
    CHECK(!amazon_host_find(STR("https://api.eu.amazonalexa.com"), &host));
    CHECK(!amazon_host_find(STR(""), &host));
}

TESTS(three_regions_are_accepted, everything_else_is_refused, a_hidden_end_is_seen,
      a_region_is_found_by_name)
