/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/console.h -- the test console: a phrase or an intent in, what was understood,
 * request, response, card and speech out.
 *
 * A question takes the way of Alexa's requests from the envelope on, in this process and as a user
 * of its own; only the signature is left out, for the body is ours. Each form carries a token that
 * was drawn at start: who cannot read the page cannot send it. */
#ifndef CLIMACAST_SERVER_ADMIN_CONSOLE_H
#define CLIMACAST_SERVER_ADMIN_CONSOLE_H

#include "server/admin/admin_listener.h"
#include "server/base/err.h"
#include "server/pipeline.h"

struct console;

/* `pipeline` outlives it. ST_INVALID: there is no interaction model beside this program. */
enum status console_create(struct pipeline *pipeline, struct console **ret_console,
                           struct err *err);
void console_free(struct console *c); /* NULL allowed */

/* The page, and the answer when a form was sent. Waits as long as an answer takes; any thread, but
 * only a few at once are answered. */
void console_handle(struct console *c, const struct admin_request *request,
                    struct admin_response *page);

#endif
