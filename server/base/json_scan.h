/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/json_scan.h -- reads JSON from outside without building a tree: one pass validates
 * all of it and lists its values (json_node.h).
 *
 * For request bodies, of which little is used. It accepts and refuses the same as a strict
 * json_parse(), which uses it, with one more bound: JSON_NODES_MAX values. It takes a fraction of
 * the time, because nothing is allocated per value and strings without escapes are not copied.
 * Pure. */
#ifndef CLIMACAST_SERVER_BASE_JSON_SCAN_H
#define CLIMACAST_SERVER_BASE_JSON_SCAN_H

#include "server/base/arena.h"
#include "server/base/err.h"
#include "server/base/json_node.h"
#include "server/base/str.h"

enum { JSON_NODES_MAX = 50000, JSON_NUMBER_MAX = 120 };

struct json_scan_rules {
    uint32_t nodes_max;
    bool duplicates; /* of names in an object are allowed */
    bool nul;        /* "\u0000" is allowed in values */
    bool numbers;    /* of any size and length are allowed */
};

/* Read all of `text`. The text and the arena must outlive the nodes. ST_INVALID, with what and
 * where in err; ST_SYSTEM when the arena is full. */
enum status json_scan(struct str text, struct arena *arena, const struct json_node **ret_root,
                      struct err *err);
/* The same by other rules. */
enum status json_scan_by(struct str text, const struct json_scan_rules *rules, struct arena *arena,
                         const struct json_node **ret_root, struct err *err);

#endif
