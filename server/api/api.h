/* SPDX-License-Identifier: Apache-2.0 */
/* server/api/api.h -- the skill's answers for programs, on api.listen: the JSON API at /v1/ and the
 * MCP server at /mcp.
 *
 * The figures are those of the spoken answers, never computed a second time. Requests are counted
 * and logged by endpoint and result, without user data. Created and freed on the main thread. */
#ifndef CLIMACAST_SERVER_API_API_H
#define CLIMACAST_SERVER_API_API_H

#include "server/base/err.h"
#include "server/services/services.h"

struct api;

/* Listen on api.listen; NULL in *ret_api when that is empty. `services` must outlive it. ST_INVALID
 * when the address is in use, or the interaction model cannot be found. */
enum status api_create(struct services *services, struct api **ret_api, struct err *err);
void api_free(struct api *a); /* NULL is allowed */

#endif
