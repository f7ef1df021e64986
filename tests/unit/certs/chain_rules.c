/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/certs/chain_rules.c -- what each certificate of a chain must and may not say. */
#include "tests/unit/certs/chain_case.h"

TEST(only_the_exact_alternative_name_matches)
{
    static const struct {
        const char *san, *want;
    } cases[] = {
        { "DNS:echo-api.amazon.com", "" },
        { "DNS:Echo-API.Amazon.COM", "" },
        { "DNS:other.example,DNS:echo-api.amazon.com", "" },
        { NULL, "certificate_name" }, /* only the common name, which is ignored */
        { "DNS:other-api.amazon.com", "certificate_name" },
        { "DNS:*.amazon.com", "certificate_name" },
        { "DNS:echo-api.*.com", "certificate_name" },
        { "DNS:echo-*.amazon.com", "certificate_name" },
        { "DNS:*", "certificate_name" },
        { "DNS:.amazon.com", "certificate_name" },
        { "DNS:amazon.com", "certificate_name" },
        { "DNS:echo-api.amazon.com.example.test", "certificate_name" },
        { "DNS:echo-api.amazon.com.", "certificate_name" },
        { "DNS:xecho-api.amazon.com", "certificate_name" },
        { "email:echo-api.amazon.com", "certificate_name" },
        { "URI:echo-api.amazon.com", "certificate_name" },
        { "URI:https://echo-api.amazon.com/", "certificate_name" },
        { "IP:127.0.0.1", "certificate_name" },
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct pki_spec spec = leaf_spec();
        spec.san = cases[i].san;
        if (strcmp(leaf_verdict(spec), cases[i].want) != 0)
            fail_msg("%s is not \"%s\"", cases[i].san ? cases[i].san : "CN", cases[i].want);
    }
}

TEST(a_name_with_a_nul_does_not_match)
{
    static const char name[] = "echo-api.amazon.com\0.example.test";
    X509 *own = pki_issue(leaf_spec());
    GENERAL_NAMES *names = sk_GENERAL_NAME_new_null();
    GENERAL_NAME *one = GENERAL_NAME_new();
    ASN1_IA5STRING *text = ASN1_IA5STRING_new();

    CHECK(names && one && text && ASN1_STRING_set(text, name, sizeof name - 1));
    GENERAL_NAME_set0_value(one, GEN_DNS, text);
    CHECK(sk_GENERAL_NAME_push(names, one) > 0);
    CHECK_INT(X509_add1_ext_i2d(own, NID_subject_alt_name, names, 0, X509V3_ADD_REPLACE), 1);
    CHECK(X509_sign(own, pki_key(PKI_MIDDLE), EVP_sha256()) > 0);
    CHECK_STR(verdict(own, middle, NULL, NULL), "certificate_name");
    GENERAL_NAMES_free(names);
    X509_free(own);
}

TEST(an_issuer_must_be_a_ca)
{
    struct pki_spec spec = middle_spec();

    CHECK_STR(middle_verdict(spec), "");
    spec.basic = ""; /* absent, although the key usage implies a CA: not enough */
    spec.usage = "critical,keyCertSign";
    CHECK_STR(middle_verdict(spec), "certificate_untrusted");
    spec.basic = "critical,CA:FALSE";
    CHECK_STR(middle_verdict(spec), "certificate_untrusted");
    spec.usage = NULL;
    CHECK_STR(middle_verdict(spec), "certificate_untrusted");
    spec.basic = PKI_CA; /* a CA whose key usage does not include signing certificates */
    spec.usage = "critical,digitalSignature";
    CHECK_STR(middle_verdict(spec), "certificate_untrusted");
    spec.usage = ""; /* no key usage at all is allowed */
    CHECK_STR(middle_verdict(spec), "");
}

TEST(an_end_entity_cannot_issue_certificates)
{
    struct pki_spec spec = leaf_spec();

    spec.issuer = leaf;
    spec.signer = PKI_LEAF;
    spec.key = PKI_LEAF2;
    X509 *own = pki_issue(spec);
    CHECK_STR(verdict(own, leaf, middle, NULL), "certificate_untrusted");
    X509_free(own);
}

TEST(the_path_length_constraint_is_enforced)
{
    struct pki_spec spec = middle_spec();

    spec.name = "Below the middle";
    spec.key = PKI_MIDDLE2;
    spec.issuer = middle; /* pathlen:0 */
    spec.signer = PKI_MIDDLE;
    X509 *below = pki_issue(spec);
    spec = leaf_spec();
    spec.issuer = below;
    spec.signer = PKI_MIDDLE2;
    X509 *own = pki_issue(spec);
    CHECK_STR(verdict(own, below, middle, NULL), "certificate_untrusted");
    X509_free(own);
    X509_free(below);
}

TEST(weak_digests_and_keys_are_refused)
{
    static const char *const digests[] = { "SHA1", "MD5" };

    for (size_t i = 0; i < 2; i++) {
        struct pki_spec spec = leaf_spec();
        spec.digest = digests[i];
        CHECK_STR(leaf_verdict(spec), "certificate_untrusted");
        spec = middle_spec();
        spec.digest = digests[i];
        CHECK_STR(middle_verdict(spec), "certificate_untrusted");
    }
    struct pki_spec spec = leaf_spec();
    spec.digest = "SHA512";
    CHECK_STR(leaf_verdict(spec), "");
    spec = leaf_spec();
    spec.key = PKI_WEAK;
    CHECK_STR(leaf_verdict(spec), "certificate_untrusted");
    spec.key = PKI_EC; /* strong, but not RSA */
    CHECK_STR(leaf_verdict(spec), "certificate_untrusted");
    spec = middle_spec();
    spec.key = PKI_WEAK;
    CHECK_STR(middle_verdict(spec), "certificate_untrusted");
    spec.key = PKI_EC; /* above the leaf, ECDSA is allowed */
    CHECK_STR(middle_verdict(spec), "");
}

TEST(key_usage_and_unknown_critical_extensions_are_enforced)
{
    struct pki_spec spec = leaf_spec();

    spec.usage = "critical,keyEncipherment";
    CHECK_STR(leaf_verdict(spec), "certificate_untrusted");
    spec.usage = "";
    CHECK_STR(leaf_verdict(spec), "");
    spec = leaf_spec();
    spec.critical_unknown = true;
    CHECK_STR(leaf_verdict(spec), "certificate_untrusted");
}

TESTS_WITH(chain_case_set_up, chain_case_tear_down, only_the_exact_alternative_name_matches,
           a_name_with_a_nul_does_not_match, an_issuer_must_be_a_ca,
           an_end_entity_cannot_issue_certificates, the_path_length_constraint_is_enforced,
           weak_digests_and_keys_are_refused,
           key_usage_and_unknown_critical_extensions_are_enforced)
