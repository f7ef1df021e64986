/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/certs/chain.c -- which bundles are believed, and by what word the others are
 * refused. */
#include "certs/chain.h"

#include "certs/pem.h"
#include "server/base/clock.h"
#include "tests/test.h"
#include "tests/unit/certs/pki.h"

/* The usual cast: a trusted root, an intermediate under it, and a root nobody trusts. */
static X509 *root, *root2, *middle, *leaf;
static struct anchors *anchors;

static struct anchors *anchors_of(X509 *cert)
{
    struct buf pem = BUF_INIT(1 << 16);
    struct anchors *a = NULL;

    pki_put(&pem, cert, NULL);
    CHECK_INT(anchors_parse(buf_str(&pem), "test", &a, NULL), ST_OK);
    buf_free(&pem);
    return a;
}

static struct pki_spec leaf_spec(void)
{
    return (struct pki_spec){ .name = "echo-api.amazon.com",
                              .key = PKI_LEAF,
                              .issuer = middle,
                              .signer = PKI_MIDDLE,
                              .san = PKI_ALEXA };
}

static struct pki_spec middle_spec(void)
{
    return (struct pki_spec){ .name = "Middle",
                              .key = PKI_MIDDLE,
                              .issuer = root,
                              .signer = PKI_ROOT,
                              .basic = "critical,CA:TRUE,pathlen:0" };
}

static void set_up(void)
{
    if (root)
        return;
    root = pki_issue((struct pki_spec){ .name = "Root", .key = PKI_ROOT, .basic = PKI_CA });
    root2 = pki_issue((struct pki_spec){ .name = "Other root", .key = PKI_ROOT2, .basic = PKI_CA });
    middle = pki_issue(middle_spec());
    leaf = pki_issue(leaf_spec());
    anchors = anchors_of(root);
}

static enum status judge_at(struct str pem, int64_t now, struct err *err)
{
    struct chain *chain = NULL;
    enum status st = chain_validate(pem, anchors, now, &chain, err);

    CHECK((st == ST_OK) == !!chain);
    chain_unref(chain);
    return st;
}

/* Judge a bundle of up to four, now. "" is good, else the reason; the bundle is given up. */
static const char *verdict(X509 *a, X509 *b, X509 *c, X509 *d)
{
    static struct err err;
    struct buf pem = BUF_INIT(1 << 20);

    err = ERR_NONE;
    pki_put(&pem, a, b, c, d, NULL);
    enum status st = judge_at(buf_str(&pem), clock_wall_s(), &err);
    CHECK(st == ST_OK || st == ST_UNTRUSTED);
    CHECK((st == ST_OK) == (err.status == ST_OK));
    buf_free(&pem);
    return err.reason;
}

/* The same for a leaf of one's own with the good intermediate. */
static const char *leaf_verdict(struct pki_spec spec)
{
    X509 *own = pki_issue(spec);
    const char *reason = verdict(own, middle, NULL, NULL);

    X509_free(own);
    return reason;
}

/* A leaf under an intermediate of one's own. */
static const char *middle_verdict(struct pki_spec spec)
{
    X509 *own = pki_issue(spec);
    struct pki_spec below = leaf_spec();

    below.issuer = own;
    below.signer = spec.key;
    X509 *end = pki_issue(below);
    const char *reason = verdict(end, own, NULL, NULL);
    X509_free(end);
    X509_free(own);
    return reason;
}

TEST(a_chain_is_taken_in_any_order_with_or_without_its_root)
{
    set_up();
    CHECK_STR(verdict(leaf, middle, NULL, NULL), "");
    CHECK_STR(verdict(middle, leaf, NULL, NULL), "");
    CHECK_STR(verdict(leaf, middle, root, NULL), "");
    CHECK_STR(verdict(root, middle, leaf, NULL), "");
    CHECK_STR(verdict(leaf, middle, leaf, NULL), "");
    CHECK_STR(verdict(root2, leaf, middle, NULL), "");
}

