/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/certs/pki.h -- makes certificates with any issuer, dates and extensions.
 *
 * Nothing is validated, because tests need bad certificates too. Keys are made once per process and
 * shared, because an RSA key takes a tenth of a second. */
#ifndef CLIMACAST_TESTS_PKI_H
#define CLIMACAST_TESTS_PKI_H

#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server/base/base64.h"
#include "server/base/clock.h"
#include "server/base/str.h"

#define PKI_CHECK(condition)                                                \
    do {                                                                    \
        if (!(condition)) {                                                 \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
            abort();                                                        \
        }                                                                   \
    } while (0)

enum pki_key {
    PKI_ROOT,
    PKI_ROOT2,
    PKI_MIDDLE,
    PKI_MIDDLE2,
    PKI_LEAF,
    PKI_LEAF2,
    PKI_SERVER,
    PKI_WEAK, /* RSA 1024 */
    PKI_EC,   /* P-256 */
    PKI_KEYS
};

/* In an emulator, an RSA key takes seconds: the folder $PKI_KEYS keeps those of other programs. */
static inline EVP_PKEY *pki_kept_key(const char *folder, enum pki_key which, unsigned bits)
{
    char path[400], fresh[420];
    FILE *file;
    EVP_PKEY *key;

    (void)snprintf(path, sizeof path, "%s/%d.pem", folder, (int)which);
    file = fopen(path, "r");
    if (file) {
        key = PEM_read_PrivateKey(file, NULL, NULL, NULL);
        (void)fclose(file);
        return key;
    }
    key = EVP_RSA_gen(bits);
    (void)snprintf(fresh, sizeof fresh, "%s.%d", path, (int)getpid());
    file = fopen(fresh, "w");
    PKI_CHECK(file && PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL) == 1);
    PKI_CHECK(fclose(file) == 0 && rename(fresh, path) == 0);
    return key;
}

static inline EVP_PKEY *pki_make_key(enum pki_key which)
{
    const char *folder = getenv("PKI_KEYS");
    unsigned bits = which == PKI_WEAK ? 1024 : 2048;

    if (which == PKI_EC || which == PKI_SERVER)
        return EVP_EC_gen("P-256");
    return folder ? pki_kept_key(folder, which, bits) : EVP_RSA_gen(bits);
}

static inline EVP_PKEY *pki_key(enum pki_key which)
{
    static EVP_PKEY *keys[PKI_KEYS];

    if (!keys[which])
        keys[which] = pki_make_key(which);
    PKI_CHECK(keys[which]);
    return keys[which];
}

enum { PKI_DAY = 86400 };

struct pki_spec {
    const char *name; /* common name, by which issuers are found */
    enum pki_key key;
    const X509 *issuer;    /* NULL: self-signed */
    enum pki_key signer;   /* the issuer's key; unused when self-signed */
    int from_s, to_s;      /* relative to now; both 0: from a day ago for 90 days */
    const char *basic;     /* basicConstraints, "" for none; NULL: "critical,CA:FALSE" */
    const char *usage;     /* keyUsage, "" for none; NULL: the usual one */
    const char *san;       /* subjectAltName, NULL for none */
    const char *digest;    /* NULL: SHA256 */
    bool critical_unknown; /* with an unknown critical extension */
    bool no_key_ids;       /* without subject and authority key identifiers */
};

#define PKI_CA "critical,CA:TRUE"
#define PKI_ALEXA "DNS:echo-api.amazon.com"

static inline void pki_extend(X509 *cert, X509V3_CTX *ctx, int nid, const char *value)
{
    X509_EXTENSION *ext = X509V3_EXT_conf_nid(NULL, ctx, nid, value);

    PKI_CHECK(ext && X509_add_ext(cert, ext, -1) == 1);
    X509_EXTENSION_free(ext);
}

static inline void pki_extend_unknown(X509 *cert)
{
    ASN1_OBJECT *oid = OBJ_txt2obj("1.3.6.1.4.1.55555.1", 1);
    ASN1_OCTET_STRING *data = ASN1_OCTET_STRING_new();

    PKI_CHECK(oid && data && ASN1_OCTET_STRING_set(data, (const unsigned char *)"\5\0", 2));
    X509_EXTENSION *ext = X509_EXTENSION_create_by_OBJ(NULL, oid, 1, data);
    PKI_CHECK(ext && X509_add_ext(cert, ext, -1) == 1);
    X509_EXTENSION_free(ext);
    ASN1_OCTET_STRING_free(data);
    ASN1_OBJECT_free(oid);
}

