/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/json_scan.h -- JSON from outside, read without a tree: one pass judges all of it and
 * lists its values (json_node.h).
 *
 * For what every request brings and little of which is looked at. It takes and refuses what a
 * strict json_parse() does, and has two bounds of its own: JSON_NODES_MAX values, and numbers of
 * JSON_NUMBER_MAX characters. It costs a tenth, for nothing is allocated value by value and a text
 * without escapes is not copied. */
#ifndef CLIMACAST_SERVER_BASE_JSON_SCAN_H
#define CLIMACAST_SERVER_BASE_JSON_SCAN_H

#include "server/base/arena.h"
#include "server/base/err.h"
#include "server/base/json_node.h"
#include "server/base/str.h"

enum { JSON_NODES_MAX = 50000, JSON_NUMBER_MAX = 120 };

/* Read the whole of `text`, which must outlive the nodes, as must the arena. ST_INVALID with what
 * and where in err; ST_SYSTEM: the arena is full. */
enum status json_scan(struct str text, struct arena *arena, const struct json_node **ret_root,
                      struct err *err);

#endif
