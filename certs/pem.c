/* SPDX-License-Identifier: Apache-2.0 */
/* certs/pem.c -- PEM text.
 *
 * OpenSSL's own readers skip blocks of other kinds in silence and forgive bytes behind a
 * certificate. Here a bundle is either what it says or refused: whoever hides something in it gains
 * nothing. */
#include "certs/pem.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *pem_openssl_error(void)
{
    unsigned long code = ERR_peek_last_error();
    const char *text = code ? ERR_reason_error_string(code) : NULL;

    ERR_clear_error();
    return text ? text : "unreadable";
}

static enum status file_error(struct err *err, const char *path, int code)
{
    enum status st = code == ENOENT ? ST_NOT_FOUND : code == EACCES ? ST_DENIED : ST_SYSTEM;

    return err_reason(err, st, st == ST_DENIED ? "unreadable" : "", "%s: %s", path, strerror(code));
}

static enum status read_all(int fd, const char *path, size_t size, struct buf *out, struct err *err)
{
    while (size > 0) {
        char *to = buf_reserve(out, size);
        if (!to)
            return err_set(err, ST_SYSTEM, "%s: out of memory", path);
        ssize_t n = read(fd, to, size);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return file_error(err, path, errno);
        if (n == 0) /* it shrank meanwhile: what was read is judged as it is */
            break;
        buf_grew(out, (size_t)n);
        size -= (size_t)n;
    }
    return ST_OK;
}

enum status pem_read_file(const char *path, struct buf *out, struct err *err)
{
    struct stat file;
    enum status st;
    /* Not to be held up by a named pipe. */
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

    if (fd < 0)
        return file_error(err, path, errno);
    if (fstat(fd, &file) != 0)
        st = file_error(err, path, errno);
    else if (!S_ISREG(file.st_mode))
        st = err_set(err, ST_INVALID, "%s: not a regular file", path);
    else if ((uintmax_t)file.st_size > out->max)
        st = err_set(err, ST_TOO_LARGE, "%s: larger than %zu bytes", path, out->max);
    else
        st = read_all(fd, path, (size_t)file.st_size, out, err);
    close(fd);
    return st;
}

/* One block as a certificate, or NULL with *ret_why. */
static X509 *block_certificate(const char *name, const char *header, const unsigned char *data,
                               long length, const char **ret_why)
{
    const unsigned char *p = data;
    X509 *cert = NULL;

    if (strcmp(name, PEM_STRING_X509) != 0 || header[0] != '\0') {
        *ret_why = "holds something that is no certificate";
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

/* Take the next block off `bio` and put its certificate on `certs`. ST_MISS: no further block. */
static enum status next_certificate(BIO *bio, int most, certificates *certs, struct err *err)
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
    if (sk_X509_num(certs) >= most)
        st = err_set(err, ST_INVALID, "PEM text holds more than %d certificates", most);
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

enum status pem_certificates(struct str pem, int most, certificates **ret_certs, struct err *err)
{
    certificates *certs = sk_X509_new_null();
    BIO *bio = pem.n <= INT32_MAX ? BIO_new_mem_buf(pem.p ? pem.p : "", (int)pem.n) : NULL;
    enum status st = ST_OK;

    if (!certs || !bio) {
        st = err_no_memory(err);
        goto out;
    }
    do
        st = next_certificate(bio, most, certs, err);
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
    pem_free(certs);
    return st;
}

void pem_free(certificates *certs)
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
