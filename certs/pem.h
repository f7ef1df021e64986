/* SPDX-License-Identifier: Apache-2.0 */
/* certs/pem.h -- PEM text to X.509 certificates, within bounds. Thread-safe. */
#ifndef CLIMACAST_CERTS_PEM_H
#define CLIMACAST_CERTS_PEM_H

#include <openssl/x509.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/base/err.h"
#include "server/base/str.h"

typedef STACK_OF(X509) pem_certs;

/* Parses all certificates in the text, in order: at least one and at most `max`. Text between
 * blocks is skipped; a block that is not a plain CERTIFICATE is an error. ST_INVALID, ST_SYSTEM.
 * Free the result with pem_certs_free(). */
enum status pem_parse(struct str pem, int max, pem_certs **ret_certs, struct err *err);
void pem_certs_free(pem_certs *certs); /* NULL allowed */

/* A certificate's date as epoch seconds; false when it is malformed. */
bool pem_time(const ASN1_TIME *t, int64_t *ret_t);

/* The text of the last OpenSSL error on this thread; empties the error queue. Never NULL. */
const char *pem_openssl_error(void);

#endif