TEST(the_leaf_must_be_the_only_end_entity)
{
    set_up();
    struct pki_spec spec = leaf_spec();
    spec.key = PKI_LEAF2;
    X509 *second = pki_issue(spec);
    CHECK_STR(verdict(leaf, second, middle, NULL), "certificate_untrusted");
    CHECK_STR(verdict(middle, root, NULL, NULL), "certificate_untrusted");
    X509_free(second);

    spec.basic = PKI_CA; /* a CA that bears the name is no leaf */
    second = pki_issue(spec);
    CHECK_STR(verdict(second, middle, NULL, NULL), "certificate_untrusted");
    X509_free(second);
}

TEST(a_path_to_an_anchor_is_demanded)
{
    set_up();
    CHECK_STR(verdict(leaf, NULL, NULL, NULL), "certificate_untrusted");

    struct pki_spec spec = leaf_spec();
    spec.issuer = NULL;
    CHECK_STR(leaf_verdict(spec), "certificate_untrusted"); /* self-signed */

    /* a whole chain of a root that comes along but is not trusted */
    struct pki_spec other = middle_spec();
    other.name = "Other middle";
    other.key = PKI_MIDDLE2;
    other.issuer = root2;
    other.signer = PKI_ROOT2;
    X509 *middle2 = pki_issue(other);
    spec = leaf_spec();
    spec.issuer = middle2;
    spec.signer = PKI_MIDDLE2;
    X509 *own = pki_issue(spec);
    CHECK_STR(verdict(own, middle2, root2, NULL), "certificate_untrusted");
    X509_free(own);
    X509_free(middle2);

    /* an issuer by name whose key did not sign */
    spec = leaf_spec();
    spec.signer = PKI_MIDDLE2;
    CHECK_STR(leaf_verdict(spec), "certificate_untrusted");
}

TEST(an_impostor_root_of_the_same_name_convinces_nobody)
{
    set_up();
    X509 *fake = pki_issue((struct pki_spec){ .name = "Root", .key = PKI_ROOT2, .basic = PKI_CA });
    struct pki_spec spec = middle_spec();
    spec.issuer = fake;
    spec.signer = PKI_ROOT2;
    X509 *fake_middle = pki_issue(spec);
    CHECK_STR(verdict(leaf, fake_middle, fake, NULL), "certificate_untrusted");
    X509_free(fake_middle);
    X509_free(fake);
}

TEST(cross_signed_roots_and_twin_intermediates_do_not_hide_the_good_path)
{
    set_up();
    /* the trusted root, cross-signed by one nobody here knows */
    X509 *cross = pki_issue((struct pki_spec){
        .name = "Root", .key = PKI_ROOT, .issuer = root2, .signer = PKI_ROOT2, .basic = PKI_CA });
    CHECK_STR(verdict(leaf, middle, cross, NULL), "");
    CHECK_STR(verdict(cross, leaf, middle, root2), "");

    /* the other way: our intermediate's issuer is unknown, but cross-signed by the trusted root */
    X509 *bridge = pki_issue((struct pki_spec){ .name = "Other root",
                                                .key = PKI_ROOT2,
                                                .issuer = root,
                                                .signer = PKI_ROOT,
                                                .basic = PKI_CA });
    struct pki_spec spec = middle_spec();
    spec.issuer = root2;
    spec.signer = PKI_ROOT2;
    X509 *under2 = pki_issue(spec);
    CHECK_STR(verdict(leaf, under2, bridge, NULL), "");
    CHECK_STR(verdict(bridge, under2, leaf, root2), "");

    /* one name and key, two issuers: the twin that leads nowhere may come first or last */
    CHECK_STR(verdict(leaf, under2, middle, NULL), "");
    CHECK_STR(verdict(leaf, middle, under2, NULL), "");
    CHECK_STR(verdict(leaf, under2, root2, middle), "");

    /* one name, another key, and no identifiers to tell them apart */
    spec = middle_spec();
    spec.key = PKI_MIDDLE2;
    spec.no_key_ids = true;
    X509 *twin = pki_issue(spec);
    spec = leaf_spec();
    spec.no_key_ids = true;
    X509 *plain = pki_issue(spec);
    CHECK_STR(verdict(plain, twin, middle, NULL), "");
    CHECK_STR(verdict(plain, middle, twin, NULL), "");
    X509_free(plain);
    X509_free(twin);
    X509_free(under2);
    X509_free(bridge);
    X509_free(cross);
}

