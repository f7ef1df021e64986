/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/store_session.h -- the configured store, opened for a subcommand, beside a daemon
 * that may be running on it. */
#ifndef CLIMACAST_SERVER_TOOL_STORE_SESSION_H
#define CLIMACAST_SERVER_TOOL_STORE_SESSION_H

#include <stdbool.h>
#include <stdint.h>

#include "cache/store.h"
#include "server/base/err.h"
#include "server/base/http.h"
#include "server/config.h"

struct store_session {
    struct http *http;
    struct store *store;
    enum store_layout layout;
};

/* `create`: make what is missing, as far as the daemon would. ST_INVALID for the backend `memory`,
 * which lives in its daemon and nowhere else. */
enum status store_session_open(const struct config *config, bool create,
                               struct store_session *ret_session, struct err *err);
void store_session_close(struct store_session *o);

/* What is wrong with a table that store_describe() says not to be there as it must be. */
enum status store_session_table_error(const struct store_facts *facts, struct err *err);

/* A deadline for one call of the store: nobody waits for an answer here, so it is a generous
 * one. */
int64_t store_session_deadline(void);

#endif
