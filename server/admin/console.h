/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/console.h -- the test console: type a phrase or pick an intent; see the intent and
 * its slots, the request, the response, the card and the speech.
 *
 * Requests take the same path as Alexa's after verification, in this process and as a separate
 * user. Each form carries a random token drawn at startup (CSRF protection): a site that cannot
 * read the page cannot submit it. */
#ifndef CLIMACAST_SERVER_ADMIN_CONSOLE_H
#define CLIMACAST_SERVER_ADMIN_CONSOLE_H

#include "server/admin/admin_listener.h"
#include "server/base/err.h"
#include "server/request/pipeline.h"

struct console;

/* `pipeline` must outlive the console. ST_INVALID when the interaction model cannot be found. */
enum status console_create(struct pipeline *pipeline, struct console **ret_console,
                           struct err *err);
void console_free(struct console *c); /* NULL is allowed */

/* Write the page, including the response if a form was submitted. Blocks until the request has been
 * answered. Thread-safe; responds with 503 while too many requests are running. */
void console_handle(struct console *c, const struct admin_request *request,
                    struct admin_response *response);

#endif
