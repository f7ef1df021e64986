/* SPDX-License-Identifier: Apache-2.0 */
/* server/api/jsonrpc.h -- reads one JSON-RPC 2.0 message, and writes the frame of the answer. Pure.
 *
 * Batches are not read: the protocol that uses this has abolished them. */
#ifndef CLIMACAST_SERVER_API_JSONRPC_H
#define CLIMACAST_SERVER_API_JSONRPC_H

#include "server/base/arena.h"
#include "server/base/json_node.h"
#include "server/base/str.h"

enum jsonrpc_kind {
    JSONRPC_UNPARSABLE,   /* not JSON, or too deep */
    JSONRPC_INVALID,      /* JSON, but not a message; also a batch */
    JSONRPC_REQUEST,      /* wants an answer */
    JSONRPC_NOTIFICATION, /* wants none */
    JSONRPC_RESPONSE,     /* answers a request, which we never send */
};

enum {
    JSONRPC_PARSE_ERROR = -32700,
    JSONRPC_INVALID_REQUEST = -32600,
    JSONRPC_METHOD_NOT_FOUND = -32601,
    JSONRPC_INVALID_PARAMS = -32602,
    JSONRPC_ID_MAX = 1000, /* bytes of an id */
};

struct jsonrpc {
    enum jsonrpc_kind kind;
    const struct json_node *id; /* a string or a number; NULL when there is none */
    struct str method;
    const struct json_node *params; /* NULL when absent */
};

/* Reads a message; the text and the arena must outlive it. */
void jsonrpc_read(struct str text, struct arena *arena, struct jsonrpc *ret_message);

/* Appends {"jsonrpc":"2.0","id":...,"result": up to where the result begins; the caller appends it
 * and a closing brace. */
void jsonrpc_put_head(struct buf *out, const struct json_node *id);
/* Appends a whole answer with an error. */
void jsonrpc_put_error(struct buf *out, const struct json_node *id, int code, struct str message);

#endif
