/* SPDX-License-Identifier: Apache-2.0 */
/* certs/chain.c -- validates a PEM bundle and keeps the leaf's key.
 *
 * The leaf is found by what it is, not by its position: exactly one certificate of the bundle must
 * not be a CA. So the order of a bundle does not matter, and a body can never be checked against an
 * intermediate's key.
 *
 * OpenSSL verifies a path well but does not search well: of two intermediates with the same name,
 * as cross-signing makes them, it follows the first and never backtracks. So when the whole bundle
 * gives no valid path, each path through it is tried on its own, a bounded number of times.
 *
 * Checks run in this order: the leaf's dates, name and key usage, then the path. So an expired or
 * misnamed certificate is reported as such even when its issuer is missing too. */
#include "certs/chain.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "certs/pem.h"

enum {
    CHAIN_SECURITY_LEVEL = 2, /* OpenSSL's: 112 bits, so RSA >= 2048, no SHA-1, no MD5 */
    CHAIN_PATHS_MAX = 64,     /* tried per bundle */
};

struct chain {
    atomic_int references;
    struct signature_key *key;
    int64_t not_before, not_after; /* of the whole path; both inclusive */
};

struct validation {
    pem_certs *bundle;
    X509 *leaf; /* borrowed from bundle */
    X509_STORE *store;
    int64_t now;
    int paths_left;
    int verdict;                   /* X509_V_OK, or the most informative fault so far */
    int64_t not_before, not_after; /* of the valid path */
};

static enum status untrusted(struct err *err, const char *why)
{
    return err_reason(err, ST_UNTRUSTED, "certificate_untrusted", "certificate chain: %s", why);
}

static enum status check_dates(int64_t not_before, int64_t not_after, int64_t now, const char *what,
                               struct err *err)
{
    if (now < not_before)
        return err_reason(err, ST_UNTRUSTED, "certificate_expired", "%s is not valid yet", what);
    if (now > not_after)
        return err_reason(err, ST_UNTRUSTED, "certificate_expired", "%s has expired", what);
    return ST_OK;
}

/* A CA by its basicConstraints, or a version 1 root, which has none. */
static bool is_ca(X509 *cert)
{
    int kind = X509_check_ca(cert);

    return kind == 1 || kind == 3;
}

static enum status find_leaf(struct validation *v, struct err *err)
{
    for (int i = 0; i < sk_X509_num(v->bundle); i++) {
        X509 *cert = sk_X509_value(v->bundle, i);
        if (is_ca(cert) || (v->leaf && X509_cmp(cert, v->leaf) == 0))
            continue;
        if (v->leaf)
            return untrusted(err, "more than one end-entity certificate");
        v->leaf = cert;
    }
    return v->leaf ? ST_OK : untrusted(err, "no end-entity certificate");
}

static enum status validate_leaf(const struct validation *v, struct err *err)
{
    int64_t not_before, not_after;
    uint32_t usage = X509_get_key_usage(v->leaf); /* all bits set when the extension is absent */
    enum status st;

    if (!pem_time(X509_get0_notBefore(v->leaf), &not_before) ||
        !pem_time(X509_get0_notAfter(v->leaf), &not_after))
        return untrusted(err, "the certificate's dates are malformed");
    st = check_dates(not_before, not_after, v->now, "the certificate", err);
    if (st != ST_OK)
        return st;
    if (X509_check_host(v->leaf, CHAIN_NAME, sizeof CHAIN_NAME - 1,
                        X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_WILDCARDS,
                        NULL) != 1)
        return err_reason(err, ST_UNTRUSTED, "certificate_name",
                          "the certificate is not for " CHAIN_NAME);
    if (!(usage & KU_DIGITAL_SIGNATURE))
        return untrusted(err, "the certificate's key is not for signatures");
    return ST_OK;
}

/* The dates between which every certificate of the path is valid. */
static int read_path_dates(pem_certs *path, int64_t *ret_not_before, int64_t *ret_not_after)
{
    int64_t not_before = INT64_MIN, not_after = INT64_MAX;

    for (int i = 0; i < sk_X509_num(path); i++) {
        X509 *cert = sk_X509_value(path, i);
        int64_t from, to;
        if (!pem_time(X509_get0_notBefore(cert), &from) || !pem_time(X509_get0_notAfter(cert), &to))
            return X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD;
        not_before = from > not_before ? from : not_before;
        not_after = to < not_after ? to : not_after;
    }
    *ret_not_before = not_before;
    *ret_not_after = not_after;
    return X509_V_OK;
}

/* Have OpenSSL verify the leaf with these intermediates and only the anchors as roots. */
static int verify_with(struct validation *v, pem_certs *intermediates)
{
    X509_STORE_CTX *ctx = X509_STORE_CTX_new();
    int verdict = X509_V_ERR_OUT_OF_MEM;

    if (!ctx || X509_STORE_CTX_init(ctx, v->store, v->leaf, intermediates) != 1)
        goto out;
    X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(ctx);
    X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_TRUSTED_FIRST);
    X509_VERIFY_PARAM_clear_flags(param, X509_V_FLAG_PARTIAL_CHAIN);
    X509_VERIFY_PARAM_set_auth_level(param, CHAIN_SECURITY_LEVEL);
    X509_VERIFY_PARAM_set_depth(param, CHAIN_CERTIFICATES_MAX);
    X509_VERIFY_PARAM_set_time(param, (time_t)v->now);
    if (X509_verify_cert(ctx) == 1)
        verdict = read_path_dates(X509_STORE_CTX_get0_chain(ctx), &v->not_before, &v->not_after);
    else if ((verdict = X509_STORE_CTX_get_error(ctx)) == X509_V_OK)
        verdict = X509_V_ERR_UNSPECIFIED;
