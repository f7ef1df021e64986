/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/json.h -- JSON from outside: parsed within bounds, read by path with typed getters.
 *
 * Paths are member names joined by dots ("context.System.user.userId"); a number selects an array
 * element ("values.0"). A getter reports a missing member, a null or a wrong type by its return
 * value; `root` may be NULL. Returned strings are borrowed from the tree. Pure, but jansson's
 * reference counts are not thread-safe: a tree belongs to one thread at a time. */
#ifndef CLIMACAST_SERVER_BASE_JSON_H
#define CLIMACAST_SERVER_BASE_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/base/err.h"
#include "server/base/str.h"

enum {
    JSON_DEPTH_MAX = 64,
};

/* Parse all of s. *ret_root is a new reference. ST_INVALID, with the position in err, for nesting
 * over JSON_DEPTH_MAX, NUL in strings, bad UTF-8, numbers that fit neither double nor int64 or have
 * over JSON_NUMBER_MAX characters, and, when `strict`, duplicate keys. ST_SYSTEM when out of
 * memory, which jansson's own json_loads() does not survive. */
enum status json_parse(struct str s, bool strict, json_t **ret_root, struct err *err);
/* The same, not strict, but strings may hold NULs. */
enum status json_parse_with_nul(struct str s, json_t **ret_root, struct err *err);
/* A shallow copy of an object; NULL when out of memory, which jansson's json_copy() may ignore. */
json_t *json_copy_object(json_t *object);
/* The value at the path, borrowed; NULL when missing or null. */
json_t *json_at(const json_t *root, const char *path);
struct str json_str(const json_t *root, const char *path); /* STR_NONE unless a string */
bool json_num(const json_t *root, const char *path, double *ret_value); /* finite numbers only */
bool json_int(const json_t *root, const char *path, int64_t *ret_value);
bool json_bool(const json_t *root, const char *path, bool fallback);
/* Append the tree as compact text; sets b->failed when it does not fit. Use this instead of
 * json_dumps(), which leaves out what it has no memory for (jansson 2.14). */
void json_put(struct buf *b, const json_t *root);
void json_put_sorted(struct buf *b, const json_t *root); /* the same, members by name */
/* Append s as a JSON string with quotes; invalid UTF-8 becomes U+FFFD. */
void json_put_string(struct buf *b, struct str s);
/* The same for people to read: characters without a glyph, such as those that control a terminal or
 * the direction of text, are escaped too. */
void json_put_visible_string(struct buf *b, struct str s);

#endif
