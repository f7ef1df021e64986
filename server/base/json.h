/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/json.h -- JSON from outside: parsed within bounds, read by path with typed getters.
 *
 * Paths are member names joined by dots ("context.System.user.userId"), a number picks an array
 * element ("values.0"). A getter on a missing member, a null or a wrong type says so by its return
 * and never faults; `root` may be NULL. Strings returned are borrowed from the tree. */
#ifndef CLIMACAST_SERVER_BASE_JSON_H
#define CLIMACAST_SERVER_BASE_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/base/err.h"
#include "server/base/str.h"

enum {
    JSON_DEPTH_MAX = 64, /* checked before the parser recurses */
};

/* Parse the whole of s. Refuses duplicate keys (when `strict`), nesting over JSON_DEPTH_MAX, NUL in
 * strings, bad UTF-8, numbers no double or int64 can hold. ST_INVALID with a position in err;
 * *ret_root is a new reference. */
enum status json_parse(struct str s, bool strict, json_t **ret_root, struct err *err);
/* The member, borrowed; NULL when missing or null. */
json_t *json_at(const json_t *root, const char *path);
struct str json_str(const json_t *root, const char *path); /* STR_NONE unless a string */
bool json_num(const json_t *root, const char *path, double *ret_value); /* finite numbers only */
bool json_int(const json_t *root, const char *path, int64_t *ret_value);
bool json_bool(const json_t *root, const char *path, bool otherwise);
/* Compact text of a tree into b (sets b->failed when it does not fit). */
void json_put(struct buf *b, const json_t *root);
/* s as a JSON string with its quotes; invalid UTF-8 becomes U+FFFD. */
void json_put_string(struct buf *b, struct str s);

#endif
