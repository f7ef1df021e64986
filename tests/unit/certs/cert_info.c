/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/certs/cert_info.c -- what an owner is told of his certificate. */
#include "tests/test.h"

#include "certs/cert_info.h"
#include "tests/unit/certs/pki.h"

static struct pki_folder folder;
static X509 *root, *middle;

static void issue_all(void)
{
    struct buf roots = BUF_INIT(100000);
    char path[300];

    folder = pki_folder_make();
    root = pki_issue((struct pki_spec){ .name = "Root", .key = PKI_ROOT, .basic = PKI_CA });
    middle = pki_issue((struct pki_spec){
        .name = "Middle", .key = PKI_MIDDLE, .issuer = root, .signer = PKI_ROOT, .basic = PKI_CA });
    pki_put(&roots, root, NULL);
    pki_write(&folder, "roots.pem", buf_str(&roots));
    buf_free(&roots);
    /* What the system trusts, here. */
    CHECK_INT(setenv("SSL_CERT_FILE", pki_path(&folder, "roots.pem", path), 1), 0);
}

static X509 *leaf(const char *san, enum pki_key key)
{
    return pki_issue((struct pki_spec){
        .name = "anything", .key = key, .issuer = middle, .signer = PKI_MIDDLE, .san = san });
}

static struct cert_info appraise_file(const char *host, X509 *first, X509 *second)
{
    struct buf pem = BUF_INIT(100000);
    struct cert_info a;
    struct err err = ERR_NONE;
    char path[300];

    pki_put(&pem, first, second, NULL);
    pki_write(&folder, "our.pem", buf_str(&pem));
    buf_free(&pem);
    if (cert_info_read(pki_path(&folder, "our.pem", path), host, &a, &err) != ST_OK)
        fail_msg("%s", err.text);
    X509_free(first);
    return a;
}

TEST(names_and_key_are_told)
{
    static const struct {
        const char *san, *host;
        enum pki_key key;
        const char *names, *public_name, *said;
        bool matches_host, by_a_star;
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
        { NULL, "anything", PKI_EC, "", "", "EC P-256", false, false }, /* the common name */
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct cert_info a = appraise_file(cases[i].host, leaf(cases[i].san, cases[i].key), middle);
        CHECK_STR(a.names, cases[i].names);
        CHECK_STR(a.public_name, cases[i].public_name);
        CHECK_STR(a.key, cases[i].said);
        CHECK_ROW(i, a.matches_host == cases[i].matches_host);
        CHECK_ROW(i, a.matches_wildcard == cases[i].by_a_star);
        CHECK_ROW(i, a.trusted && !a.self_signed);
        CHECK_STR(a.issuer, "CN=Middle");
        CHECK_INT(a.count, 2);
    }
}

TEST(a_chain_that_is_not_complete_is_told)
{
    struct cert_info a = appraise_file("", leaf("DNS:skill.example.org", PKI_EC), NULL);

    CHECK(!a.trusted);
    CHECK_INT(a.count, 1);
    CHECK(strstr(a.untrusted, "CN=Middle"));
}

TEST(a_self_signed_one_is_told)
{
    struct cert_info a = appraise_file(
        "",
        pki_issue((struct pki_spec){ .name = "me", .key = PKI_EC, .san = "DNS:skill.example.org" }),
        NULL);

    CHECK(a.self_signed && !a.trusted);
}

TEST(an_expired_one_is_read_all_the_same)
{
    struct cert_info a =
        appraise_file("",
                      pki_issue((struct pki_spec){ .name = "old",
                                                   .key = PKI_EC,
                                                   .issuer = middle,
                                                   .signer = PKI_MIDDLE,
                                                   .from_s = -10 * PKI_DAY,
                                                   .to_s = -PKI_DAY,
                                                   .san = "DNS:skill.example.org" }),
                      middle);

    CHECK(a.not_after < clock_wall_s());
    CHECK(!a.trusted);
    CHECK(strstr(a.untrusted, "expired"));
}

TEST(what_cannot_be_read_is_a_fault_with_its_path)
{
    struct cert_info a;
    struct err err = ERR_NONE;
    char path[300];

    CHECK_INT(cert_info_read("/nowhere/our.pem", "", &a, &err), ST_NOT_FOUND);
    CHECK(strstr(err.text, "/nowhere/our.pem"));
    err_clear(&err);
    pki_write(&folder, "bad.pem", STR("no certificate"));
    CHECK_INT(cert_info_read(pki_path(&folder, "bad.pem", path), "", &a, &err), ST_INVALID);
    CHECK(strstr(err.text, "bad.pem"));
}

static int set_up(void **state)
{
    (void)state;
    issue_all();
    return 0;
}

static int take_down(void **state)
{
    (void)state;
    X509_free(root);
    X509_free(middle);
    static const char *const names[] = { "roots.pem", "our.pem", "bad.pem", NULL };
    pki_folder_remove(&folder, names);
    return 0;
}

TESTS_WITH(set_up, take_down, names_and_key_are_told, a_chain_that_is_not_complete_is_told,
           a_self_signed_one_is_told, an_expired_one_is_read_all_the_same,
           what_cannot_be_read_is_a_fault_with_its_path)
