/* SPDX-License-Identifier: Apache-2.0 */
/* certs/anchors.c -- the root certificates that Alexa's chain may lead to.
 *
 * A chain is validated a few times a day, and the system's 140 roots take some four megabytes in
 * memory, so each validation makes a store and frees it afterwards. Where the system has a folder
 * of hashed names (as Debian does), that is used instead of the bundle file: OpenSSL then reads
 * only the one or two roots it needs. Updates of the system's roots take effect at the next
 * validation. A PEM file is read once, at start, and kept as text. */
#include "certs/anchors.h"

#include <dirent.h>
#include <openssl/err.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "certs/pem.h"
#include "server/base/file.h"

enum {
    ANCHORS_FILE_MAX = 4 * 1024 * 1024,
    ANCHORS_MAX = 1000,
};

/* Where systems that lack OpenSSL's own layout keep the bundle. */
static const char *const bundles[] = {
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
};

struct anchors {
    struct buf pem; /* the PEM file; empty when the system's roots are used, from these: */
    char *folder;   /* one or more folders of hashed names, separated by colons; or NULL */
    char *file;     /* a bundle; or NULL */
};

static bool is_readable(const char *path)
{
    return path && access(path, R_OK) == 0;
}

/* OpenSSL looks names up in a folder as eight hexadecimal digits, a dot, and a number. */
static bool is_hashed_name(const char *name)
{
    return strspn(name, "0123456789abcdef") == 8 && name[8] == '.' && name[9] >= '0' &&
           name[9] <= '9';
}

static bool has_hashed_names(const char *folder)
{
    DIR *dir = folder ? opendir(folder) : NULL;
    const struct dirent *entry;
    bool found = false;

    if (!dir)
        return false;
    while (!found && (entry = readdir(dir)))
        found = is_hashed_name(entry->d_name);
    closedir(dir);
    return found;
}

/* `folders` is a list separated by colons, as OpenSSL takes it. */
static bool any_has_hashed_names(const char *folders)
{
    struct str rest = str_of(folders), word;
    char folder[4096];

    while (str_split(&rest, ':', &word))
        if (word.n < sizeof folder) {
            snprintf(folder, sizeof folder, "%.*s", STR_ARG(word));
            if (has_hashed_names(folder))
                return true;
        }
    return false;
}

/* The bundle OpenSSL itself would use, the environment's first; else one of `bundles`. */
static const char *find_bundle(void)
{
    const char *named = getenv(X509_get_default_cert_file_env());

    if (is_readable(named))
        return named;
    if (is_readable(X509_get_default_cert_file()))
        return X509_get_default_cert_file();
    for (size_t i = 0; i < sizeof bundles / sizeof bundles[0]; i++)
        if (is_readable(bundles[i]))
            return bundles[i];
    return NULL;
}

static enum status find_system_roots(struct anchors *a, struct err *err)
{
    const char *file = find_bundle(), *folder = getenv(X509_get_default_cert_dir_env());

    if (!folder)
        folder = X509_get_default_cert_dir();
    if (!any_has_hashed_names(folder))
        folder = NULL;
    if (!folder && !file)
        return err_set(err, ST_INVALID,
                       "the system has no trusted roots: install the package ca-certificates, or "
                       "name a PEM file");
    /* Use the bundle only if the environment names it or there is nothing else. */
    if (folder && !getenv(X509_get_default_cert_file_env()))
        file = NULL;
    a->folder = folder ? strdup(folder) : NULL;
    a->file = file ? strdup(file) : NULL;
    if ((folder && !a->folder) || (file && !a->file))
        return err_no_memory(err);
    return ST_OK;
}

/* The text must hold certificates and nothing else. */
static enum status check_pem(struct str pem, const char *source, struct err *err)
{
    pem_certs *certs = NULL;
    struct err why = ERR_NONE;

    if (pem_parse(pem, ANCHORS_MAX, &certs, &why) != ST_OK)
        return err_set(err, ST_INVALID, "trust anchors %s: %s", source, why.text);
    pem_certs_free(certs);
    return ST_OK;
}

enum status anchors_parse(struct str pem, const char *source, struct anchors **ret_anchors,
                          struct err *err)
{
    struct anchors *a;
    enum status st = check_pem(pem, source, err);

    if (st != ST_OK)
        return st;
    a = calloc(1, sizeof *a);
    if (!a)
        return err_no_memory(err);
    a->pem = BUF_INIT(pem.n);
    buf_put(&a->pem, pem);
    if (a->pem.failed) {
        anchors_free(a);
        return err_no_memory(err);
    }
    *ret_anchors = a;
    return ST_OK;
}

static enum status open_system_roots(struct anchors **ret_anchors, struct err *err)
{
    struct anchors *a = calloc(1, sizeof *a);
    enum status st;

    if (!a)
        return err_no_memory(err);
    st = find_system_roots(a, err);
    if (st == ST_OK)
        *ret_anchors = a;
    else
        anchors_free(a);
    return st;
}

enum status anchors_open(const char *source, struct anchors **ret_anchors, struct err *err)
{
    struct buf pem = BUF_INIT(ANCHORS_FILE_MAX);
    struct err why = ERR_NONE;
    enum status st;

    if (strcmp(source, "system") == 0)
        return open_system_roots(ret_anchors, err);
    if (file_read_regular(source, &pem, &why) == ST_OK)
        st = anchors_parse(buf_str(&pem), source, ret_anchors, err);
    else
        st = err_set(err, ST_INVALID, "trust anchors %s", why.text);
    buf_free(&pem);
    return st;
}

void anchors_free(struct anchors *a)
{
    if (!a)
        return;
    buf_free(&a->pem);
    free(a->folder);
    free(a->file);
    free(a);
}

static bool add_pem(X509_STORE *store, struct str pem)
{
    pem_certs *certs = NULL;
    bool ok = pem_parse(pem, ANCHORS_MAX, &certs, NULL) == ST_OK;

    for (int i = 0; ok && i < sk_X509_num(certs); i++)
        ok = X509_STORE_add_cert(store, sk_X509_value(certs, i)) == 1;
    pem_certs_free(certs);
    return ok;
}

X509_STORE *anchors_store(const struct anchors *a)
{
    X509_STORE *store = X509_STORE_new();
    bool ok = store;

    if (ok && a->pem.n > 0)
        ok = add_pem(store, buf_str(&a->pem));
    if (ok && a->folder)
        ok = X509_STORE_load_path(store, a->folder) == 1;
    if (ok && a->file)
        ok = X509_STORE_load_file(store, a->file) == 1;
    ERR_clear_error();
    if (ok)
        return store;
    X509_STORE_free(store);
    return NULL;
}
