/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/certs/chain_case.h -- a small hierarchy of certificates, and validation in one
 * call. */
#ifndef CLIMACAST_TESTS_CHAIN_CASE_H
#define CLIMACAST_TESTS_CHAIN_CASE_H

#include "certs/anchors.h"
#include "certs/chain.h"
#include "server/base/clock.h"
#include "tests/test.h"
#include "tests/unit/certs/pki.h"

/* A trusted root with an intermediate and a leaf, and a second root that is not trusted. */
static X509 *root, *root2, *middle, *leaf;
static struct anchors *anchors;

static inline struct anchors *anchors_of(X509 *cert)
{
    struct buf pem = BUF_INIT(1 << 16);
    struct anchors *a = NULL;

    pki_put(&pem, cert, NULL);
    CHECK_INT(anchors_parse(buf_str(&pem), "test", &a, NULL), ST_OK);
    buf_free(&pem);
    return a;
}

static inline struct pki_spec leaf_spec(void)
{
    return (struct pki_spec){ .name = "echo-api.amazon.com",
                              .key = PKI_LEAF,
                              .issuer = middle,
                              .signer = PKI_MIDDLE,
                              .san = PKI_ALEXA };
}

static inline struct pki_spec middle_spec(void)
{
    return (struct pki_spec){ .name = "Middle",
                              .key = PKI_MIDDLE,
                              .issuer = root,
                              .signer = PKI_ROOT,
                              .basic = "critical,CA:TRUE,pathlen:0" };
}

static inline int chain_case_set_up(void **state)
{
    (void)state;
    root = pki_root();
    root2 = pki_issue((struct pki_spec){ .name = "Other root", .key = PKI_ROOT2, .basic = PKI_CA });
    middle = pki_issue(middle_spec());
    leaf = pki_issue(leaf_spec());
    anchors = anchors_of(root);
    return 0;
}

static inline int chain_case_tear_down(void **state)
{
    (void)state;
    anchors_free(anchors);
    X509_free(root);
    X509_free(root2);
    X509_free(middle);
    X509_free(leaf);
    return 0;
}

static inline enum status validate_at(struct str pem, int64_t now, struct err *err)
{
    struct chain *chain = NULL;
    enum status st = chain_validate(pem, anchors, now, &chain, err);

    CHECK((st == ST_OK) == !!chain);
    chain_unref(chain);
    return st;
}

/* Validate a bundle of up to four certificates as of now: "" when valid, else the reason. */
static inline const char *verdict(X509 *a, X509 *b, X509 *c, X509 *d)
{
    static struct err err;
    struct buf pem = BUF_INIT(1 << 20);

    err = ERR_NONE;
    pki_put(&pem, a, b, c, d, NULL);
    enum status st = validate_at(buf_str(&pem), clock_wall_s(), &err);
    CHECK(st == ST_OK || st == ST_UNTRUSTED);
    CHECK((st == ST_OK) == (err.status == ST_OK));
    buf_free(&pem);
    return err.reason;
}

/* The same for a leaf of its own under the usual intermediate. */
static inline const char *leaf_verdict(struct pki_spec spec)
{
    X509 *own = pki_issue(spec);
    const char *reason = verdict(own, middle, NULL, NULL);

    X509_free(own);
    return reason;
}

/* The same for a leaf under an intermediate of its own. */
static inline const char *middle_verdict(struct pki_spec spec)
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

#endif
