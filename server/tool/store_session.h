/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/store_session.h -- the configured store, opened for one subcommand; a daemon may be
 * using it at the same time. */
#ifndef CLIMACAST_SERVER_TOOL_STORE_SESSION_H
#define CLIMACAST_SERVER_TOOL_STORE_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "cache/store.h"
#include "server/base/err.h"
#include "server/base/http.h"
#include "server/config/config.h"

struct store_session {
    struct http *http;
    struct store *store;
    enum store_layout layout;
};

/* Open the store. With `create`, create what is missing as the daemon would. ST_INVALID: the
 * backend is `memory`, which exists only inside a daemon. */
enum status store_session_open(const struct config *config, bool create,
                               struct store_session *ret_session, struct err *err);
void store_session_close(struct store_session *session); /* a zeroed one is allowed */

/* Set `err` for a table whose state, by store_describe(), is not STORE_READY. */
enum status store_session_table_error(const struct store_facts *facts, struct err *err);

/* A deadline for one store call, 60 s from now: no user of the skill is waiting. */
int64_t store_session_deadline(void);

#endif
