/* SPDX-License-Identifier: Apache-2.0 */
/* certs/tls.h -- our own certificate and key: judged when read, swapped whole, reread on demand.
 *
 * Holds the current pair as PEM text for whoever terminates TLS. A new pair is taken only when both
 * files parse, the key matches the leaf, and the leaf is valid now; otherwise the old pair stays.
 * Thread-safe. */
#ifndef CLIMACAST_CERTS_TLS_H
#define CLIMACAST_CERTS_TLS_H

#include <stdbool.h>
#include <stdint.h>

#include "server/base/err.h"

struct tls;

/* A pair, reference counted and unchanging. */
struct tls_pair {
    char *certificate_pem; /* leaf first, then intermediates */
    char *key_pem;         /* wiped when the last reference goes */
    int64_t not_after;     /* of the leaf, epoch seconds */
    char subject[128];     /* first DNS name of the leaf */
    uint64_t serial;       /* grows with every swap */
};

/* Read and judge; a pair that is no good is an error here (nothing is started with it). */
enum status tls_create(const char *certificate_path, const char *key_path, struct tls **ret_tls,
                       struct err *err);
void tls_free(struct tls *t);
/* The current pair; give it back with tls_pair_release(). Never NULL. */
const struct tls_pair *tls_current(struct tls *t);
void tls_pair_release(const struct tls_pair *p);
/* Read both files again. ST_OK: swapped; ST_MISS: the same as before; else err says why the old one
 * stays. */
enum status tls_reload(struct tls *t, struct err *err);
/* Have the files on disk changed (time, size, inode) since they were last read? Cheap: two stat
 * calls. */
bool tls_changed(struct tls *t);

#endif
