/* SPDX-License-Identifier: Apache-2.0 */
/* certs/tls.c -- our own certificate and key, read, checked and swapped.
 *
 * Renewal tools replace chain and key one after the other. A pair read in between does not match
 * and is refused; the old one is still served, and the second file's change makes tls_changed()
 * true again. The files' state is recorded before they are read, so a write in between counts as a
 * change.
 *
 * `lock` guards `current` and what was seen of the files. Readings are numbered, so of two
 * concurrent reloads the older one cannot replace the newer. A pair is immutable and freed with its
 * last reference. */
#include "certs/tls.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "certs/pem.h"
#include "server/base/clock.h"
#include "server/base/file.h"
#include "server/base/secret.h"

enum {
    CERTIFICATE_FILE_MAX = 256 * 1024,
    KEY_FILE_MAX = 64 * 1024,
    CERTIFICATES_MAX = 10,
};

/* `pair` is first, so that a pointer to it is a pointer to the whole. */
struct pair {
    struct tls_pair pair;
    atomic_int references;
    uint64_t reading; /* number of the reload that read it */
};

struct tls {
    char *certificate_path, *key_path;
    pthread_mutex_t lock;
    struct pair *current;
    struct stat certificate_seen, key_seen; /* all zero: the file was missing */
    uint64_t serial, readings;
};

/* ---- a pair ---- */

static void pair_unref(struct pair *p)
{
    if (!p || atomic_fetch_sub_explicit(&p->references, 1, memory_order_acq_rel) != 1)
        return;
    free(p->pair.certificate_pem);
    if (p->pair.key_pem)
        secret_wipe(p->pair.key_pem, strlen(p->pair.key_pem));
    free(p->pair.key_pem);
    free(p);
}

void tls_pair_release(const struct tls_pair *p)
{
    /* It is const only for borrowers. */
    pair_unref((struct pair *)(uintptr_t)p);
}

/* ---- checking a pair ---- */

/* Notes that the key is encrypted; OpenSSL would otherwise prompt on the terminal. */
static int note_encrypted(char *to, int size, int writing, void *encrypted)
{
    (void)to, (void)size, (void)writing;
    *(bool *)encrypted = true;
    return -1;
}

static enum status parse_key(struct str pem, const char *path, EVP_PKEY **ret_key, struct err *err)
{
    bool encrypted = false;
    BIO *bio = BIO_new_mem_buf(pem.p ? pem.p : "", (int)pem.n);
    EVP_PKEY *key = bio ? PEM_read_bio_PrivateKey(bio, NULL, note_encrypted, &encrypted) : NULL;

    BIO_free(bio);
    if (key) {
        ERR_clear_error();
        *ret_key = key;
        return ST_OK;
    }
    if (encrypted) {
        ERR_clear_error();
        return err_set(err, ST_INVALID, "%s: the key is encrypted; store it without a passphrase",
                       path);
    }
    return err_set(err, ST_INVALID, "%s: no readable private key (%s)", path, pem_openssl_error());
}

/* Each certificate must be followed by its issuer, because clients need not reorder them. */
static enum status check_order(pem_certs *certs, const char *path, struct err *err)
{
    for (int i = 0; i + 1 < sk_X509_num(certs); i++)
        if (X509_NAME_cmp(X509_get_issuer_name(sk_X509_value(certs, i)),
                          X509_get_subject_name(sk_X509_value(certs, i + 1))) != 0)
            return err_set(
                err, ST_INVALID,
                "%s: certificate %d is not signed by certificate %d; put the leaf first, "
                "then each issuer",
                path, i + 1, i + 2);
    return ST_OK;
}

static enum status check_match(pem_certs *certs, const EVP_PKEY *key, const struct tls *t,
                               struct err *err)
{
    for (int i = 0; i < sk_X509_num(certs); i++) {
        bool match = X509_check_private_key(sk_X509_value(certs, i), key) == 1;
        ERR_clear_error();
        if (match && i == 0)
            return ST_OK;
        if (match)
            return err_set(err, ST_INVALID,
                           "%s: the certificate of the key is number %d; it must be the first",
                           t->certificate_path, i + 1);
    }
    return err_set(err, ST_INVALID, "%s is not the key of the certificate in %s", t->key_path,
                   t->certificate_path);
}

