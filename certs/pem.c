/* SPDX-License-Identifier: Apache-2.0 */
/* certs/pem.c -- PEM text to X.509 certificates.
 *
 * OpenSSL's own readers silently skip blocks of other kinds and ignore bytes after a certificate.
 * This parser refuses such a bundle, so that nothing can hide in one. */
#include "certs/pem.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <string.h>

const char *pem_openssl_error(void)
{
    unsigned long code = ERR_peek_last_error();
    const char *text = code ? ERR_reason_error_string(code) : NULL;

    ERR_clear_error();
    return text ? text : "unreadable";
}

/* The certificate in one block; NULL with *ret_why when it holds none. */
static X509 *block_certificate(const char *name, const char *header, const unsigned char *data,
                               long length, const char **ret_why)
{
    const unsigned char *p = data;
    X509 *cert = NULL;

    if (strcmp(name, PEM_STRING_X509) != 0 || header[0] != '\0') {
        *ret_why = "holds something other than certificates";
        return NULL;
    }
    cert = d2i_X509(NULL, &p, length);
    if (!cert || p != data + length) {
        *ret_why = "holds a malformed certificate";
        X509_free(cert);
        return NULL;
    }
    return cert;
}

/* Read the next block of `bio` and append its certificate. ST_MISS: there are no more blocks. */
static enum status next_certificate(BIO *bio, int max, pem_certs *certs, struct err *err)
{
    char *name = NULL, *header = NULL;
    unsigned char *data = NULL;
    long length = 0;
    const char *why = NULL;
    X509 *cert = NULL;
    enum status st = ST_OK;

    if (!PEM_read_bio(bio, &name, &header, &data, &length)) {
        unsigned long code = ERR_peek_last_error();
        ERR_clear_error();
        if (ERR_GET_LIB(code) == ERR_LIB_PEM && ERR_GET_REASON(code) == PEM_R_NO_START_LINE)
            return ST_MISS;
        return err_set(err, ST_INVALID, "PEM text is malformed");
    }
    if (sk_X509_num(certs) >= max)
        st = err_set(err, ST_INVALID, "PEM text holds more than %d certificates", max);
    else if (!(cert = block_certificate(name, header, data, length, &why)))
        st = err_set(err, ST_INVALID, "PEM text %s", why);
    else if (!sk_X509_push(certs, cert))
        st = err_no_memory(err);
    else
        cert = NULL; /* handed over */
    X509_free(cert);
    OPENSSL_free(name);
    OPENSSL_free(header);
    OPENSSL_free(data);
    ERR_clear_error();
    return st;
}

enum status pem_parse(struct str pem, int max, pem_certs **ret_certs, struct err *err)
{
    pem_certs *certs = sk_X509_new_null();
    BIO *bio = pem.n <= INT32_MAX ? BIO_new_mem_buf(pem.p ? pem.p : "", (int)pem.n) : NULL;
    enum status st = ST_OK;

    if (!certs || !bio) {
        st = err_no_memory(err);
        goto out;
    }
    do
        st = next_certificate(bio, max, certs, err);
    while (st == ST_OK);
    if (st != ST_MISS)
        goto out;
    if (sk_X509_num(certs) == 0) {
        st = err_set(err, ST_INVALID, "PEM text holds no certificate");
        goto out;
    }
    st = ST_OK;
    *ret_certs = certs;
    certs = NULL; /* handed over */
out:
    BIO_free(bio);
    pem_certs_free(certs);
    return st;
}

void pem_certs_free(pem_certs *certs)
{
    sk_X509_pop_free(certs, X509_free);
}

bool pem_time(const ASN1_TIME *t, int64_t *ret_t)
{
    ASN1_TIME *epoch = ASN1_TIME_set(NULL, 0);
    int days = 0, seconds = 0;
    bool ok = epoch && t && ASN1_TIME_diff(&days, &seconds, epoch, t) == 1;

    ASN1_TIME_free(epoch);
    ERR_clear_error();
    if (ok)
        *ret_t = (int64_t)days * 86400 + seconds;
    return ok;
}
