/* SPDX-License-Identifier: Apache-2.0 */
/* certs/pem.h -- PEM text: read from a file, and taken apart into certificates, within bounds. */
#ifndef CLIMACAST_CERTS_PEM_H
#define CLIMACAST_CERTS_PEM_H

#include <openssl/x509.h>
#include <stdint.h>

#include "server/base/err.h"
#include "server/base/str.h"

typedef STACK_OF(X509) certificates;

/* Read a regular file of at most out->max bytes. ST_NOT_FOUND, ST_DENIED, ST_TOO_LARGE, ST_INVALID
 * (no regular file) or ST_SYSTEM, with the path in err. */
enum status pem_read_file(const char *path, struct buf *out, struct err *err);

/* Every certificate of the text, in its order; at least one and at most `most`. Text between blocks
 * is passed over, a block that is not a plain CERTIFICATE is an error. ST_INVALID; free with
 * pem_free(). */
enum status pem_certificates(struct str pem, int most, certificates **ret_certs, struct err *err);
void pem_free(certificates *certs); /* NULL allowed */

/* Epoch seconds; false when the certificate's date is no date. */
bool pem_time(const ASN1_TIME *t, int64_t *ret_t);

/* What OpenSSL last complained of on this thread, in its words; its queue is empty after. */
const char *pem_openssl_error(void);

#endif