TEST(dates_of_leaf_and_intermediates_count)
{
    set_up();
    struct pki_spec spec = leaf_spec();
    spec.from_s = -30 * PKI_DAY;
    spec.to_s = -PKI_DAY;
    CHECK_STR(leaf_verdict(spec), "certificate_expired");
    spec.from_s = PKI_DAY;
    spec.to_s = 30 * PKI_DAY;
    CHECK_STR(leaf_verdict(spec), "certificate_expired");

    spec = middle_spec();
    spec.from_s = -30 * PKI_DAY;
    spec.to_s = -PKI_DAY;
    CHECK_STR(middle_verdict(spec), "certificate_expired");
    spec.from_s = PKI_DAY;
    spec.to_s = 30 * PKI_DAY;
    CHECK_STR(middle_verdict(spec), "certificate_expired");

    /* an expired twin beside a good one does no harm */
    spec = middle_spec();
    spec.from_s = -30 * PKI_DAY;
    spec.to_s = -PKI_DAY;
    X509 *old = pki_issue(spec);
    CHECK_STR(verdict(leaf, old, middle, NULL), "");
    CHECK_STR(verdict(old, middle, leaf, NULL), "");
    X509_free(old);
}

TEST(an_expired_anchor_ends_the_path)
{
    set_up();
    struct anchors *saved = anchors;
    X509 *old = pki_issue((struct pki_spec){ .name = "Root",
                                             .key = PKI_ROOT,
                                             .basic = PKI_CA,
                                             .from_s = -30 * PKI_DAY,
                                             .to_s = -PKI_DAY });
    anchors = anchors_of(old);
    CHECK_STR(verdict(leaf, middle, NULL, NULL), "certificate_expired");
    anchors_free(anchors);
    X509_free(old);
    anchors = saved;
}

TEST(only_the_exact_alternative_name_counts)
{
    static const struct {
        const char *san, *want;
    } cases[] = {
        { "DNS:echo-api.amazon.com", "" },
        { "DNS:Echo-API.Amazon.COM", "" },
        { "DNS:other.example,DNS:echo-api.amazon.com", "" },
        { NULL, "certificate_name" }, /* the common name says it, which does not count */
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
    set_up();
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct pki_spec spec = leaf_spec();
        spec.san = cases[i].san;
        if (strcmp(leaf_verdict(spec), cases[i].want) != 0)
            fail_msg("%s is not \"%s\"", cases[i].san ? cases[i].san : "CN", cases[i].want);
    }
}

