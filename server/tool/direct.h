/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/direct.h -- the skill in this very process: no daemon, no TLS, no verification. */
#ifndef CLIMACAST_SERVER_TOOL_DIRECT_H
#define CLIMACAST_SERVER_TOOL_DIRECT_H

#include "server/base/err.h"
#include "server/base/str.h"
#include "server/config.h"

struct direct;

enum status direct_create(const struct config *config, struct direct **ret_direct, struct err *err);
void direct_free(struct direct *d); /* NULL allowed */

/* Answer one envelope with the response JSON. ST_INVALID: it is no envelope. */
enum status direct_answer(struct direct *d, struct str body, struct buf *out, struct err *err);

#endif