static enum status check_leaf_dates(const X509 *leaf, const char *path, struct tls_pair *pair,
                                    struct err *err)
{
    int64_t not_before, not_after, now = clock_wall_s();

    if (!pem_time(X509_get0_notBefore(leaf), &not_before) ||
        !pem_time(X509_get0_notAfter(leaf), &not_after))
        return err_set(err, ST_INVALID, "%s: the certificate's dates are malformed", path);
    if (now < not_before)
        return err_set(err, ST_INVALID, "%s: the certificate is not valid for another %lld hours",
                       path, (long long)((not_before - now) / 3600 + 1));
    if (now > not_after)
        return err_reason(err, ST_INVALID, "our_certificate_expired",
                          "%s: the certificate expired %lld hours ago", path,
                          (long long)((now - not_after) / 3600 + 1));
    pair->not_before = not_before;
    pair->not_after = not_after;
    return ST_OK;
}

/* The first DNS name, or "". */
static void copy_subject(const X509 *leaf, char *out, size_t size)
{
    GENERAL_NAMES *names = X509_get_ext_d2i(leaf, NID_subject_alt_name, NULL, NULL);

    out[0] = '\0';
    for (int i = 0; i < sk_GENERAL_NAME_num(names) && out[0] == '\0'; i++) {
        int type;
        const ASN1_IA5STRING *name =
            GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names, i), &type);
        size_t n = type == GEN_DNS ? (size_t)ASN1_STRING_length(name) : 0;
        if (n == 0 || n >= size)
            continue;
        memcpy(out, ASN1_STRING_get0_data(name), n);
        out[n] = '\0';
    }
    GENERAL_NAMES_free(names);
    ERR_clear_error();
}

/* ST_OK when the pair can be served; *pair then has what the certificate says. */
static enum status check_pair(const struct tls *t, struct str certificate, struct str key_pem,
                              struct tls_pair *pair, struct err *err)
{
    pem_certs *certs = NULL;
    EVP_PKEY *key = NULL;
    enum status st = pem_parse(certificate, CERTIFICATES_MAX, &certs, err);

    if (st != ST_OK) {
        st = err_context(err, "%s", t->certificate_path);
        goto out;
    }
    st = parse_key(key_pem, t->key_path, &key, err);
    if (st == ST_OK)
        st = check_match(certs, key, t, err);
    if (st == ST_OK)
        st = check_order(certs, t->certificate_path, err);
    if (st == ST_OK)
        st = check_leaf_dates(sk_X509_value(certs, 0), t->certificate_path, pair, err);
    if (st == ST_OK)
        copy_subject(sk_X509_value(certs, 0), pair->subject, sizeof pair->subject);
out:
    EVP_PKEY_free(key);
    pem_certs_free(certs);
    return st;
}

/* ---- reading ---- */

static enum status read_text_file(const char *path, struct buf *out, struct err *err)
{
    enum status st = file_read_regular(path, out, err);

    if (st == ST_OK && memchr(buf_z(out), '\0', out->n))
        st = err_set(err, ST_INVALID, "%s: not a text file", path);
    return st;
}

static struct stat stat_or_zero(const char *path)
{
    struct stat seen = { 0 };

    return stat(path, &seen) == 0 ? seen : (struct stat){ 0 };
}

/* Record the files' state. Returns the number of this reading. */
static uint64_t record_seen(struct tls *t)
{
    struct stat certificate = stat_or_zero(t->certificate_path), key = stat_or_zero(t->key_path);
    uint64_t reading;

    pthread_mutex_lock(&t->lock);
    t->certificate_seen = certificate;
    t->key_seen = key;
    reading = ++t->readings;
    pthread_mutex_unlock(&t->lock);
    return reading;
}

