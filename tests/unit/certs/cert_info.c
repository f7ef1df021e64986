/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/certs/cert_info.c -- how a certificate file is described. */
#include "tests/test.h"

#include "certs/cert_info.h"
#include "tests/unit/certs/pki.h"

static struct pki_folder folder;
static X509 *root, *middle;

static int set_up(void **state)
{
    struct buf roots = BUF_INIT(100000);
    char path[300];

    (void)state;
    folder = pki_folder_make();
    root = pki_root();
    middle = pki_middle(root);
    pki_put(&roots, root, NULL);
    pki_write(&folder, "roots.pem", buf_str(&roots));
    buf_free(&roots);
    /* replaces the system's roots */
    CHECK_INT(setenv("SSL_CERT_FILE", pki_path(&folder, "roots.pem", path), 1), 0);
    return 0;
}

static int tear_down(void **state)
{
    static const char *const names[] = { "roots.pem", "our.pem", "bad.pem", NULL };

    (void)state;
    X509_free(root);
    X509_free(middle);
    pki_folder_remove(&folder, names);
    return 0;
}

static X509 *leaf(const char *san, enum pki_key key)
{
    return pki_issue((struct pki_spec){
        .name = "anything", .key = key, .issuer = middle, .signer = PKI_MIDDLE, .san = san });
}

static struct cert_info describe(const char *host, X509 *first, X509 *second)
{
    struct buf pem = BUF_INIT(100000);
    struct cert_info info;
    struct err err = ERR_NONE;
    char path[300];

    pki_put(&pem, first, second, NULL);
    pki_write(&folder, "our.pem", buf_str(&pem));
    buf_free(&pem);
    if (cert_info_read(pki_path(&folder, "our.pem", path), host, &info, &err) != ST_OK)
        fail_msg("%s", err.text);
    X509_free(first);
    return info;
}

TEST(names_and_key_are_described)
{
    static const struct {
        const char *san, *host;
        enum pki_key key;
        const char *names, *public_name, *key_text;
        bool matches_host, matches_wildcard;
    } cases[] = {
        { "DNS:skill.example.org,DNS:*.example.org,IP:127.0.0.1", "", PKI_EC,
          "skill.example.org, *.example.org", "skill.example.org", "EC P-256", true, false },
        { "DNS:*.example.org", "skill.example.org", PKI_LEAF, "*.example.org", "", "RSA 2048", true,
          true },
        { "DNS:*.example.org", "a.skill.example.org", PKI_LEAF, "*.example.org", "", "RSA 2048",
          false, false },
        { "DNS:localhost,DNS:box.local,DNS:Skill.Example.ORG", "", PKI_EC,
          "localhost, box.local, Skill.Example.ORG", "Skill.Example.ORG", "EC P-256", true, false },
        { "DNS:localhost", "", PKI_EC, "localhost", "", "EC P-256", false, false },
        { "DNS:skill.example.org", "anything", PKI_EC, "skill.example.org", "skill.example.org",
          "EC P-256", false, false },
        { NULL, "anything", PKI_EC, "", "", "EC P-256", false, false }, /* only the common name */
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct cert_info info = describe(cases[i].host, leaf(cases[i].san, cases[i].key), middle);
        CHECK_STR(info.names, cases[i].names);
        CHECK_STR(info.public_name, cases[i].public_name);
        CHECK_STR(info.key, cases[i].key_text);
        CHECK_ROW(i, info.matches_host == cases[i].matches_host);
        CHECK_ROW(i, info.matches_wildcard == cases[i].matches_wildcard);
        CHECK_ROW(i, info.trusted && !info.self_signed);
        CHECK_STR(info.issuer, "CN=Middle");
        CHECK_INT(info.count, 2);
    }
}

TEST(an_incomplete_chain_is_untrusted)
{
    struct cert_info info = describe("", leaf("DNS:skill.example.org", PKI_EC), NULL);

    CHECK(!info.trusted);
    CHECK_INT(info.count, 1);
    CHECK(strstr(info.untrusted, "CN=Middle"));
}

TEST(a_self_signed_certificate_is_recognized)
{
    struct cert_info info = describe(
        "",
        pki_issue((struct pki_spec){ .name = "me", .key = PKI_EC, .san = "DNS:skill.example.org" }),
        NULL);

    CHECK(info.self_signed && !info.trusted);
}

TEST(an_expired_certificate_is_described_too)
{
    struct cert_info info = describe("",
                                     pki_issue((struct pki_spec){ .name = "old",
                                                                  .key = PKI_EC,
                                                                  .issuer = middle,
                                                                  .signer = PKI_MIDDLE,
                                                                  .from_s = -10 * PKI_DAY,
                                                                  .to_s = -PKI_DAY,
                                                                  .san = "DNS:skill.example.org" }),
                                     middle);

    CHECK(info.not_after < clock_wall_s());
    CHECK(!info.trusted);
    CHECK(strstr(info.untrusted, "expired"));
}

TEST(an_unreadable_file_is_an_error_with_its_path)
{
    struct cert_info info;
    struct err err = ERR_NONE;
    char path[300];

    CHECK_INT(cert_info_read("/nowhere/our.pem", "", &info, &err), ST_NOT_FOUND);
    CHECK(strstr(err.text, "/nowhere/our.pem"));
    err_clear(&err);
    pki_write(&folder, "bad.pem", STR("no certificate"));
    CHECK_INT(cert_info_read(pki_path(&folder, "bad.pem", path), "", &info, &err), ST_INVALID);
    CHECK(strstr(err.text, "bad.pem"));
}

TESTS_WITH(set_up, tear_down, names_and_key_are_described, an_incomplete_chain_is_untrusted,
           a_self_signed_certificate_is_recognized, an_expired_certificate_is_described_too,
           an_unreadable_file_is_an_error_with_its_path)
