/* SPDX-License-Identifier: Apache-2.0 */
/* certs/anchors.h -- the root certificates that Alexa's chain may lead to: the system's, or those
 * in a PEM file.
 *
 * Immutable once opened, hence thread-safe. */
#ifndef CLIMACAST_CERTS_ANCHORS_H
#define CLIMACAST_CERTS_ANCHORS_H

#include <openssl/types.h>

#include "server/base/err.h"
#include "server/base/str.h"

struct anchors;

/* `source` is "system" or the path of a PEM file. ST_INVALID: it cannot be read or holds no
 * certificate. */
enum status anchors_open(const char *source, struct anchors **ret_anchors, struct err *err);
/* From PEM text; `source` names it in errors. */
enum status anchors_parse(struct str pem, const char *source, struct anchors **ret_anchors,
                          struct err *err);
void anchors_free(struct anchors *a); /* NULL allowed */

/* A new store with the anchors, for the caller to X509_STORE_free(). NULL: out of memory, or the
 * system's roots can no longer be read. */
X509_STORE *anchors_store(const struct anchors *a);

#endif
