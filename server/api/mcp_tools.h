/* SPDX-License-Identifier: Apache-2.0 */
/* server/api/mcp_tools.h -- the tools of the MCP server: what they are called with, and which
 * question each asks. Thread-safe. */
#ifndef CLIMACAST_SERVER_API_MCP_TOOLS_H
#define CLIMACAST_SERVER_API_MCP_TOOLS_H

#include "intents/turn.h"
#include "server/api/api_reply.h"
#include "server/base/call.h"
#include "server/base/json_node.h"
#include "server/utterance/model.h"

enum { MCP_FAULT_MAX = 500 };

/* Appends {"tools": [...]}. */
void mcp_tools_put_list(struct buf *out);

struct mcp_tool_call {
    const struct skill *skill;
    const struct model *model;
    const struct json_node *params; /* {"name", "arguments"}; NULL when absent */
    const struct call *call;
};
/* ST_OK          the reply is that of the JSON API to the same question, or its error
 * ST_INVALID     unknown tool, or missing, unknown or wrong arguments; `fault` names them
 * ST_WOULD_WAIT  as dispatch() */
enum status mcp_tools_call(const struct mcp_tool_call *call, struct api_reply *reply,
                           struct turn_log *ret_log, struct buf *fault);

#endif
