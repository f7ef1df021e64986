/* SPDX-License-Identifier: Apache-2.0 */
/* server/api/mcp.h -- the MCP server at POST /mcp: JSON-RPC over Streamable HTTP, without sessions
 * and without a stream of its own. Thread-safe.
 *
 * See modelcontextprotocol.io, versions 2025-03-26, 2025-06-18 and 2025-11-25. */
#ifndef CLIMACAST_SERVER_API_MCP_H
#define CLIMACAST_SERVER_API_MCP_H

#include "intents/turn.h"
#include "server/api/api_reply.h"
#include "server/base/call.h"
#include "server/utterance/model.h"

struct mcp_request {
    const struct skill *skill;
    const struct model *model; /* of what can be said */
    struct str body;
    struct str version; /* header MCP-Protocol-Version; STR_NONE when absent */
};

/* ST_OK: the reply is set; ST_WOULD_WAIT: as dispatch(). */
enum status mcp_answer(const struct mcp_request *request, const struct call *call,
                       struct api_reply *reply, struct turn_log *ret_log);

#endif
