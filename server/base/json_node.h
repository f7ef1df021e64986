/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/json_node.h -- JSON as a list of values in the order of the text, and how to read it.
 *
 * Made by json_scan(). An object is followed by its members, each a name and a value; an array by
 * its elements. All reading functions accept NULL for a missing node. Pure. */
#ifndef CLIMACAST_SERVER_BASE_JSON_NODE_H
#define CLIMACAST_SERVER_BASE_JSON_NODE_H

#include <stdbool.h>
#include <stdint.h>

#include "server/base/str.h"

enum json_kind {
    JSON_KIND_NULL,
    JSON_KIND_FALSE,
    JSON_KIND_TRUE,
    JSON_KIND_NUMBER,
    JSON_KIND_STRING,
    JSON_KIND_ARRAY,
    JSON_KIND_OBJECT,
};

struct json_node {
    const char *text; /* a string's decoded content; the raw bytes of anything else */
    uint32_t length;
    uint32_t span; /* number of nodes from this one through the last inside it */
    enum json_kind kind;
};

static inline bool json_node_is(const struct json_node *node, enum json_kind kind)
{
    return node && node->kind == kind;
}

static inline struct str json_node_text(const struct json_node *node) /* STR_NONE for NULL */
{
    return node ? (struct str){ node->text, node->length } : STR_NONE;
}

/* A member by its name, which may be null; NULL when there is none. */
const struct json_node *json_node_member(const struct json_node *object, struct str name);
/* The member or element at a path as in json.h; NULL when missing or null. */
const struct json_node *json_node_at(const struct json_node *root, const char *path);
/* Its content if it is a string, else STR_NONE. */
struct str json_node_str(const struct json_node *root, const char *path);
/* Its value if it is a number within the range of a double. */
bool json_node_number(const struct json_node *node, double *ret_value);
/* The same of the member or element at a path. */
bool json_node_num(const struct json_node *root, const char *path, double *ret_value);
/* Is there a member of that name, and is it null? */
bool json_node_is_null(const struct json_node *object, const char *name);

/* Iterate over an array or object: the first node inside, then the node after `node` and its
 * content; NULL at the end. In an object, names and values alternate. */
const struct json_node *json_node_first(const struct json_node *within);
const struct json_node *json_node_after(const struct json_node *within,
                                        const struct json_node *node);

#endif