TEST(a_name_with_a_nul_in_it_is_another_name)
{
    set_up();
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

TEST(who_signs_certificates_must_be_a_ca)
{
    set_up();
    struct pki_spec spec = middle_spec();
    CHECK_STR(middle_verdict(spec), "");
    spec.basic = ""; /* says nothing, but may sign: implied is not enough */
    spec.usage = "critical,keyCertSign";
    CHECK_STR(middle_verdict(spec), "certificate_untrusted");
    spec.basic = "critical,CA:FALSE";
    CHECK_STR(middle_verdict(spec), "certificate_untrusted");
    spec.usage = NULL;
    CHECK_STR(middle_verdict(spec), "certificate_untrusted");
    spec.basic = PKI_CA; /* a CA whose key may not sign certificates */
    spec.usage = "critical,digitalSignature";
    CHECK_STR(middle_verdict(spec), "certificate_untrusted");
    spec.usage = ""; /* says nothing of its use: that is allowed */
    CHECK_STR(middle_verdict(spec), "");
}

TEST(an_end_entity_cannot_issue_another)
{
    set_up();
    struct pki_spec spec = leaf_spec();
    spec.issuer = leaf;
    spec.signer = PKI_LEAF;
    spec.key = PKI_LEAF2;
    X509 *own = pki_issue(spec);
    CHECK_STR(verdict(own, leaf, middle, NULL), "certificate_untrusted");
    X509_free(own);
}

TEST(a_path_longer_than_its_ca_allows_is_refused)
{
    set_up();
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

    set_up();
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
    spec.key = PKI_EC; /* strong, but no RSA */
    CHECK_STR(leaf_verdict(spec), "certificate_untrusted");
    spec = middle_spec();
    spec.key = PKI_WEAK;
    CHECK_STR(middle_verdict(spec), "certificate_untrusted");
    spec.key = PKI_EC; /* above the leaf, ECDSA is as good */
    CHECK_STR(middle_verdict(spec), "");
}

TEST(the_anchors_own_signature_does_not_matter)
{
    set_up();
    struct anchors *saved = anchors;
    X509 *sha1 = pki_issue(
        (struct pki_spec){ .name = "Root", .key = PKI_ROOT, .basic = PKI_CA, .digest = "SHA1" });
    anchors = anchors_of(sha1);
    CHECK_STR(verdict(leaf, middle, NULL, NULL), "");
    CHECK_STR(verdict(leaf, middle, sha1, NULL), "");
    anchors_free(anchors);
    X509_free(sha1);
    anchors = saved;
}

TEST(a_leaf_not_meant_for_signatures_or_with_unknown_demands_is_refused)
{
    set_up();
    struct pki_spec spec = leaf_spec();
    spec.usage = "critical,keyEncipherment";
    CHECK_STR(leaf_verdict(spec), "certificate_untrusted");
    spec.usage = "";
    CHECK_STR(leaf_verdict(spec), "");
    spec = leaf_spec();
    spec.critical_unknown = true;
    CHECK_STR(leaf_verdict(spec), "certificate_untrusted");
}

TEST(a_bundle_that_is_not_plain_certificates_is_refused)
{
    set_up();
    struct buf good = BUF_INIT(1 << 20), bad = BUF_INIT(1 << 20);
    struct err err = ERR_NONE;
    int64_t now = clock_wall_s();
    pki_put(&good, leaf, middle, NULL);
    CHECK_INT(judge_at(buf_str(&good), now, &err), ST_OK);

    static const char *const garbage[] = {
        "",
        "this is not a certificate\n",
        "-----BEGIN CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n",
        "<?xml version=\"1.0\"?><Error><Code>NoSuchKey</Code></Error>",
    };
    for (size_t i = 0; i < sizeof garbage / sizeof garbage[0]; i++) {
        err = ERR_NONE;
        CHECK_ROW(i, judge_at(str_of(garbage[i]), now, &err) == ST_UNTRUSTED);
        CHECK_STR(err.reason, "certificate_untrusted");
    }

    /* text around and between is passed over, as openssl writes it */
    buf_putz(&bad, "subject=CN = echo-api.amazon.com\n");
    buf_put(&bad, buf_str(&good));
    buf_putz(&bad, "\n\nThe end.\n");
    CHECK_INT(judge_at(buf_str(&bad), now, NULL), ST_OK);

    /* something else among them, or cut off in the middle, or too much of it */
    buf_reset(&bad);
    buf_put(&bad, buf_str(&good));
    pki_put_key(&bad, PKI_EC, NULL);
    CHECK_INT(judge_at(buf_str(&bad), now, NULL), ST_UNTRUSTED);
    for (size_t cut = 1; cut < good.n; cut += 97)
        CHECK_INT(judge_at(str_sub(buf_str(&good), 0, good.n - 2 - cut), now, NULL), ST_UNTRUSTED);
    buf_reset(&bad);
    buf_put(&bad, buf_str(&good));
    while (bad.n <= CHAIN_PEM_MAX)
        buf_putc(&bad, '\n');
    CHECK_INT(judge_at(buf_str(&bad), now, NULL), ST_UNTRUSTED);
    buf_truncate(&bad, CHAIN_PEM_MAX);
    CHECK_INT(judge_at(buf_str(&bad), now, NULL), ST_OK);

    buf_reset(&bad);
    pki_put(&bad, leaf, middle, root, root2, root, root, root, root, root, root, NULL);
    CHECK_INT(judge_at(buf_str(&bad), now, NULL), ST_OK);
    pki_put(&bad, root, NULL);
    CHECK_INT(judge_at(buf_str(&bad), now, NULL), ST_UNTRUSTED);
    buf_free(&bad);
    buf_free(&good);
}

TEST(bytes_behind_a_certificate_in_its_block_are_refused)
{
    set_up();
    unsigned char *der = NULL;
    int n = i2d_X509(leaf, &der);
    for (int extra = 0; extra < 2; extra++) {
        BIO *bio = BIO_new(BIO_s_mem());
        struct buf pem = BUF_INIT(1 << 16);
        char *text = NULL;
        unsigned char *longer = calloc(1, (size_t)n + 1);
        CHECK(longer);
        memcpy(longer, der, (size_t)n);
        CHECK(PEM_write_bio(bio, "CERTIFICATE", "", longer, n + extra) > 0);
        long length = BIO_get_mem_data(bio, &text);
        buf_put(&pem, (struct str){ text, (size_t)length });
        pki_put(&pem, middle, NULL);
        CHECK_INT(judge_at(buf_str(&pem), clock_wall_s(), NULL), extra ? ST_UNTRUSTED : ST_OK);
        BIO_free(bio);
        buf_free(&pem);
        free(longer);
    }
    OPENSSL_free(der);
}

TEST(many_twins_do_not_make_the_search_endless)
{
    set_up();
    struct buf pem = BUF_INIT(1 << 20);
    X509 *twins[9];
    struct err err = ERR_NONE;
    int64_t before = clock_mono_ms();

    /* nine CAs that all bear one name and issue one another, and none leads to an anchor */
    for (int i = 0; i < 9; i++) {
        twins[i] = pki_issue((struct pki_spec){
            .name = "Twin", .key = PKI_MIDDLE2, .basic = PKI_CA, .no_key_ids = true });
        pki_put(&pem, twins[i], NULL);
    }
    struct pki_spec spec = leaf_spec();
    spec.issuer = twins[0];
    spec.signer = PKI_MIDDLE2;
    X509 *own = pki_issue(spec);
    pki_put(&pem, own, NULL);
    CHECK_INT(judge_at(buf_str(&pem), clock_wall_s(), &err), ST_UNTRUSTED);
    CHECK_STR(err.reason, "certificate_untrusted");
    CHECK(clock_mono_ms() - before < 60 * 1000);
    for (int i = 0; i < 9; i++)
        X509_free(twins[i]);
    X509_free(own);
    buf_free(&pem);
}

TEST(the_dates_kept_are_those_of_the_whole_path)
{
    set_up();
    struct pki_spec spec = middle_spec();
    int64_t now = clock_wall_s();
    spec.from_s = -1000;
    spec.to_s = 5000;
    X509 *brief = pki_issue(spec);
    struct buf pem = BUF_INIT(1 << 16);
    struct chain *chain = NULL;
    struct err err = ERR_NONE;

    pki_put(&pem, leaf, brief, NULL);
    CHECK_INT(chain_validate(buf_str(&pem), anchors, now, &chain, NULL), ST_OK);
    CHECK_INT(chain_check_dates(chain, now, NULL), ST_OK);
    CHECK_INT(chain_check_dates(chain, now + 4990, NULL), ST_OK);
    CHECK_INT(chain_check_dates(chain, now + 5010, &err), ST_UNTRUSTED);
    CHECK_STR(err.reason, "certificate_expired");
    err = ERR_NONE;
    CHECK_INT(chain_check_dates(chain, now - 1010, &err), ST_UNTRUSTED);
    CHECK_STR(err.reason, "certificate_expired");
    CHECK_INT(judge_at(buf_str(&pem), now + 5010, NULL), ST_UNTRUSTED);
    chain_unref(chain);
    X509_free(brief);
    buf_free(&pem);
}

TEST(anchors_that_cannot_be_read_are_told)
{
    set_up();
    struct pki_folder folder = pki_folder_make();
    char path[300];
    struct anchors *a = NULL;
    struct err err = ERR_NONE;
    struct buf pem = BUF_INIT(1 << 16);

    CHECK_INT(anchors_open(pki_path(&folder, "none.pem", path), &a, &err), ST_INVALID);
    CHECK(strstr(err.text, path));
    CHECK_INT(anchors_open(folder.path, &a, NULL), ST_INVALID);
    pki_write(&folder, "empty.pem", STR(""));
    err = ERR_NONE;
    CHECK_INT(anchors_open(pki_path(&folder, "empty.pem", path), &a, &err), ST_INVALID);
    CHECK(strstr(err.text, path));
    pki_write(&folder, "garbage.pem", STR("certificates, they said\n"));
    CHECK_INT(anchors_open(pki_path(&folder, "garbage.pem", path), &a, NULL), ST_INVALID);

    pki_put(&pem, root2, root, NULL);
    pki_write(&folder, "good.pem", buf_str(&pem));
    CHECK_INT(anchors_open(pki_path(&folder, "good.pem", path), &a, NULL), ST_OK);
    struct anchors *saved = anchors;
    anchors = a;
    CHECK_STR(verdict(leaf, middle, NULL, NULL), "");
    anchors = saved;
    anchors_free(a);
    buf_free(&pem);
    static const char *const names[] = { "empty.pem", "garbage.pem", "good.pem", NULL };
    pki_folder_remove(&folder, names);
}

TEST(the_systems_roots_do_not_know_ours)
{
    set_up();
    struct pki_folder folder = pki_folder_make();
    char path[300];
    struct anchors *saved = anchors, *system = NULL;
    struct buf pem = BUF_INIT(1 << 16);

    /* a file named by the environment stands for the system's, so that the test needs none */
    pki_put(&pem, root2, NULL);
    pki_write(&folder, "roots.pem", buf_str(&pem));
    CHECK_INT(setenv("SSL_CERT_FILE", pki_path(&folder, "roots.pem", path), 1), 0);
    CHECK_INT(anchors_open("system", &system, NULL), ST_OK);
    anchors = system;
    CHECK_STR(verdict(leaf, middle, root, NULL), "certificate_untrusted");
    /* what is added to them later counts at the next judgement */
    pki_put(&pem, root, NULL);
    pki_write(&folder, "roots.pem", buf_str(&pem));
    CHECK_STR(verdict(leaf, middle, NULL, NULL), "");
    anchors_free(system);
    anchors = saved;
    CHECK_INT(unsetenv("SSL_CERT_FILE"), 0);
    buf_free(&pem);
    static const char *const names[] = { "roots.pem", NULL };
    pki_folder_remove(&folder, names);
}

TESTS(a_chain_is_taken_in_any_order_with_or_without_its_root, the_leaf_must_be_the_only_end_entity,
      a_path_to_an_anchor_is_demanded, an_impostor_root_of_the_same_name_convinces_nobody,
      cross_signed_roots_and_twin_intermediates_do_not_hide_the_good_path,
      dates_of_leaf_and_intermediates_count, an_expired_anchor_ends_the_path,
      only_the_exact_alternative_name_counts, a_name_with_a_nul_in_it_is_another_name,
      who_signs_certificates_must_be_a_ca, an_end_entity_cannot_issue_another,
      a_path_longer_than_its_ca_allows_is_refused, weak_digests_and_keys_are_refused,
      the_anchors_own_signature_does_not_matter,
      a_leaf_not_meant_for_signatures_or_with_unknown_demands_is_refused,
      a_bundle_that_is_not_plain_certificates_is_refused,
      bytes_behind_a_certificate_in_its_block_are_refused,
      many_twins_do_not_make_the_search_endless, the_dates_kept_are_those_of_the_whole_path,
      anchors_that_cannot_be_read_are_told, the_systems_roots_do_not_know_ours)
