/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/json_document.h -- a JSON document that is read without a tree, and the memory for
 * its values. */
#ifndef CLIMACAST_SERVER_BASE_JSON_DOCUMENT_H
#define CLIMACAST_SERVER_BASE_JSON_DOCUMENT_H

#include "server/base/arena.h"
#include "server/base/json_node.h"
#include "server/base/json_scan.h"

struct json_document {
    struct arena *arena;
    const struct json_node *root; /* an object or array */
};

/* Reads all of `text`, which must outlive the document. Returns what json_scan_by() does; the
 * document must be closed whatever it returns. */
enum status json_document_open(struct str text, const struct json_scan_rules *rules,
                               struct json_document *ret_document, struct err *err);
void json_document_close(struct json_document *document);

#endif
