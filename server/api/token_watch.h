/* SPDX-License-Identifier: Apache-2.0 */
/* server/api/token_watch.h -- which bearer tokens are valid, as the daemon knows it.
 *
 * The list is read from the store again when a request comes and it is older than TOKEN_WATCH_MS.
 * While the store is unreachable, the last list stays in force. Thread-safe. */
#ifndef CLIMACAST_SERVER_API_TOKEN_WATCH_H
#define CLIMACAST_SERVER_API_TOKEN_WATCH_H

#include "cache/api_tokens.h"
#include "server/base/err.h"
#include "server/base/str.h"

enum { TOKEN_WATCH_MS = 3000 };

struct token_watch;

/* `store` must outlive it. NULL: out of memory. */
struct token_watch *token_watch_create(struct store *store);
void token_watch_free(struct token_watch *w); /* NULL is allowed */

/* Is `text` a valid token?
 *   ST_OK           yes; its name is written to ret_name
 *   ST_DENIED       no
 *   ST_WOULD_WAIT   the list must be read, or the use of the token be noted, and the deadline is
 *                   NO_WAIT
 *   anything else   the list was never read, and cannot be read now */
enum status token_watch_check(struct token_watch *w, struct str text, int64_t deadline,
                              char ret_name[API_TOKEN_NAME_MAX + 1], struct err *err);

#endif
