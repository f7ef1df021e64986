/* SPDX-License-Identifier: Apache-2.0 */
/* certs/chain.h -- a validated certificate chain of Alexa's.
 *
 * A chain is made from PEM text that passes validation and is then immutable and reference counted.
 * It holds the leaf's key, ready to verify with, and the dates between which the whole path is
 * valid. Thread-safe. */
#ifndef CLIMACAST_CERTS_CHAIN_H
#define CLIMACAST_CERTS_CHAIN_H

#include <stdint.h>

#include "certs/anchors.h"
#include "certs/signature.h"
#include "server/base/err.h"
#include "server/base/str.h"

#define CHAIN_NAME "echo-api.amazon.com"

enum {
    CHAIN_PEM_MAX = 64 * 1024,
    CHAIN_CERTIFICATES_MAX = 10,
};

struct chain;

/* Validate a PEM bundle as of `now` (epoch seconds).
 *   ST_OK           *ret_chain is a new reference
 *   ST_UNTRUSTED    certificate_untrusted (malformed, no path to an anchor, a weak key or digest,
 *                   not exactly one leaf), certificate_expired (or not valid yet), certificate_name
 *   ST_UNAVAILABLE  certificate_unavailable: out of memory, or the anchors cannot be read */
enum status chain_validate(struct str pem, const struct anchors *anchors, int64_t now,
                           struct chain **ret_chain, struct err *err);

/* Check the dates again. ST_OK, or ST_UNTRUSTED with certificate_expired. */
enum status chain_check_dates(const struct chain *c, int64_t now, struct err *err);
const struct signature_key *chain_key(const struct chain *c); /* of the leaf; lives as long as c */

struct chain *chain_ref(struct chain *c);
void chain_unref(struct chain *c); /* NULL allowed */

#endif
