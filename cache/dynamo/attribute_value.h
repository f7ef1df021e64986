/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/attribute_value.h -- DynamoDB's typed attribute values, and the plain JSON that we
 * work with.
 *
 * An attribute value is a JSON object of one member that names its type: {"S": "text"}, {"N":
 * "1.5"}, {"BOOL": true}, {"NULL": true}, {"M": {...}}, {"L": [...]}, and for what other programs
 * write {"B"}, {"SS"}, {"NS"}, {"BS"}. A number's text is kept as it is for as long as it stays an
 * attribute value: JSON's numbers hold 17 digits, DynamoDB's 38. So what a change does not touch is
 * never taken through JSON (see attribute_value_merge()). Pure; thread-safe. */
#ifndef CLIMACAST_CACHE_DYNAMO_ATTRIBUTE_VALUE_H
#define CLIMACAST_CACHE_DYNAMO_ATTRIBUTE_VALUE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "server/base/err.h"
#include "server/base/str.h"

enum { ATTRIBUTE_VALUE_NESTING_MAX = 40 }; /* DynamoDB itself allows 32 */

/* Plain JSON of an attribute value; a new reference. A set becomes an array, bytes their base64
 * text; a whole number that fits is an integer, any other a real. ST_INVALID: not an attribute
 * value. */
enum status attribute_value_to_json(const json_t *value, json_t **ret_json, struct err *err);

/* The attribute value of plain JSON; a new reference. ST_INVALID: a number that DynamoDB cannot
 * hold (beyond 1e126, or closer to 0 than 1e-130). */
enum status attribute_value_from_json(const json_t *json, json_t **ret_value, struct err *err);

/* The same, but what equals the JSON of `old` (NULL: none) is taken from there as it is: the text
 * of its numbers, sets and bytes survive. The result shares members with `old`. */
enum status attribute_value_merge(json_t *old, const json_t *json, json_t **ret_value,
                                  struct err *err);

/* A member of a map value, borrowed; NULL when it is not there or `value` is no map. */
json_t *attribute_value_member(const json_t *value, const char *name);
/* The members of a map value, borrowed; NULL when it is no map. */
json_t *attribute_value_members(const json_t *value);
/* A whole number; false when it is something else. */
bool attribute_value_integer(const json_t *value, int64_t *ret_integer);
struct str attribute_value_string(const json_t *value); /* STR_NONE when it is no string */

/* New references; NULL: no memory. */
json_t *attribute_value_make_string(struct str s);
json_t *attribute_value_make_integer(int64_t n);
json_t *attribute_value_make_map(json_t *members); /* takes `members` over, in any case */

/* Bytes of a value as DynamoDB counts them, never too few. */
size_t attribute_value_size(const json_t *value);
/* Bytes that a member adds to the map it is in. */
size_t attribute_value_member_size(struct str name, const json_t *value);

#endif
