/* SPDX-License-Identifier: Apache-2.0 */
/* certs/anchors.h -- the roots that may sign Alexa's chain: the system's, or those of a PEM file.
 *
 * Unchanging once opened; thread-safe. */
#ifndef CLIMACAST_CERTS_ANCHORS_H
#define CLIMACAST_CERTS_ANCHORS_H

#include <openssl/x509_vfy.h>

#include "server/base/err.h"
#include "server/base/str.h"

struct anchors;

/* `source` is "system" or the path of a PEM file. ST_INVALID: it cannot be read or holds no
 * certificate. */
enum status anchors_open(const char *source, struct anchors **ret_anchors, struct err *err);
/* Those of a PEM text, for which `source` is a name in errors. */
enum status anchors_of_pem(struct str pem, const char *source, struct anchors **ret_anchors,
                           struct err *err);
void anchors_free(struct anchors *a); /* NULL allowed */

/* A new store holding them, the caller's to X509_STORE_free(); NULL when memory is out or the
 * system's roots cannot be read any more. */
X509_STORE *anchors_store(const struct anchors *a);

#endif
