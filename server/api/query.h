/* SPDX-License-Identifier: Apache-2.0 */
/* server/api/query.h -- the query string of a URL as named values. Pure. */
#ifndef CLIMACAST_SERVER_API_QUERY_H
#define CLIMACAST_SERVER_API_QUERY_H

#include <stdbool.h>
#include <stddef.h>

#include "server/base/arena.h"
#include "server/base/str.h"

enum { QUERY_MAX = 16 };

struct query_value {
    struct str name, value; /* decoded: UTF-8 without control characters */
};

struct query {
    struct query_value at[QUERY_MAX];
    size_t count;
};

/* Parses "q=weather%20in+boulder&units=us". False when an escape is malformed, something is not
 * UTF-8 or has control characters, there are more than QUERY_MAX values, or the arena is full.
 * Empty parts ("a=1&&b=2") are skipped. */
bool query_parse(struct str text, struct arena *arena, struct query *ret_query);
/* The first value of that name, trimmed; STR_NONE when there is none. */
struct str query_get(const struct query *q, const char *name);
bool query_has(const struct query *q, const char *name); /* also if it is empty */
/* A name that occurs twice, or is not in the list (NULL at its end); STR_NONE when all are fine. */
struct str query_repeated(const struct query *q);
struct str query_unknown(const struct query *q, const char *const *names);

#endif
