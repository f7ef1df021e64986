/* SPDX-License-Identifier: Apache-2.0 */
/* certs/tls.h -- our own certificate and key: checked when read, replaced as a pair, reloaded on
 * demand.
 *
 * Holds the current pair as PEM text for the TLS server. A new pair replaces the old one only if
 * both files parse, the key matches the leaf, and the leaf is valid now. Thread-safe. */
#ifndef CLIMACAST_CERTS_TLS_H
#define CLIMACAST_CERTS_TLS_H

#include <stdbool.h>
#include <stdint.h>

#include "server/base/err.h"

struct tls;

/* A certificate and its key, immutable and reference counted. */
struct tls_pair {
    char *certificate_pem;         /* leaf first, then intermediates */
    char *key_pem;                 /* wiped with the last reference */
    int64_t not_before, not_after; /* of the leaf, epoch seconds */
    char subject[128];             /* first DNS name of the leaf */
    uint64_t serial;               /* grows with each new pair */
};

/* Read and check both files. An unusable pair is an error, since nothing can be served with it. */
enum status tls_create(const char *certificate_path, const char *key_path, struct tls **ret_tls,
                       struct err *err);
void tls_free(struct tls *t); /* NULL allowed */
/* The current pair, for the caller to tls_pair_release(). Never NULL. */
const struct tls_pair *tls_current(struct tls *t);
void tls_pair_release(const struct tls_pair *p);
/* Read both files again. ST_OK: there is a new pair; ST_MISS: nothing changed; else err says why
 * the old pair stays. */
enum status tls_reload(struct tls *t, struct err *err);
/* Whether the files (time, size, inode) have changed since they were last read. Two stat()
 * calls. */
bool tls_changed(struct tls *t);

#endif
