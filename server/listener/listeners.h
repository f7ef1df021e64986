/* SPDX-License-Identifier: Apache-2.0 */
/* server/listener/listeners.h -- the sockets of Alexa's listener: those that systemd passed, else
 * those of server.listen. To be called at startup, on one thread. */
#ifndef CLIMACAST_SERVER_LISTENER_LISTENERS_H
#define CLIMACAST_SERVER_LISTENER_LISTENERS_H

#include <stdbool.h>
#include <stddef.h>

#include "server/base/err.h"
#include "server/config/config.h"
#include "server/log/log.h"

enum { LISTENERS_MAX = 8 };

/* Open or inherit them. The caller closes them, also on an error. */
enum status listeners_open(const struct config *c, int fds[LISTENERS_MAX], size_t *ret_count,
                           bool *ret_inherited, struct err *err);
/* A line for each. */
void listeners_log(const struct config *c, const int *fds, size_t count, bool inherited,
                   struct log *log);
/* Is each of server.listen a unix socket? */
bool listeners_are_unix(const struct config *c);

#endif
