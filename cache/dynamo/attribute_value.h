/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/attribute_value.h -- conversion between DynamoDB's typed attribute values and plain
 * JSON.
 *
 * An attribute value is a JSON object with one member, whose name is the type:
 *
 *     {"S": "text"}   {"N": "1.5"}   {"BOOL": true}   {"NULL": true}   {"M": {...}}   {"L": [...]}
 *
 * and, written only by other programs, {"B": base64}, {"SS": [...]}, {"NS": [...]}, {"BS": [...]}.
 * DynamoDB's numbers have up to 38 digits, JSON's 17, so a number keeps its text as long as it
 * stays an attribute value, and a change converts only what it changes: see
 * attribute_value_merge(). Pure functions; thread-safe. */
#ifndef CLIMACAST_CACHE_DYNAMO_ATTRIBUTE_VALUE_H
#define CLIMACAST_CACHE_DYNAMO_ATTRIBUTE_VALUE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/base/err.h"
#include "server/base/str.h"

enum { ATTRIBUTE_VALUE_NESTING_MAX = 40 }; /* DynamoDB itself allows 32 */

/* Converts an attribute value to plain JSON; *ret_json is a new reference. A set becomes an array,
 * bytes become their base64 text; a number becomes an integer if it is whole and fits into 64 bits,
 * else a real. ST_INVALID, reason "item_malformed": `value` is not an attribute value. */
enum status attribute_value_to_json(const json_t *value, json_t **ret_json, struct err *err);

/* Converts plain JSON to an attribute value; *ret_value is a new reference. ST_INVALID, reason
 * "number_range": a number that DynamoDB cannot store (from 1e126 up, or closer to 0 than
 * 1e-130). */
enum status attribute_value_from_json(const json_t *json, json_t **ret_value, struct err *err);

/* Does the same, but keeps every part of `old` (may be NULL) that already means the same as `json`,
 * so that long numbers, sets and bytes survive. The result shares these parts with `old`. */
enum status attribute_value_merge(json_t *old, const json_t *json, json_t **ret_value,
                                  struct err *err);

/* A member of a map, borrowed; NULL if there is none or `value` is not a map. */
json_t *attribute_value_member(const json_t *value, const char *name);
/* The members of a map, borrowed; NULL if `value` is not a map. */
json_t *attribute_value_members(const json_t *value);
/* Reads a whole number; false if `value` is anything else. */
bool attribute_value_integer(const json_t *value, int64_t *ret_integer);
struct str attribute_value_string(const json_t *value); /* STR_NONE if it is not a string */

/* New references; NULL when out of memory. */
json_t *attribute_value_make_string(struct str s);
json_t *attribute_value_make_integer(int64_t n);
json_t *attribute_value_make_map(json_t *members); /* takes ownership, even on failure */

/* The size of a value in bytes by DynamoDB's rules, or a little more, never less. */
size_t attribute_value_size(const json_t *value);
/* The bytes that a member adds to the size of its map. */
size_t attribute_value_member_size(struct str name, const json_t *value);

#endif
