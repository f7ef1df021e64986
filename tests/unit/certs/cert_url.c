/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/certs/cert_url.c -- which certificate URLs are accepted, and their normalized form. */
#include "certs/cert_url.h"

#include "tests/test.h"

#define GOOD "https://s3.amazonaws.com/echo.api/echo-api-cert.pem"

static enum status normalize(const char *raw, struct cert_url *url, struct err *err)
{
    return cert_url_normalize(str_of(raw), url, err);
}

TEST(accepted_urls_are_normalized)
{
    static const struct {
        const char *raw, *want;
    } cases[] = {
        { GOOD, GOOD },
        { "https://s3.amazonaws.com:443/echo.api/echo-api-cert.pem", GOOD },
        { "HTTPS://s3.amazonaws.com/echo.api/echo-api-cert.pem", GOOD },
        { "hTTpS://S3.AmazonAWS.com:443/echo.api/echo-api-cert.pem", GOOD },
        { "https://s3.amazonaws.com/echo.api/../echo.api/echo-api-cert.pem", GOOD },
        { "https://s3.amazonaws.com/./echo.api/./echo-api-cert.pem", GOOD },
        { "https://s3.amazonaws.com//echo.api//echo-api-cert.pem", GOOD },
        { "https://s3.amazonaws.com///echo.api/x//../echo-api-cert.pem", GOOD },
        { "https://s3.amazonaws.com/x/y/../../echo.api/echo-api-cert.pem", GOOD },
        { "https://s3.amazonaws.com/echo.api/", "https://s3.amazonaws.com/echo.api/" },
        { "https://s3.amazonaws.com/echo.api//", "https://s3.amazonaws.com/echo.api/" },
        { "https://s3.amazonaws.com/echo.api/.", "https://s3.amazonaws.com/echo.api/" },
        { "https://s3.amazonaws.com/echo.api/a/..", "https://s3.amazonaws.com/echo.api/" },
        { "https://s3.amazonaws.com/echo.api/...", "https://s3.amazonaws.com/echo.api/..." },
        { "https://s3.amazonaws.com/echo.api/.a/b.", "https://s3.amazonaws.com/echo.api/.a/b." },
        { "https://s3.amazonaws.com/echo.api/Aa-1_~!$&'()*+,;=:@.pem",
          "https://s3.amazonaws.com/echo.api/Aa-1_~!$&'()*+,;=:@.pem" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct cert_url url;
        struct err err = ERR_NONE;
        CHECK_ROW(i, normalize(cases[i].raw, &url, &err) == ST_OK);
        CHECK_STR(url.text, cases[i].want);
    }
}

static const char *const refused[] = {
    "",
    " ",
    "x",
    "https",
    "https:",
    "https://",
    "https:///echo.api/x.pem",
    "https:/s3.amazonaws.com/echo.api/x.pem",
    "//s3.amazonaws.com/echo.api/x.pem",
    "/echo.api/x.pem",
    " " GOOD,
    "\t" GOOD,
    GOOD " ",
    GOOD "\n",
    GOOD "\r\nHost: x",
    /* scheme */
    "http://s3.amazonaws.com/echo.api/x.pem",
    "ftp://s3.amazonaws.com/echo.api/x.pem",
    "httpss://s3.amazonaws.com/echo.api/x.pem",
    "https:\\\\s3.amazonaws.com\\echo.api\\x.pem",
    /* host */
    "https://notamazon.com/echo.api/x.pem",
    "https://s3.amazonaws.com.example.com/echo.api/x.pem",
    "https://s3.amazonaws.com./echo.api/x.pem",
    "https://xs3.amazonaws.com/echo.api/x.pem",
    "https://echo.api.s3.amazonaws.com/x.pem",
    "https://s3.amazonaws.co/echo.api/x.pem",
    "https://s3-amazonaws.com/echo.api/x.pem",
    "https://[::1]/echo.api/x.pem",
    "https://s3.amazonaws.com\\.example.com/echo.api/x.pem",
    "https://s3%2eamazonaws.com/echo.api/x.pem",
    "https://s3.amazonaws.com%00.example.com/echo.api/x.pem",
    "https://s3.amazonaws.com #/echo.api/x.pem",
    "https://\xc5\xbf"
    "3.amazonaws.com/echo.api/x.pem",
    /* user info */
    "https://@s3.amazonaws.com/echo.api/x.pem",
    "https://user@s3.amazonaws.com/echo.api/x.pem",
    "https://user:pass@s3.amazonaws.com/echo.api/x.pem",
    "https://s3.amazonaws.com@example.com/echo.api/x.pem",
    "https://s3.amazonaws.com:443@example.com/echo.api/x.pem",
    /* port */
    "https://s3.amazonaws.com:/echo.api/x.pem",
    "https://s3.amazonaws.com:563/echo.api/x.pem",
    "https://s3.amazonaws.com:80/echo.api/x.pem",
    "https://s3.amazonaws.com:0/echo.api/x.pem",
    "https://s3.amazonaws.com:0443/echo.api/x.pem",
    "https://s3.amazonaws.com:00443/echo.api/x.pem",
    "https://s3.amazonaws.com:4430/echo.api/x.pem",
    "https://s3.amazonaws.com:44/echo.api/x.pem",
    "https://s3.amazonaws.com:+443/echo.api/x.pem",
    "https://s3.amazonaws.com:-443/echo.api/x.pem",
    "https://s3.amazonaws.com:65979/echo.api/x.pem", /* 443 modulo 2^16 */
    "https://s3.amazonaws.com:443:443/echo.api/x.pem",
    "https://s3.amazonaws.com: 443/echo.api/x.pem",
    "https://s3.amazonaws.com:x/echo.api/x.pem",
    /* path */
    "https://s3.amazonaws.com",
    "https://s3.amazonaws.com/",
    "https://s3.amazonaws.com/x.pem",
    "https://s3.amazonaws.com/echo.api",
    "https://s3.amazonaws.com/echo.apix/x.pem",
    "https://s3.amazonaws.com/EcHo.aPi/x.pem",
    "https://s3.amazonaws.com/invalid.path/x.pem",
    "https://s3.amazonaws.com/x/echo.api/x.pem",
    "https://s3.amazonaws.com/echo.api/../x.pem",
    "https://s3.amazonaws.com/echo.api/..",
    "https://s3.amazonaws.com/echo.api/./../x.pem",
    "https://s3.amazonaws.com/echo.api//../x.pem",
    "https://s3.amazonaws.com/echo.api/x/../../y.pem",
    "https://s3.amazonaws.com/../echo.api/x.pem",
    "https://s3.amazonaws.com/..",
    "https://s3.amazonaws.com/x/../../echo.api/x.pem",
    "https://s3.amazonaws.com/echo.api/../../echo.api/x.pem",
    "https://s3.amazonaws.com/echo.api/../../../../etc/passwd",
    "https://s3.amazonaws.com\\echo.api\\x.pem",
    "https://s3.amazonaws.com/echo.api\\x.pem",
    "https://s3.amazonaws.com/echo.api/x\\..\\y.pem",
    /* query, fragment, encoding, characters */
    GOOD "?",
    GOOD "?x=1",
    GOOD "#",
    GOOD "#x",
    "https://s3.amazonaws.com?/echo.api/x.pem",
    "https://s3.amazonaws.com#/echo.api/x.pem",
    "https://s3.amazonaws.com/echo.api/%2e%2e/x.pem",
    "https://s3.amazonaws.com/echo%2Eapi/x.pem",
    "https://s3.amazonaws.com/echo.api/%41.pem",
    "https://s3.amazonaws.com/echo.api/a b.pem",
    "https://s3.amazonaws.com/echo.api/a\tb.pem",
    "https://s3.amazonaws.com/echo.api/a\x01.pem",
    "https://s3.amazonaws.com/echo.api/a\x7f.pem",
    "https://s3.amazonaws.com/echo.api/\xc3\xa9.pem",
    "https://s3.amazonaws.com/echo.api/<a>.pem",
    "https://s3.amazonaws.com/echo.api/[a].pem",
    "https://s3.amazonaws.com/echo.api/{a}|^`\".pem",
};

TEST(everything_but_amazons_folder_is_refused)
{
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        struct cert_url url = { "untouched" };
        struct err err = ERR_NONE;
        if (normalize(refused[i], &url, &err) != ST_DENIED)
            fail_msg("\"%s\" was taken as %s", refused[i], url.text);
        CHECK_STR(err.reason, "certificate_url_invalid");
        CHECK_STR(url.text, "untouched");
    }
}

