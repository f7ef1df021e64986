/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/json_document.c -- a bounded arena for the values of a document. */
#include "server/base/json_document.h"

/* The scanner needs a node of 24 bytes for at least two bytes of text, and twice that while it
 * makes room for more. */
enum { ARENA_BYTES_PER_BYTE = 64, ARENA_BYTES_MIN = 64 * 1024 };

enum status json_document_open(struct str text, const struct json_scan_rules *rules,
                               struct json_document *ret_document, struct err *err)
{
    *ret_document = (struct json_document){
        .arena = arena_create(text.n * ARENA_BYTES_PER_BYTE + ARENA_BYTES_MIN),
    };
    if (!ret_document->arena)
        return err_no_memory(err);
    return json_scan_by(text, rules, ret_document->arena, &ret_document->root, err);
}

void json_document_close(struct json_document *document)
{
    arena_free(document->arena);
    *document = (struct json_document){ 0 };
}
