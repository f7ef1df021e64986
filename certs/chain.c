/* SPDX-License-Identifier: Apache-2.0 */
/* certs/chain.c -- from a PEM bundle to a key that may speak for Alexa.
 *
 * The leaf is found by what it is, not by where it stands: exactly one certificate of a bundle must
 * be no CA. So a bundle in another order is judged the same, and a body can never be checked with
 * an intermediate's key.
 *
 * OpenSSL judges a path well but does not look for one well: of two intermediates with one name, as
 * cross-signing makes them, it follows the first and does not come back. So when the whole bundle
 * gives no path, each path through it is offered by itself, a bounded number of times.
 *
 * The checks in their order: the leaf's dates, its name, its key, then the path. An expired or
 * misnamed certificate is thus told as that, even when its issuer is gone too. */
#include "certs/chain.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "certs/pem.h"

enum {
    CHAIN_SECURITY_LEVEL = 2, /* OpenSSL's: 112 bits, so RSA >= 2048, no SHA-1, no MD5 */
    CHAIN_PATHS_MAX = 64,     /* tried at most per bundle */
};

struct chain {
    atomic_int references;
    struct signature_key *key;
    int64_t not_before, not_after; /* of the whole path; both inclusive */
};

struct judging {
    certificates *bundle;
    X509 *leaf; /* borrowed from bundle */
    X509_STORE *store;
    int64_t now;
    int paths_left;
    int verdict;                   /* X509_V_OK, or the most telling fault so far */
    int64_t not_before, not_after; /* of the path that held */
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

/* Does basicConstraints say that it may sign certificates (or is it a root of the time before there
 * were any)? */
static bool is_ca(X509 *cert)
{
    int kind = X509_check_ca(cert);

    return kind == 1 || kind == 3;
}

static enum status find_leaf(struct judging *j, struct err *err)
{
    for (int i = 0; i < sk_X509_num(j->bundle); i++) {
        X509 *cert = sk_X509_value(j->bundle, i);
        if (is_ca(cert) || (j->leaf && X509_cmp(cert, j->leaf) == 0))
            continue;
        if (j->leaf)
            return untrusted(err, "more than one end-entity certificate");
        j->leaf = cert;
    }
    return j->leaf ? ST_OK : untrusted(err, "no end-entity certificate");
}

static enum status check_leaf(const struct judging *j, struct err *err)
{
    int64_t not_before, not_after;
    uint32_t usage = X509_get_key_usage(j->leaf); /* all bits set when it says nothing */
    enum status st;

