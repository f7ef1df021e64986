/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/json_node.h -- JSON as a list of values in the order of the text, and how to read it.
 *
 * Made by json_scan(). Behind an object stand its members, each as a name and a value; behind an
 * array its elements. All functions that read take NULL for a node that is missing. */
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
    const char *text; /* of a string its meaning; of anything else its bytes as they stand */
    uint32_t length;
    uint32_t span; /* nodes from this one to behind the last inside it */
    enum json_kind kind;
};

/* The member or element that a path names, as in json.h; NULL when missing or null. */
const struct json_node *json_node_at(const struct json_node *root, const char *path);
/* Its meaning when it is a string, else STR_NONE. */
struct str json_node_str(const struct json_node *root, const char *path);
bool json_node_is(const struct json_node *node, enum json_kind kind);
struct str json_node_text(const struct json_node *node); /* STR_NONE for NULL */

/* The first node inside an array or object, then the one behind `node` and all inside it; NULL at
 * the end. In an object every other node is a name. */
const struct json_node *json_node_first(const struct json_node *within);
const struct json_node *json_node_after(const struct json_node *within,
                                        const struct json_node *node);

#endif
