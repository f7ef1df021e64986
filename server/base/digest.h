/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/digest.h -- SHA-256, HMAC-SHA-256 and CRC-32. Thread-safe. */
#ifndef CLIMACAST_SERVER_BASE_DIGEST_H
#define CLIMACAST_SERVER_BASE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#include "server/base/str.h"

enum { SHA256_BYTES = 32 };

void digest_sha256(struct str data, uint8_t out[SHA256_BYTES]);
void digest_sha256_hex(struct str data, char out[65]);
void digest_hmac_sha256(struct str key, struct str data, uint8_t out[SHA256_BYTES]);
uint32_t digest_crc32(struct str data); /* IEEE, as in the header x-amz-crc32 */
/* A short keyed hash that stands for an identifier in log lines: 12 hex digits. The key is random
 * and lasts as long as the process. */
void digest_log_id(struct str id, char out[13]);

/* ---- SHA-256 of data that comes in pieces ---- */

struct digest_stream;

struct digest_stream *digest_stream_create(void); /* NULL: out of memory */
void digest_stream_add(struct digest_stream *s, struct str data);
/* Write the digest of everything added, and free `s`. */
void digest_stream_finish_hex(struct digest_stream *s, char out[65]);

#endif
