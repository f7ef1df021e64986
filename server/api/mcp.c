/* SPDX-License-Identifier: Apache-2.0 */
/* server/api/mcp.c -- the methods of the protocol. */
#include "server/api/mcp.h"

#include "server/api/json_writer.h"
#include "server/api/jsonrpc.h"
#include "server/api/mcp_tools.h"

/* The newest last: the answer to a client that asks for an unknown one. */
static const char *const versions[] = { "2025-03-26", "2025-06-18", "2025-11-25", NULL };
static const char newest[] = "2025-11-25";

struct method_call {
    const struct mcp_request *request;
    const struct jsonrpc *message;
    const struct call *call;
    struct api_reply *reply;
    struct turn_log *log;
};

static void put_error(const struct method_call *m, int code, const char *message)
{
    m->reply->result = "rpc_error";
    jsonrpc_put_error(&m->reply->body, m->message->id, code, str_of(message));
}

/* ---- methods ---- */

static enum status run_initialize(const struct method_call *m)
{
    struct str version = json_node_str(m->message->params, "protocolVersion");
    struct json_writer w = { .out = &m->reply->body };

    if (version.n == 0) {
        put_error(m, JSONRPC_INVALID_PARAMS, "protocolVersion is missing");
        return ST_OK;
    }
    jsonrpc_put_head(&m->reply->body, m->message->id);
    json_writer_open(&w, NULL, '{');
    json_writer_text(&w, "protocolVersion",
                     str_is_one_of(version, versions) ? version : str_of(newest));
    json_writer_raw(&w, "capabilities", STR("{\"tools\":{\"listChanged\":false}}"));
    json_writer_open(&w, "serverInfo", '{');
    json_writer_text(&w, "name", STR("climacast"));
    json_writer_text(&w, "title", STR("Clima Cast"));
    json_writer_text(&w, "version", STR(CLIMACAST_VERSION));
    json_writer_close(&w, '}');
    json_writer_text(&w, "instructions",
                     STR("Weather of the United States from the National Weather Service. Name a "
                         "place as a town with its state, or by its ZIP code. Repeat the text of a "
                         "result as it is: it says what is not known."));
    json_writer_close(&w, '}');
    buf_putc(&m->reply->body, '}');
    return ST_OK;
}

static enum status run_ping(const struct method_call *m)
{
    jsonrpc_put_head(&m->reply->body, m->message->id);
    buf_putz(&m->reply->body, "{}}");
    return ST_OK;
}

static enum status run_list(const struct method_call *m)
{
    jsonrpc_put_head(&m->reply->body, m->message->id);
    mcp_tools_put_list(&m->reply->body);
    buf_putc(&m->reply->body, '}');
    return ST_OK;
}

/* {"content":[{"type":"text","text":...}],"structuredContent":{...},"isError":false} */
static void put_result(const struct method_call *m, const struct api_reply *inner)
{
    struct json_writer w = { .out = &m->reply->body };
    bool good = inner->status == 200;

    m->reply->result = inner->result;
    jsonrpc_put_head(&m->reply->body, m->message->id);
    json_writer_open(&w, NULL, '{');
    json_writer_open(&w, "content", '[');
    json_writer_open(&w, NULL, '{');
    json_writer_text(&w, "type", STR("text"));
    json_writer_text(&w, "text", buf_str(&inner->speech));
    json_writer_close(&w, '}');
    json_writer_close(&w, ']');
    if (good)
        json_writer_raw(&w, "structuredContent", buf_str(&inner->body));
    json_writer_truth(&w, "isError", !good);
    json_writer_close(&w, '}');
    buf_putc(&m->reply->body, '}');
}

static enum status run_call(const struct method_call *m)
{
    struct api_reply inner = API_REPLY_INIT;
    struct mcp_tool_call call = { .skill = m->request->skill,
                                  .model = m->request->model,
                                  .params = m->message->params,
                                  .call = m->call };
    struct buf fault = BUF_INIT(MCP_FAULT_MAX);
    enum status st = mcp_tools_call(&call, &inner, m->log, &fault);

    if (st == ST_INVALID)
        put_error(m, JSONRPC_INVALID_PARAMS, buf_z(&fault));
    else if (st == ST_OK)
        put_result(m, &inner);
    buf_free(&fault);
    api_reply_done(&inner);
    return st == ST_INVALID ? ST_OK : st;
}

static const struct {
    const char *name;
    enum status (*run)(const struct method_call *m);
} methods[] = {
    { "initialize", run_initialize },
    { "ping", run_ping },
    { "tools/list", run_list },
    { "tools/call", run_call },
};

static enum status run_method(const struct method_call *m)
{
    const struct json_node *params = m->message->params;

    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        if (!str_eqz(m->message->method, methods[i].name))
            continue;
        if (!params || json_node_is(params, JSON_KIND_OBJECT))
            return methods[i].run(m);
        put_error(m, JSONRPC_INVALID_PARAMS, "params is not an object");
        return ST_OK;
    }
    put_error(m, JSONRPC_METHOD_NOT_FOUND, "There is no such method.");
    return ST_OK;
}

/* ---- messages ---- */

static enum status refuse_message(struct api_reply *reply, const struct json_node *id, int code,
                                  const char *message)
{
    reply->status = 400;
    reply->result = "rpc_error";
    jsonrpc_put_error(&reply->body, id, code, str_of(message));
    return ST_OK;
}

enum status mcp_answer(const struct mcp_request *request, const struct call *call,
                       struct api_reply *reply, struct turn_log *ret_log)
{
    struct jsonrpc message;
    const struct method_call m = { request, &message, call, reply, ret_log };

    jsonrpc_read(request->body, call->arena, &message);
    if (request->version.n > 0 && !str_is_one_of(request->version, versions))
        return refuse_message(reply, message.id, JSONRPC_INVALID_REQUEST,
                              "This MCP-Protocol-Version is not supported: it can be 2025-03-26, "
                              "2025-06-18 or 2025-11-25.");
    switch (message.kind) {
    case JSONRPC_UNPARSABLE:
        return refuse_message(reply, NULL, JSONRPC_PARSE_ERROR, "This is not JSON.");
    case JSONRPC_INVALID:
        return refuse_message(reply, message.id, JSONRPC_INVALID_REQUEST,
                              "This is not a JSON-RPC 2.0 message; batches are not supported.");
    case JSONRPC_NOTIFICATION:
    case JSONRPC_RESPONSE:
        reply->status = 202;
        return ST_OK;
    case JSONRPC_REQUEST:
        break;
    }
    return run_method(&m);
}
