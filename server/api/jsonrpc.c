/* SPDX-License-Identifier: Apache-2.0 */
/* server/api/jsonrpc.c -- reads and frames JSON-RPC messages. */
#include "server/api/jsonrpc.h"

#include "server/base/json.h"
#include "server/base/json_scan.h"

enum { NODES_MAX = 2000 };

/* A string or a number of reasonable length. */
static bool is_id(const struct json_node *id)
{
    return (json_node_is(id, JSON_KIND_STRING) || json_node_is(id, JSON_KIND_NUMBER)) &&
           id->length <= JSONRPC_ID_MAX;
}

/* The member, also if it is null; json_node_at() gives NULL then. */
static const struct json_node *member(const struct json_node *object, const char *name)
{
    const struct json_node *at = json_node_first(object);

    for (; at; at = json_node_after(object, at)) {
        const struct json_node *value = json_node_after(object, at);
        if (str_eqz(json_node_text(at), name))
            return value;
        at = value;
    }
    return NULL;
}

static enum jsonrpc_kind kind_of(const struct json_node *root, const struct jsonrpc *m)
{
    const struct json_node *id = member(root, "id");
    bool answers = member(root, "result") || member(root, "error");

    if (!str_eqz(json_node_str(root, "jsonrpc"), "2.0") || (id && !is_id(id)))
        return JSONRPC_INVALID;
    if (!member(root, "method"))
        return answers && id ? JSONRPC_RESPONSE : JSONRPC_INVALID;
    if (m->method.n == 0 || answers)
        return JSONRPC_INVALID;
    return id ? JSONRPC_REQUEST : JSONRPC_NOTIFICATION;
}

/* A number or a string is JSON, too, but the scanner wants an array or an object. */
static struct str in_array(struct str text, struct arena *arena)
{
    const struct str parts[] = { STR("["), text, STR("]") };

    return arena_join(arena, parts, sizeof parts / sizeof parts[0]);
}

void jsonrpc_read(struct str text, struct arena *arena, struct jsonrpc *ret_message)
{
    const struct json_scan_rules rules = { .nodes_max = NODES_MAX, .numbers = true };
    const struct json_node *list = NULL, *root;
    struct err ignored = ERR_NONE;
    struct jsonrpc *m = ret_message;

    *m = (struct jsonrpc){ .kind = JSONRPC_UNPARSABLE };
    if (json_scan_by(in_array(text, arena), &rules, arena, &list, &ignored) != ST_OK)
        return;
    root = json_node_first(list);
    if (!root || json_node_after(list, root))
        return;
    m->kind = JSONRPC_INVALID;
    if (!json_node_is(root, JSON_KIND_OBJECT))
        return;
    m->method = json_node_str(root, "method");
    m->params = member(root, "params");
    m->id = is_id(member(root, "id")) ? member(root, "id") : NULL;
    m->kind = kind_of(root, m);
}

static void put_id(struct buf *out, const struct json_node *id)
{
    buf_putz(out, "{\"jsonrpc\":\"2.0\",\"id\":");
    if (!id)
        buf_putz(out, "null");
    else if (json_node_is(id, JSON_KIND_STRING))
        json_put_string(out, json_node_text(id));
    else
        buf_put(out, json_node_text(id)); /* a number, as it was sent */
}

void jsonrpc_put_head(struct buf *out, const struct json_node *id)
{
    put_id(out, id);
    buf_putz(out, ",\"result\":");
}

void jsonrpc_put_error(struct buf *out, const struct json_node *id, int code, struct str message)
{
    put_id(out, id);
    buf_printf(out, ",\"error\":{\"code\":%d,\"message\":", code);
    json_put_string(out, message);
    buf_putz(out, "}}");
}
