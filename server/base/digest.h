/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/digest.h -- SHA-256, HMAC-SHA-256 and CRC-32. Thread-safe.
 *
 * OpenSSL allocates memory for every digest, so all but CRC-32 may run out of it: then they return
 * false, and the output is undefined. */
#ifndef CLIMACAST_SERVER_BASE_DIGEST_H
#define CLIMACAST_SERVER_BASE_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/base/err.h"
#include "server/base/str.h"

#define DIGEST_MAY_FAIL __attribute__((warn_unused_result))

enum { SHA256_BYTES = 32 };

/* Loads the algorithms, which the first digest does otherwise. Better done at the start, while
 * there is memory: OpenSSL does not survive an initialization that runs out of it. ST_SYSTEM:
 * OpenSSL does not have the algorithms. */
enum status digest_load(struct err *err);

DIGEST_MAY_FAIL bool digest_sha256(struct str data, uint8_t out[SHA256_BYTES]);
DIGEST_MAY_FAIL bool digest_sha256_hex(struct str data, char out[65]);
DIGEST_MAY_FAIL bool digest_hmac_sha256(struct str key, struct str data, uint8_t out[SHA256_BYTES]);
uint32_t digest_crc32(struct str data); /* IEEE, as in the header x-amz-crc32 */
/* A short keyed hash that stands for an identifier in log lines: 12 hex digits. Without a key of
 * one's own, the key is random and lasts as long as the process. */
void digest_log_id(struct str id, char out[13]);
/* Not thread-safe: to be called before digest_log_id(). */
void digest_set_log_key(const uint8_t key[SHA256_BYTES]);

/* ---- SHA-256 of data that comes in pieces ---- */

struct digest_stream;

struct digest_stream *digest_stream_create(void); /* NULL: out of memory */
void digest_stream_add(struct digest_stream *s, struct str data);
/* Writes the digest of everything added, and frees `s`. False when any step has failed. */
DIGEST_MAY_FAIL bool digest_stream_finish_hex(struct digest_stream *s, char out[65]);
void digest_stream_free(struct digest_stream *s); /* without a digest; NULL is allowed */

#endif