out:
    X509_STORE_CTX_free(ctx);
    ERR_clear_error();
    return verdict;
}

static bool is_date_fault(int verdict)
{
    return verdict == X509_V_ERR_CERT_HAS_EXPIRED || verdict == X509_V_ERR_CERT_NOT_YET_VALID;
}

/* True when the path is valid. Otherwise the first fault is kept, but a date fault replaces it,
 * because it means that a path to an anchor exists. */
static bool try_path(struct validation *v, pem_certs *intermediates)
{
    if (v->paths_left-- <= 0)
        return false;
    int verdict = verify_with(v, intermediates);
    if (verdict == X509_V_OK || v->verdict == X509_V_ERR_UNSPECIFIED ||
        (is_date_fault(verdict) && !is_date_fault(v->verdict)))
        v->verdict = verdict;
    return verdict == X509_V_OK;
}

/* Depth-first search. `path` holds the intermediates chosen so far, the last one nearest the
 * root. */
static bool search_paths(struct validation *v, X509 *top, pem_certs *path)
{
    for (int i = 0; i < sk_X509_num(v->bundle) && v->paths_left > 0; i++) {
        X509 *next = sk_X509_value(v->bundle, i);
        if (!is_ca(next) || X509_NAME_cmp(X509_get_issuer_name(top), X509_get_subject_name(next)) ||
            sk_X509_find(path, next) >= 0)
            continue;
        if (!sk_X509_push(path, next))
            return false;
        if (try_path(v, path) || search_paths(v, next, path))
            return true;
        (void)sk_X509_pop(path);
    }
    return false;
}

static enum status validate_path(struct validation *v, struct err *err)
{
    bool found = try_path(v, v->bundle);

    if (!found) {
        pem_certs *path = sk_X509_new_null();
        found = path && (try_path(v, path) || search_paths(v, v->leaf, path));
        sk_X509_free(path);
    }
    if (found)
        return ST_OK;
    return err_reason(err, ST_UNTRUSTED,
                      is_date_fault(v->verdict) ? "certificate_expired" : "certificate_untrusted",
                      "certificate chain: %s", X509_verify_cert_error_string(v->verdict));
}

static enum status validate_bundle(struct validation *v, struct err *err)
{
    enum status st = find_leaf(v, err);

    if (st == ST_OK)
        st = validate_leaf(v, err);
    if (st == ST_OK)
        st = validate_path(v, err);
    return st;
}

enum status chain_validate(struct str pem, const struct anchors *anchors, int64_t now,
                           struct chain **ret_chain, struct err *err)
{
    struct validation v = { .now = now,
                            .paths_left = CHAIN_PATHS_MAX,
                            .verdict = X509_V_ERR_UNSPECIFIED };
    struct err why = ERR_NONE;
    struct chain *chain = NULL;
    enum status st;

    if (pem.n > CHAIN_PEM_MAX)
        return untrusted(err, "too large");
    if (pem_parse(pem, CHAIN_CERTIFICATES_MAX, &v.bundle, &why) != ST_OK)
        return untrusted(err, why.text);
    v.store = anchors_store(anchors);
    chain = calloc(1, sizeof *chain);
    if (!v.store || !chain) {
        st = err_reason(err, ST_UNAVAILABLE, "certificate_unavailable",
                        "the trust anchors cannot be read, or out of memory");
        goto out;
    }
    atomic_init(&chain->references, 1);
    st = validate_bundle(&v, err);
    if (st != ST_OK)
        goto out;
    st = signature_key_create(X509_get0_pubkey(v.leaf), &chain->key, err);
    if (st != ST_OK)
        goto out;
    chain->not_before = v.not_before;
    chain->not_after = v.not_after;
    *ret_chain = chain;
    chain = NULL; /* handed over */
out:
    chain_unref(chain);
    X509_STORE_free(v.store);
    pem_certs_free(v.bundle);
    ERR_clear_error();
    return st;
}

enum status chain_check_dates(const struct chain *c, int64_t now, struct err *err)
{
    return check_dates(c->not_before, c->not_after, now, "the certificate chain", err);
}

const struct signature_key *chain_key(const struct chain *c)
{
    return c->key;
}

struct chain *chain_ref(struct chain *c)
{
    atomic_fetch_add_explicit(&c->references, 1, memory_order_relaxed);
    return c;
}

void chain_unref(struct chain *c)
{
    if (!c || atomic_fetch_sub_explicit(&c->references, 1, memory_order_acq_rel) != 1)
        return;
    signature_key_free(c->key);
    free(c);
}
