/* SPDX-License-Identifier: Apache-2.0 */
/* certs/cert_info.c -- describes a certificate file. */
#include "certs/cert_info.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <string.h>

#include "certs/anchors.h"
#include "certs/pem.h"
#include "server/base/file.h"

enum { FILE_BYTES_MAX = 256 * 1024, CERTIFICATES_MAX = 10 };

/* Could Alexa reach a host of this name? */
static bool is_public(struct str name)
{
    return str_index(name, '.') < name.n && name.p[0] != '*' && !str_ends(name, STR(".local")) &&
           !str_ends(name, STR(".internal")) && !str_ends(name, STR(".localhost"));
}

static void read_names(X509 *leaf, struct cert_info *info)
{
    GENERAL_NAMES *names = X509_get_ext_d2i(leaf, NID_subject_alt_name, NULL, NULL);
    size_t used = 0;

    for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
        int type;
        const ASN1_IA5STRING *value =
            GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names, i), &type);
        if (type != GEN_DNS)
            continue;
        struct str name = { (const char *)ASN1_STRING_get0_data(value),
                            (size_t)ASN1_STRING_length(value) };
        if (name.n == 0 || memchr(name.p, '\0', name.n) || used + name.n + 3 > sizeof info->names)
            continue;
        used += (size_t)snprintf(info->names + used, sizeof info->names - used, "%s%.*s",
                                 used ? ", " : "", STR_ARG(name));
        if (!info->public_name[0] && is_public(name) && name.n < sizeof info->public_name)
            (void)snprintf(info->public_name, sizeof info->public_name, "%.*s", STR_ARG(name));
    }
    GENERAL_NAMES_free(names);
}

static void read_key(X509 *leaf, struct cert_info *info)
{
    EVP_PKEY *key = X509_get0_pubkey(leaf);
    char group[16] = "";
    size_t n;

    if (!key)
        (void)snprintf(info->key, sizeof info->key, "unknown");
    else if (EVP_PKEY_is_a(key, "EC") && EVP_PKEY_get_group_name(key, group, sizeof group, &n) == 1)
        (void)snprintf(info->key, sizeof info->key, "EC %s",
                       strcmp(group, "prime256v1") == 0  ? "P-256"
                       : strcmp(group, "secp384r1") == 0 ? "P-384"
                                                         : group);
    else
        (void)snprintf(info->key, sizeof info->key, "%.10s %d", EVP_PKEY_get0_type_name(key),
                       EVP_PKEY_get_bits(key));
}

static void match_host(X509 *leaf, const char *host, struct cert_info *info)
{
    const unsigned strict = X509_CHECK_FLAG_NEVER_CHECK_SUBJECT;

    if (!host[0])
        return;
    info->matches_host = X509_check_host(leaf, host, 0, strict, NULL) == 1;
    info->matches_wildcard =
        info->matches_host &&
        X509_check_host(leaf, host, 0, strict | X509_CHECK_FLAG_NO_WILDCARDS, NULL) != 1;
}

static void read_issuer(X509 *certificate, char *out, size_t size)
{
    char line[160] = "";

    X509_NAME_oneline(X509_get_issuer_name(certificate), line, sizeof line);
    (void)snprintf(out, size, "%s", line[0] == '/' ? line + 1 : line);
}

/* Whether the chain in the file leads to a root of the system. */
static enum status check_trust(pem_certs *certs, struct cert_info *info, struct err *err)
{
    struct anchors *anchors = NULL;
    X509_STORE *store = NULL;
    X509_STORE_CTX *ctx = X509_STORE_CTX_new();
    enum status st = anchors_open("system", &anchors, err);

    if (st == ST_OK)
        store = anchors_store(anchors);
    if (st == ST_OK &&
        (!store || !ctx || X509_STORE_CTX_init(ctx, store, sk_X509_value(certs, 0), certs) != 1))
        st = err_no_memory(err);
    if (st == ST_OK) {
        info->trusted = X509_verify_cert(ctx) == 1;
        if (!info->trusted) {
            X509 *last = X509_STORE_CTX_get_current_cert(ctx);
            char issuer[100] = "";
            read_issuer(last ? last : sk_X509_value(certs, 0), issuer, sizeof issuer);
            (void)snprintf(info->untrusted, sizeof info->untrusted, "%.80s (issuer: %s)",
                           X509_verify_cert_error_string(X509_STORE_CTX_get_error(ctx)), issuer);
        }
    }
    X509_STORE_CTX_free(ctx);
    X509_STORE_free(store);
    anchors_free(anchors);
    return st;
}

enum status cert_info_read(const char *certificate_path, const char *host, struct cert_info *ret,
                           struct err *err)
{
    struct cert_info info = { .count = 0 };
    struct buf pem = BUF_INIT(FILE_BYTES_MAX);
    pem_certs *certs = NULL;
    enum status st = file_read_regular(certificate_path, &pem, err);

    if (st == ST_OK) {
        st = pem_parse(buf_str(&pem), CERTIFICATES_MAX, &certs, err);
        if (st != ST_OK)
            err_context(err, "%s", certificate_path);
    }
    if (st == ST_OK) {
        X509 *leaf = sk_X509_value(certs, 0);
        info.count = sk_X509_num(certs);
        info.self_signed = X509_self_signed(leaf, 0) == 1;
        read_names(leaf, &info);
        read_key(leaf, &info);
        match_host(leaf, host[0] ? host : info.public_name, &info);
        read_issuer(leaf, info.issuer, sizeof info.issuer);
        if (!pem_time(X509_get0_notBefore(leaf), &info.not_before) ||
            !pem_time(X509_get0_notAfter(leaf), &info.not_after))
            st = err_set(err, ST_INVALID, "%s: the certificate's dates are malformed",
                         certificate_path);
    }
    if (st == ST_OK)
        st = check_trust(certs, &info, err);
    if (st == ST_OK)
        *ret = info;
    ERR_clear_error();
    pem_certs_free(certs);
    buf_free(&pem);
    return st;
}
