/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/expression.h -- the expressions of one DynamoDB request, put together piece by
 * piece.
 *
 * Every attribute name and every value goes in by a placeholder, so nothing that comes from outside
 * is ever part of an expression's text. A path is attribute names from the item down, NULL at the
 * end. Conditions are joined by AND. What fails (memory, DynamoDB's bound of 4 KB) is kept and told
 * by expr_finish(). Not thread-safe. */
#ifndef CLIMACAST_CACHE_DYNAMO_EXPRESSION_H
#define CLIMACAST_CACHE_DYNAMO_EXPRESSION_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "server/base/err.h"
#include "server/base/str.h"

enum { EXPR_TEXT_MAX = 4096 };

struct expr {
    struct buf set, remove, add, condition, projection;
    json_t *names, *places; /* placeholder to name, and back */
    json_t *values;
    bool failed;
};

void expr_init(struct expr *e);
void expr_done(struct expr *e);

/* ---- what to do ---- */

void expr_project(struct expr *e, const char *const *path);
void expr_set(struct expr *e, const char *const *path, json_t *value); /* borrowed */
/* path = path + by: the number must be there. */
void expr_increase(struct expr *e, const char *const *path, int64_t by);
void expr_remove(struct expr *e, const char *const *path);
/* A number of the item itself, made when it is missing. */
void expr_add(struct expr *e, const char *name, int64_t by);

/* ---- on what condition ---- */

void expr_if_absent(struct expr *e, const char *const *path);
void expr_if_present(struct expr *e, const char *const *path);
/* It is exactly `value`. Small maps and lists are compared scalar by scalar, for not everything
 * that speaks DynamoDB's protocol compares them whole. */
void expr_if_is(struct expr *e, const char *const *path, json_t *value);
/* A number `order` ("<=", "<", "=") another. */
void expr_if_number(struct expr *e, const char *const *path, const char *order, int64_t number);
/* A map has as many members as the number at `count` says. */
void expr_if_counted(struct expr *e, const char *const *path, const char *const *count);
/* A map has `number` members. */
void expr_if_members(struct expr *e, const char *const *path, int64_t number);
/* The number of the item's attribute is missing or below `number`. */
void expr_if_below(struct expr *e, const char *name, int64_t number);

/* Put all of it into a request. ST_SYSTEM, ST_TOO_LARGE. */
enum status expr_finish(struct expr *e, json_t *request, struct err *err);
/* Is there anything to be changed? */
bool expr_changes(const struct expr *e);

#endif
