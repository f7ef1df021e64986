/* SPDX-License-Identifier: Apache-2.0 */
/* server/background.h -- what the daemon does on its own: keep places warm, bring counts together
 * with other instances, and take down how they grow. One thread, one thing at a time. */
#ifndef CLIMACAST_SERVER_BACKGROUND_H
#define CLIMACAST_SERVER_BACKGROUND_H

#include "server/admin/history.h"
#include "server/base/err.h"
#include "server/services.h"

struct background;

/* `parts` and `history` outlive it. */
enum status background_create(struct services *parts, struct history *history,
                              struct background **ret_background, struct err *err);
/* Wait for what is under way, bring what was counted to its place, end. NULL allowed. */
void background_free(struct background *b);

#endif
