/* SPDX-License-Identifier: Apache-2.0 */
/* server/log/log_ids.h -- the key of the hashes that stand for users in the log
 * (digest_log_id()). */
#ifndef CLIMACAST_SERVER_LOG_LOG_IDS_H
#define CLIMACAST_SERVER_LOG_LOG_IDS_H

#include "server/config/config.h"

/* With alerts.enabled, the key is derived from the client secret, so that a user has the same hash
 * in the log of every daemon and in what `climacast alerts` prints, also after a restart.
 * Otherwise, or when the file cannot be read, it is random. Call it before the first user is
 * logged, while no other thread runs. */
void log_ids_choose_key(const struct config *c);

#endif
