/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/expression.h -- the expressions of one DynamoDB request, put together piece by
 * piece.
 *
 * Every attribute name and every value goes in by a placeholder, so nothing that comes from outside
 * is ever part of an expression's text. A path is attribute names from the item down, NULL at the
 * end. Conditions are joined by AND. What fails (memory, DynamoDB's bound of 4 KB) is kept and told
 * by dynamo_expression_finish(). Not thread-safe. */
#ifndef CLIMACAST_CACHE_DYNAMO_EXPRESSION_H
#define CLIMACAST_CACHE_DYNAMO_EXPRESSION_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/base/err.h"
#include "server/base/str.h"

enum { DYNAMO_EXPRESSION_TEXT_MAX = 4096 };

struct dynamo_expression {
    struct buf set, remove, add, condition, projection;
    json_t *names, *places; /* placeholder to name, and back */
    json_t *values;
    bool failed;
};

void dynamo_expression_init(struct dynamo_expression *e);
void dynamo_expression_done(struct dynamo_expression *e);

/* ---- what to do ---- */

void dynamo_expression_project(struct dynamo_expression *e, const char *const *path);
void dynamo_expression_set(struct dynamo_expression *e, const char *const *path,
                           json_t *value); /* borrowed */
/* path = path + by: the number must be there. */
void dynamo_expression_increase(struct dynamo_expression *e, const char *const *path, int64_t by);
void dynamo_expression_remove(struct dynamo_expression *e, const char *const *path);
/* A number of the item itself, made when it is missing. */
void dynamo_expression_add(struct dynamo_expression *e, const char *name, int64_t by);

/* ---- on what condition ---- */

void dynamo_expression_if_absent(struct dynamo_expression *e, const char *const *path);
void dynamo_expression_if_present(struct dynamo_expression *e, const char *const *path);
/* It is exactly `value`. Small maps and lists are compared scalar by scalar, for not everything
 * that speaks DynamoDB's protocol compares them whole. */
void dynamo_expression_if_equal(struct dynamo_expression *e, const char *const *path,
                                json_t *value);
/* A number `order` ("<=", "<", "=") another. */
void dynamo_expression_if_number(struct dynamo_expression *e, const char *const *path,
                                 const char *order, int64_t number);
/* A map has as many members as the number at `count` says. */
void dynamo_expression_if_size_matches(struct dynamo_expression *e, const char *const *path,
                                       const char *const *count);
/* A map has `number` members. */
void dynamo_expression_if_size(struct dynamo_expression *e, const char *const *path,
                               int64_t number);
/* The number of the item's attribute is missing or below `number`. */
void dynamo_expression_if_absent_or_below(struct dynamo_expression *e, const char *name,
                                          int64_t number);

/* Put all of it into a request. ST_SYSTEM, ST_TOO_LARGE. */
enum status dynamo_expression_finish(struct dynamo_expression *e, json_t *request, struct err *err);
/* Is there anything to be changed? */
bool dynamo_expression_has_update(const struct dynamo_expression *e);

#endif