static inline X509 *pki_issue(struct pki_spec spec)
{
    static long serial = 1000;
    X509 *cert = X509_new();
    X509V3_CTX ctx;
    const X509 *issuer = spec.issuer ? spec.issuer : cert;
    EVP_PKEY *signer = pki_key(spec.issuer ? spec.signer : spec.key);
    const char *basic = spec.basic ? spec.basic : "critical,CA:FALSE";
    bool ca = strstr(basic, "CA:TRUE");
    X509_NAME *name = X509_NAME_new();

    PKI_CHECK(cert && name);
    if (spec.from_s == 0 && spec.to_s == 0) {
        spec.from_s = -PKI_DAY;
        spec.to_s = 90 * PKI_DAY;
    }
    X509_set_version(cert, X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(cert), serial++);
    X509_gmtime_adj(X509_getm_notBefore(cert), spec.from_s);
    X509_gmtime_adj(X509_getm_notAfter(cert), spec.to_s);
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8, (const unsigned char *)spec.name, -1, -1,
                               0);
    X509_set_subject_name(cert, name);
    X509_set_issuer_name(cert, spec.issuer ? X509_get_subject_name(spec.issuer) : name);
    X509_NAME_free(name);
    X509_set_pubkey(cert, pki_key(spec.key));

    X509V3_set_ctx(&ctx, (X509 *)(uintptr_t)issuer, cert, NULL, NULL, 0);
    if (basic[0] != '\0')
        pki_extend(cert, &ctx, NID_basic_constraints, basic);
    const char *usage = spec.usage ? spec.usage
                        : ca       ? "critical,keyCertSign,cRLSign"
                                   : "critical,digitalSignature,keyEncipherment";
    if (usage[0] != '\0')
        pki_extend(cert, &ctx, NID_key_usage, usage);
    if (!spec.no_key_ids) {
        pki_extend(cert, &ctx, NID_subject_key_identifier, "hash");
        if (spec.issuer && X509_get0_subject_key_id((X509 *)(uintptr_t)issuer))
            pki_extend(cert, &ctx, NID_authority_key_identifier, "keyid");
    }
    if (spec.san)
        pki_extend(cert, &ctx, NID_subject_alt_name, spec.san);
    if (spec.critical_unknown)
        pki_extend_unknown(cert);
    PKI_CHECK(X509_sign(cert, signer, EVP_get_digestbyname(spec.digest ? spec.digest : "SHA256")));
    return cert;
}

/* The usual root, and an intermediate that it has issued. */
static inline X509 *pki_root(void)
{
    return pki_issue((struct pki_spec){ .name = "Root", .key = PKI_ROOT, .basic = PKI_CA });
}

static inline X509 *pki_middle(X509 *root)
{
    return pki_issue((struct pki_spec){
        .name = "Middle", .key = PKI_MIDDLE, .issuer = root, .signer = PKI_ROOT, .basic = PKI_CA });
}

/* Append certificates, NULL at the end, to b as PEM. */
static inline void pki_put(struct buf *b, X509 *first, ...)
{
    va_list args;

    va_start(args, first);
    for (X509 *cert = first; cert; cert = va_arg(args, X509 *)) {
        BIO *bio = BIO_new(BIO_s_mem());
        char *text = NULL;
        PKI_CHECK(PEM_write_bio_X509(bio, cert) == 1);
        long n = BIO_get_mem_data(bio, &text);
        buf_put(b, (struct str){ text, (size_t)n });
        BIO_free(bio);
    }
    va_end(args);
    PKI_CHECK(!b->failed);
}

static inline void pki_put_key(struct buf *b, enum pki_key key, const char *passphrase)
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *text = NULL;

    PKI_CHECK(PEM_write_bio_PKCS8PrivateKey(bio, pki_key(key),
                                            passphrase ? EVP_aes_128_cbc() : NULL, passphrase,
                                            passphrase ? (int)strlen(passphrase) : 0, NULL, NULL));
    long n = BIO_get_mem_data(bio, &text);
    buf_put(b, (struct str){ text, (size_t)n });
    BIO_free(bio);
}

/* The base64 of an RSA PKCS#1 v1.5 signature. */
static inline void pki_sign(enum pki_key key, const char *digest, struct str body, struct buf *ret)
{
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    unsigned char bytes[1024];
    size_t n = sizeof bytes;

    PKI_CHECK(EVP_DigestSignInit(ctx, NULL, EVP_get_digestbyname(digest), NULL, pki_key(key)) == 1);
    PKI_CHECK(EVP_DigestSign(ctx, bytes, &n, (const unsigned char *)body.p, body.n) == 1);
    EVP_MD_CTX_free(ctx);
    base64_encode(ret, bytes, n);
}

/* ---- a temporary folder ---- */

struct pki_folder {
    char path[200];
};

static inline struct pki_folder pki_folder_make(void)
{
    struct pki_folder f;
    const char *tmp = getenv("TMPDIR");

    snprintf(f.path, sizeof f.path, "%s/climacast-certs-XXXXXX", tmp && tmp[0] ? tmp : "/tmp");
    PKI_CHECK(mkdtemp(f.path));
    return f;
}

static inline const char *pki_path(const struct pki_folder *f, const char *name, char out[300])
{
    snprintf(out, 300, "%s/%s", f->path, name);
    return out;
}

/* Replace a file by a new one, as renewal tools do. */
static inline void pki_write(const struct pki_folder *f, const char *name, struct str text)
{
    char path[300], fresh[300];

    pki_path(f, name, path);
    pki_path(f, "new", fresh);
    FILE *out = fopen(fresh, "wb");
    PKI_CHECK(out && fwrite(text.p ? text.p : "", 1, text.n, out) == text.n);
    PKI_CHECK(fclose(out) == 0 && rename(fresh, path) == 0);
}

static inline void pki_folder_remove(const struct pki_folder *f, const char *const *names)
{
    char path[300];

    for (; *names; names++)
        (void)unlink(pki_path(f, *names, path));
    PKI_CHECK(rmdir(f->path) == 0);
}

#endif