TEST(a_missing_url_and_one_with_a_nul_are_refused)
{
    struct cert_url url;
    struct err err = ERR_NONE;

    CHECK_INT(cert_url_normalize(STR_NONE, &url, &err), ST_DENIED);
    CHECK_STR(err.reason, "certificate_url_invalid");
    CHECK_INT(cert_url_normalize(STR("https://s3.amazonaws.com/echo.api/x\0.pem"), &url, NULL),
              ST_DENIED);
    CHECK_INT(cert_url_normalize(STR("https://s3.amazonaws.com\0/echo.api/x.pem"), &url, NULL),
              ST_DENIED);
}

TEST(the_length_limit_is_exact)
{
    char raw[CERT_URL_MAX + 2];
    struct cert_url url;

    memset(raw, 'a', sizeof raw);
    memcpy(raw, "https://s3.amazonaws.com/echo.api/", 34);
    CHECK_INT(cert_url_normalize((struct str){ raw, CERT_URL_MAX }, &url, NULL), ST_OK);
    CHECK_INT(strlen(url.text), CERT_URL_MAX);
    CHECK_INT(cert_url_normalize((struct str){ raw, CERT_URL_MAX + 1 }, &url, NULL), ST_DENIED);

    memset(raw + 34, '/', sizeof raw - 34);
    CHECK_INT(cert_url_normalize((struct str){ raw, CERT_URL_MAX }, &url, NULL), ST_OK);
    CHECK_STR(url.text, "https://s3.amazonaws.com/echo.api/");
}

TEST(normalization_is_idempotent)
{
    struct cert_url once, twice;

    CHECK_INT(normalize("https://S3.amazonaws.com:443//a/../echo.api/./b//c/../d/", &once, NULL),
              ST_OK);
    CHECK_STR(once.text, "https://s3.amazonaws.com/echo.api/b/d/");
    CHECK_INT(normalize(once.text, &twice, NULL), ST_OK);
    CHECK_STR(twice.text, once.text);
}

TESTS(accepted_urls_are_normalized, everything_but_amazons_folder_is_refused,
      a_missing_url_and_one_with_a_nul_are_refused, the_length_limit_is_exact,
      normalization_is_idempotent)
