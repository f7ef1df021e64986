/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/certs/chain.c -- which paths are valid, and for how long. */
#include "tests/unit/certs/chain_case.h"

TEST(order_and_an_included_root_do_not_matter)
{
    CHECK_STR(verdict(leaf, middle, NULL, NULL), "");
    CHECK_STR(verdict(middle, leaf, NULL, NULL), "");
    CHECK_STR(verdict(leaf, middle, root, NULL), "");
    CHECK_STR(verdict(root, middle, leaf, NULL), "");
    CHECK_STR(verdict(leaf, middle, leaf, NULL), "");
    CHECK_STR(verdict(root2, leaf, middle, NULL), "");
}

TEST(the_leaf_must_be_the_only_end_entity)
{
    struct pki_spec spec = leaf_spec();

    spec.key = PKI_LEAF2;
    X509 *second = pki_issue(spec);
    CHECK_STR(verdict(leaf, second, middle, NULL), "certificate_untrusted");
    CHECK_STR(verdict(middle, root, NULL, NULL), "certificate_untrusted");
    X509_free(second);

    spec.basic = PKI_CA; /* a CA with the right name is not a leaf */
    second = pki_issue(spec);
    CHECK_STR(verdict(second, middle, NULL, NULL), "certificate_untrusted");
    X509_free(second);
}

TEST(a_path_to_an_anchor_is_required)
{
    CHECK_STR(verdict(leaf, NULL, NULL, NULL), "certificate_untrusted");

    struct pki_spec spec = leaf_spec();
    spec.issuer = NULL;
    CHECK_STR(leaf_verdict(spec), "certificate_untrusted"); /* self-signed */

    /* a complete chain whose root is included but not trusted */
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

    /* the issuer's name, but not its signature */
    spec = leaf_spec();
    spec.signer = PKI_MIDDLE2;
    CHECK_STR(leaf_verdict(spec), "certificate_untrusted");
}

TEST(an_impostor_root_with_the_same_name_is_not_trusted)
{
    X509 *fake = pki_issue((struct pki_spec){ .name = "Root", .key = PKI_ROOT2, .basic = PKI_CA });
    struct pki_spec spec = middle_spec();

    spec.issuer = fake;
    spec.signer = PKI_ROOT2;
    X509 *fake_middle = pki_issue(spec);
    CHECK_STR(verdict(leaf, fake_middle, fake, NULL), "certificate_untrusted");
    X509_free(fake_middle);
    X509_free(fake);
}

TEST(cross_signing_and_duplicate_names_do_not_hide_the_valid_path)
{
    /* the trusted root, cross-signed by an unknown root */
    X509 *cross = pki_issue((struct pki_spec){
        .name = "Root", .key = PKI_ROOT, .issuer = root2, .signer = PKI_ROOT2, .basic = PKI_CA });

    CHECK_STR(verdict(leaf, middle, cross, NULL), "");
    CHECK_STR(verdict(cross, leaf, middle, root2), "");

    /* the reverse: the intermediate's issuer is unknown but cross-signed by the trusted root */
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

    /* one name and key, two issuers: the one without a path may come first or last */
    CHECK_STR(verdict(leaf, under2, middle, NULL), "");
    CHECK_STR(verdict(leaf, middle, under2, NULL), "");
    CHECK_STR(verdict(leaf, under2, root2, middle), "");

    /* the same name, another key, and no key identifiers to tell them apart */
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

TEST(the_path_search_is_bounded)
{
    struct buf pem = BUF_INIT(1 << 20);
    X509 *twins[9];
    struct err err = ERR_NONE;
    int64_t before = clock_mono_ms();

    /* nine CAs with the same name, each a possible issuer of the others, none below an anchor */
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
    CHECK_INT(validate_at(buf_str(&pem), clock_wall_s(), &err), ST_UNTRUSTED);
    CHECK_STR(err.reason, "certificate_untrusted");
    CHECK(clock_mono_ms() - before < 60 * 1000);
    for (int i = 0; i < 9; i++)
        X509_free(twins[i]);
    X509_free(own);
    buf_free(&pem);
}

TEST(dates_of_leaf_and_intermediates_are_checked)
{
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

    /* an expired duplicate next to a valid one does not matter */
    spec = middle_spec();
    spec.from_s = -30 * PKI_DAY;
    spec.to_s = -PKI_DAY;
    X509 *old = pki_issue(spec);
    CHECK_STR(verdict(leaf, old, middle, NULL), "");
    CHECK_STR(verdict(old, middle, leaf, NULL), "");
    X509_free(old);
}

TEST(a_chain_is_valid_as_long_as_its_whole_path)
{
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
    CHECK_INT(validate_at(buf_str(&pem), now + 5010, NULL), ST_UNTRUSTED);
    chain_unref(chain);
    X509_free(brief);
    buf_free(&pem);
}

TEST(an_expired_anchor_invalidates_the_path)
{
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

TEST(the_anchors_own_signature_is_not_checked)
{
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

TESTS_WITH(chain_case_set_up, chain_case_tear_down, order_and_an_included_root_do_not_matter,
           the_leaf_must_be_the_only_end_entity, a_path_to_an_anchor_is_required,
           an_impostor_root_with_the_same_name_is_not_trusted,
           cross_signing_and_duplicate_names_do_not_hide_the_valid_path, the_path_search_is_bounded,
           dates_of_leaf_and_intermediates_are_checked, a_chain_is_valid_as_long_as_its_whole_path,
           an_expired_anchor_invalidates_the_path, the_anchors_own_signature_is_not_checked)
