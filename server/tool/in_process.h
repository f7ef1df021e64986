/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/in_process.h -- answers requests inside the tool: no daemon, no TLS, no
 * verification. */
#ifndef CLIMACAST_SERVER_TOOL_IN_PROCESS_H
#define CLIMACAST_SERVER_TOOL_IN_PROCESS_H

#include "server/base/err.h"
#include "server/base/str.h"
#include "server/config/config.h"

struct in_process;

enum status in_process_create(const struct config *config, struct in_process **ret_skill,
                              struct err *err);
void in_process_free(struct in_process *skill); /* NULL allowed */

/* Append the response JSON for one request envelope. ST_INVALID: `body` is not an envelope. */
enum status in_process_answer(struct in_process *skill, struct str body, struct buf *out,
                              struct err *err);

#endif
