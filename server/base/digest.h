/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/digest.h -- SHA-256, HMAC-SHA-256, CRC-32, random bytes and wiping. Thread-safe. */
#ifndef CLIMACAST_SERVER_BASE_DIGEST_H
#define CLIMACAST_SERVER_BASE_DIGEST_H

#include <stddef.h>
#include <stdint.h>

#include "server/base/str.h"

enum { SHA256_BYTES = 32 };

void sha256(struct str data, uint8_t out[SHA256_BYTES]);
void sha256_hex(struct str data, char out[65]);
/* The same of data that comes in pieces. */
struct sha256_run;
struct sha256_run *sha256_begin(void); /* NULL: out of memory */
void sha256_add(struct sha256_run *run, struct str data);
void sha256_end_hex(struct sha256_run *run, char out[65]); /* frees `run` */
void hmac_sha256(struct str key, struct str data, uint8_t out[SHA256_BYTES]);
uint32_t crc32_of(struct str data);     /* IEEE, as x-amz-crc32 */
void random_bytes(void *out, size_t n); /* aborts when the system has none */
uint64_t random_u64(void);
void wipe(void *p, size_t n); /* not optimised away */
/* A short keyed hash that stands for an identifier in logs: 12 hex digits. The key is drawn once
 * per process. */
void id_hash(struct str id, char out[13]);

#endif
