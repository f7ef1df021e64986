/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/expression.h -- builds the update, condition and projection expressions of one
 * DynamoDB request.
 *
 * Every attribute name and every value is passed by placeholder, so no input ever becomes part of
 * an expression's text. A path is a list of attribute names from the item down, NULL at the end.
 * All conditions are joined by AND. Errors (out of memory, an expression above DynamoDB's limit of
 * 4 KB) are remembered and reported by dynamo_expression_finish(). Not thread-safe. */
#ifndef CLIMACAST_CACHE_DYNAMO_EXPRESSION_H
#define CLIMACAST_CACHE_DYNAMO_EXPRESSION_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/base/err.h"
#include "server/base/str.h"

enum { DYNAMO_EXPRESSION_TEXT_MAX = 4096 };

/* A path: DYNAMO_PATH("attributes", "ttl") is the member `ttl` of the map `attributes`. */
#define DYNAMO_PATH(...) ((const char *const[]){ __VA_ARGS__, NULL })

struct dynamo_expression {
    struct buf set, remove, add, condition, projection;
    json_t *names, *placeholders; /* placeholder to name, and name to placeholder */
    json_t *values;               /* placeholder to attribute value */
    bool failed;
};

void dynamo_expression_init(struct dynamo_expression *e);
void dynamo_expression_done(struct dynamo_expression *e);

/* ---- updates and projections ---- */

/* Return only this attribute, and others projected likewise; by default, the whole item. */
void dynamo_expression_project(struct dynamo_expression *e, const char *const *path);
void dynamo_expression_set(struct dynamo_expression *e, const char *const *path,
                           json_t *value); /* borrowed */
/* Adds `by` to a number, which must exist. */
void dynamo_expression_increase(struct dynamo_expression *e, const char *const *path, int64_t by);
void dynamo_expression_remove(struct dynamo_expression *e, const char *const *path);
/* Adds `by` to a number at the top level of the item, which is created if it is missing. */
void dynamo_expression_add(struct dynamo_expression *e, const char *name, int64_t by);

/* ---- conditions ---- */

void dynamo_expression_if_absent(struct dynamo_expression *e, const char *const *path);
void dynamo_expression_if_present(struct dynamo_expression *e, const char *const *path);
/* It equals `value`. Small maps and lists are compared scalar by scalar, because not every server
 * that implements DynamoDB's protocol can compare them as a whole. */
void dynamo_expression_if_equal(struct dynamo_expression *e, const char *const *path,
                                json_t *value);
/* A number compares to `number` by `order`: "<=", "<" or "=". */
void dynamo_expression_if_number(struct dynamo_expression *e, const char *const *path,
                                 const char *order, int64_t number);
/* The size of a map equals the number stored at `count`. */
void dynamo_expression_if_size_matches(struct dynamo_expression *e, const char *const *path,
                                       const char *const *count);
/* The size of a map is `number`. */
void dynamo_expression_if_size(struct dynamo_expression *e, const char *const *path,
                               int64_t number);
/* A number at the top level of the item is missing or less than `number`. */
void dynamo_expression_if_absent_or_below(struct dynamo_expression *e, const char *name,
                                          int64_t number);

/* Adds all expressions, names and values to `request`. ST_SYSTEM: out of memory; ST_TOO_LARGE: an
 * expression is longer than DynamoDB allows. */
enum status dynamo_expression_finish(struct dynamo_expression *e, json_t *request, struct err *err);
/* Does it update anything? */
bool dynamo_expression_has_update(const struct dynamo_expression *e);

#endif
