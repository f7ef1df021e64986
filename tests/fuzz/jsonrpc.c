/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/jsonrpc.c -- any body as a JSON-RPC message: what is answered is one JSON object with
 * the id that was sent. */
#include <stdlib.h>

#include "server/api/jsonrpc.h"
#include "server/base/json.h"
#include "server/base/json_scan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool condition)
{
    if (!condition)
        abort();
}

static void check_message(const struct jsonrpc *m)
{
    bool has_id = m->id;

    switch (m->kind) {
    case JSONRPC_REQUEST:
        must(has_id && m->method.n > 0);
        break;
    case JSONRPC_NOTIFICATION:
        must(!has_id && m->method.n > 0);
        break;
    case JSONRPC_RESPONSE:
        must(has_id && m->method.n == 0);
        break;
    case JSONRPC_UNPARSABLE:
        must(!has_id && m->method.n == 0 && !m->params);
        break;
    case JSONRPC_INVALID:
        break;
    }
    if (has_id)
        must(m->id->length <= JSONRPC_ID_MAX);
}

/* Only an object is a message: no batch. */
static void check_shape(const struct jsonrpc *m, struct str text)
{
    if (m->kind != JSONRPC_UNPARSABLE && m->kind != JSONRPC_INVALID)
        must(str_starts(str_trim(text), STR("{")));
}

/* The answer can be read again, and has the same id. */
static void check_answer(const struct jsonrpc *m, struct arena *arena)
{
    static const struct json_scan_rules rules = { .nodes_max = 100, .numbers = true };
    struct buf out = BUF_INIT(16 * 1024);
    const struct json_node *root = NULL, *id;
    struct err err = ERR_NONE;

    jsonrpc_put_error(&out, m->id, JSONRPC_INVALID_REQUEST, m->method);
    must(out.failed || json_scan_by(buf_str(&out), &rules, arena, &root, &err) == ST_OK);
    id = root ? json_node_at(root, "id") : NULL;
    if (root && m->id)
        must(id && id->kind == m->id->kind && str_eq(json_node_text(id), json_node_text(m->id)));
    buf_free(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *arena = arena_create(1 << 22);
    struct str text = { (const char *)data, size };
    struct jsonrpc message;

    if (!arena)
        return 0;
    jsonrpc_read(text, arena, &message);
    check_message(&message);
    check_shape(&message, text);
    if (message.method.n < 1000)
        check_answer(&message, arena);
    arena_free(arena);
    return 0;
}