static enum status read_pair(const struct tls *t, struct pair *pair, struct err *err)
{
    struct buf certificate = BUF_INIT(CERTIFICATE_FILE_MAX), key = BUF_INIT(KEY_FILE_MAX);
    enum status st = read_text_file(t->certificate_path, &certificate, err);

    if (st == ST_OK)
        st = read_text_file(t->key_path, &key, err);
    if (st == ST_OK)
        st = check_pair(t, buf_str(&certificate), buf_str(&key), &pair->pair, err);
    if (st == ST_OK) {
        pair->pair.certificate_pem = buf_take(&certificate, NULL);
        pair->pair.key_pem = buf_take(&key, NULL);
        if (!pair->pair.certificate_pem || !pair->pair.key_pem)
            st = err_no_memory(err);
    }
    if (key.p)
        secret_wipe(key.p, key.n);
    buf_free(&key);
    buf_free(&certificate);
    return st;
}

static bool same_file(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size &&
           a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec &&
           a->st_ctim.tv_sec == b->st_ctim.tv_sec && a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

static bool same_pair(const struct pair *a, const struct pair *b)
{
    return strcmp(a->pair.certificate_pem, b->pair.certificate_pem) == 0 &&
           strcmp(a->pair.key_pem, b->pair.key_pem) == 0;
}

/* ---- the current pair ---- */

enum status tls_create(const char *certificate_path, const char *key_path, struct tls **ret_tls,
                       struct err *err)
{
    struct tls *t = calloc(1, sizeof *t);
    enum status st;

    if (!t)
        return err_no_memory(err);
    if (pthread_mutex_init(&t->lock, NULL) != 0) {
        free(t);
        return err_no_memory(err);
    }
    t->certificate_path = strdup(certificate_path);
    t->key_path = strdup(key_path);
    if (!t->certificate_path || !t->key_path)
        st = err_no_memory(err);
    else
        st = tls_reload(t, err);
    if (st == ST_OK)
        *ret_tls = t;
    else
        tls_free(t);
    return st;
}

void tls_free(struct tls *t)
{
    if (!t)
        return;
    pair_unref(t->current);
    free(t->certificate_path);
    free(t->key_path);
    (void)pthread_mutex_destroy(&t->lock);
    free(t);
}

const struct tls_pair *tls_current(struct tls *t)
{
    pthread_mutex_lock(&t->lock);
    struct pair *p = t->current;
    atomic_fetch_add_explicit(&p->references, 1, memory_order_relaxed);
    pthread_mutex_unlock(&t->lock);
    return &p->pair;
}

/* Make `fresh` current. Returns the pair to release: the old one, or `fresh` itself when it is the
 * same or older. */
static struct pair *swap_pair(struct tls *t, struct pair *fresh)
{
    struct pair *old = t->current;

    if (old && (same_pair(old, fresh) || old->reading > fresh->reading))
        return fresh;
    fresh->pair.serial = ++t->serial;
    t->current = fresh;
    return old;
}

enum status tls_reload(struct tls *t, struct err *err)
{
    struct pair *fresh = calloc(1, sizeof *fresh), *old;
    enum status st;

    if (!fresh)
        return err_no_memory(err);
    atomic_init(&fresh->references, 1);
    fresh->reading = record_seen(t);
    st = read_pair(t, fresh, err);
    if (st != ST_OK) {
        pair_unref(fresh);
        return st;
    }
    pthread_mutex_lock(&t->lock);
    old = swap_pair(t, fresh);
    pthread_mutex_unlock(&t->lock);
    st = old == fresh ? ST_MISS : ST_OK;
    pair_unref(old);
    return st;
}

bool tls_changed(struct tls *t)
{
    struct stat certificate = stat_or_zero(t->certificate_path), key = stat_or_zero(t->key_path);
    bool changed;

    pthread_mutex_lock(&t->lock);
    changed = !same_file(&certificate, &t->certificate_seen) || !same_file(&key, &t->key_seen);
    pthread_mutex_unlock(&t->lock);
    return changed;
}