    if (!pem_time(X509_get0_notBefore(j->leaf), &not_before) ||
        !pem_time(X509_get0_notAfter(j->leaf), &not_after))
        return untrusted(err, "the certificate's dates are malformed");
    st = check_dates(not_before, not_after, j->now, "the certificate", err);
    if (st != ST_OK)
        return st;
    if (X509_check_host(j->leaf, CHAIN_NAME, sizeof CHAIN_NAME - 1,
                        X509_CHECK_FLAG_NEVER_CHECK_SUBJECT | X509_CHECK_FLAG_NO_WILDCARDS,
                        NULL) != 1)
        return err_reason(err, ST_UNTRUSTED, "certificate_name",
                          "the certificate is not for " CHAIN_NAME);
    if (!(usage & KU_DIGITAL_SIGNATURE))
        return untrusted(err, "the certificate's key is not for signatures");
    return ST_OK;
}

/* The dates between which every certificate of a path is valid. */
static int weigh_path(certificates *path, int64_t *ret_not_before, int64_t *ret_not_after)
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

/* Let OpenSSL judge the leaf with these intermediates and nothing but the anchors as roots. */
static int judge_with(struct judging *j, certificates *intermediates)
{
    X509_STORE_CTX *ctx = X509_STORE_CTX_new();
    int verdict = X509_V_ERR_OUT_OF_MEM;

    if (!ctx || X509_STORE_CTX_init(ctx, j->store, j->leaf, intermediates) != 1)
        goto out;
    X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(ctx);
    X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_TRUSTED_FIRST);
    X509_VERIFY_PARAM_clear_flags(param, X509_V_FLAG_PARTIAL_CHAIN);
    X509_VERIFY_PARAM_set_auth_level(param, CHAIN_SECURITY_LEVEL);
    X509_VERIFY_PARAM_set_depth(param, CHAIN_CERTIFICATES_MAX);
    X509_VERIFY_PARAM_set_time(param, (time_t)j->now);
    if (X509_verify_cert(ctx) == 1)
        verdict = weigh_path(X509_STORE_CTX_get0_chain(ctx), &j->not_before, &j->not_after);
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

/* True when a path holds. Else the first fault is kept, but for one of dates, which tells more: a
 * path to an anchor is there. */
static bool try_path(struct judging *j, certificates *intermediates)
{
    if (j->paths_left-- <= 0)
        return false;
    int verdict = judge_with(j, intermediates);
    if (verdict == X509_V_OK || j->verdict == X509_V_ERR_UNSPECIFIED ||
        (is_date_fault(verdict) && !is_date_fault(j->verdict)))
        j->verdict = verdict;
    return verdict == X509_V_OK;
}

/* `path` holds the intermediates chosen so far, the last one nearest to the root. */
static bool search(struct judging *j, X509 *top, certificates *path)
{
    for (int i = 0; i < sk_X509_num(j->bundle) && j->paths_left > 0; i++) {
        X509 *next = sk_X509_value(j->bundle, i);
        if (!is_ca(next) || X509_NAME_cmp(X509_get_issuer_name(top), X509_get_subject_name(next)) ||
            sk_X509_find(path, next) >= 0)
            continue;
        if (!sk_X509_push(path, next))
            return false;
        if (try_path(j, path) || search(j, next, path))
            return true;
        (void)sk_X509_pop(path);
    }
    return false;
}

static enum status find_path(struct judging *j, struct err *err)
{
    bool found = try_path(j, j->bundle);

    if (!found) {
        certificates *path = sk_X509_new_null();
        found = path && (try_path(j, path) || search(j, j->leaf, path));
        sk_X509_free(path);
    }
    if (found)
        return ST_OK;
    return err_reason(err, ST_UNTRUSTED,
                      is_date_fault(j->verdict) ? "certificate_expired" : "certificate_untrusted",
                      "certificate chain: %s", X509_verify_cert_error_string(j->verdict));
}

/* Everything but the making of the result. */
static enum status judge(struct judging *j, struct err *err)
{
    enum status st = find_leaf(j, err);

    if (st == ST_OK)
        st = check_leaf(j, err);
    if (st == ST_OK)
        st = find_path(j, err);
    return st;
}

enum status chain_judge(struct str pem, const struct anchors *anchors, int64_t now,
                        struct chain **ret_chain, struct err *err)
{
    struct judging j = { .now = now,
                         .paths_left = CHAIN_PATHS_MAX,
                         .verdict = X509_V_ERR_UNSPECIFIED };
    struct err why = ERR_NONE;
    struct chain *chain = NULL;
    enum status st;

    if (pem.n > CHAIN_PEM_MAX)
        return untrusted(err, "too large");
    if (pem_certificates(pem, CHAIN_CERTIFICATES_MAX, &j.bundle, &why) != ST_OK)
        return untrusted(err, why.text);
    j.store = anchors_store(anchors);
    chain = calloc(1, sizeof *chain);
    if (!j.store || !chain) {
        st = err_reason(err, ST_UNAVAILABLE, "certificate_unavailable",
                        "the trust anchors cannot be read, or memory is out");
        goto out;
    }
    atomic_init(&chain->references, 1);
    st = judge(&j, err);
    if (st != ST_OK)
        goto out;
    st = signature_key_create(X509_get0_pubkey(j.leaf), &chain->key, err);
    if (st != ST_OK)
        goto out;
    chain->not_before = j.not_before;
    chain->not_after = j.not_after;
    *ret_chain = chain;
    chain = NULL; /* handed over */
out:
    chain_unref(chain);
    X509_STORE_free(j.store);
    pem_free(j.bundle);
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
