/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/siphash.h -- SipHash-2-4, by Aumasson and Bernstein: a hash of short texts, with a
 * key.
 *
 * Without the key, nobody can predict hashes or find two texts with the same one. Pure. */
#ifndef CLIMACAST_SERVER_BASE_SIPHASH_H
#define CLIMACAST_SERVER_BASE_SIPHASH_H

#include <stdint.h>

#include "server/base/str.h"

struct siphash_key {
    uint64_t words[2]; /* the 16 bytes of the key, in little-endian order */
};

void siphash_key_create(struct siphash_key *ret_key); /* a random one */
uint64_t siphash(const struct siphash_key *key, struct str s);

#endif
