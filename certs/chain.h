/* SPDX-License-Identifier: Apache-2.0 */
/* certs/chain.h -- a certificate chain of Alexa's, judged: SPEC 3.1 step 2.
 *
 * Made from PEM text by one judgement, then unchanging and reference counted: what remains of it is
 * the leaf's key, ready to verify with, and the dates between which the whole path holds.
 * Thread-safe. */
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

/* Judge a bundle as of `now` (epoch seconds). On ST_OK *ret_chain is a reference, the caller's.
 * ST_UNTRUSTED with reason certificate_untrusted (malformed, no path to an anchor, a weak key or
 * digest, no single leaf), certificate_expired (or not valid yet), or certificate_name;
 * ST_SYSTEM. */
enum status chain_judge(struct str pem, const struct anchors *anchors, int64_t now,
                        struct chain **ret_chain, struct err *err);

/* The dates once more. ST_OK, or ST_UNTRUSTED with certificate_expired. */
enum status chain_check_dates(const struct chain *c, int64_t now, struct err *err);
const struct signature_key *chain_key(const struct chain *c);

struct chain *chain_ref(struct chain *c);
void chain_unref(struct chain *c); /* NULL allowed */

#endif
