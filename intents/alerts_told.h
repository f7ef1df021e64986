/* SPDX-License-Identifier: Apache-2.0 */
/* intents/alerts_told.h -- alerts since the user last asked: "Since this morning: ..." */
#ifndef CLIMACAST_INTENTS_ALERTS_TOLD_H
#define CLIMACAST_INTENTS_ALERTS_TOLD_H

#include <stddef.h>

#include "cache/alerts/alert_log.h"
#include "intents/turn.h"

/* Puts one sentence for all alerts that are to be told, and notes that they have been; nothing when
 * there are none.
 *   ST_OK          *ret_count of them; *ret_asked_ms (may be NULL) is when "what did I miss" was
 *                  last answered, 0: never
 *   ST_WOULD_WAIT
 *   anything else  they cannot be read; when only the note fails they are told again another time,
 *                  and turn->log has the error */
enum status alerts_told_put(struct turn *turn, enum alerts_for purpose, struct buf *out,
                            int64_t *ret_asked_ms, size_t *ret_count, struct err *err);

/* "this morning", "last night", "yesterday", "Friday": a time of the last days. */
void alerts_told_put_since(struct turn *turn, struct buf *out, int64_t then);

#endif
