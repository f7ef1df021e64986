/* SPDX-License-Identifier: Apache-2.0 */
/* cache/redis/record.h -- the format of the values stored in Redis.
 *
 *     entry       '1' ttl '\n' JSON
 *     document    '1' fetched_ms(13 digits) ' ' lifetime_s(6 digits) '\n'
 *                 etag '\n' last-modified '\n' body
 *
 * The first byte is the version of the format: a reader that does not know it treats the key as
 * missing. The first line of a document has a fixed length, so that a revalidation can overwrite it
 * in place (REDIS_PATCH_IF). Pure; thread-safe. */
#ifndef CLIMACAST_CACHE_REDIS_RECORD_H
#define CLIMACAST_CACHE_REDIS_RECORD_H

#include <stdbool.h>
#include <stdint.h>

#include "server/base/str.h"

enum { REDIS_RECORD_FRONT_BYTES = 22 }; /* of a document: the version and the first line */

void redis_record_put_entry(struct buf *b, int64_t ttl, struct str json);
/* Returns false for any other format. *ret_json is borrowed from `s`. */
bool redis_record_parse_entry(struct str s, int64_t *ret_ttl, struct str *ret_json);

struct redis_record_document {
    int64_t fetched_ms; /* wall clock: when it was fetched or revalidated */
    int64_t lifetime_s;
    struct str etag, last_modified; /* "" when there is none */
    struct str body;
};
void redis_record_put_document(struct buf *b, const struct redis_record_document *r);
/* Returns false for any other format. The texts are borrowed from `s`. */
bool redis_record_parse_document(struct str s, struct redis_record_document *ret_record);
/* The part of a document that a revalidation overwrites, and the part behind it that it
 * compares. */
void redis_record_put_front(struct buf *b, const struct redis_record_document *r);
void redis_record_put_validators(struct buf *b, const struct redis_record_document *r);

#endif
