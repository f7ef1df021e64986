/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/flight.h -- single flight: when several threads want the same key, one does the work
 * and the others wait for it.
 *
 *     switch (flight_join(f, key, deadline)) {
 *     case FLIGHT_LEADER:   fetch, store the result, flight_finish(f, key, ok)
 *     case FLIGHT_DONE:     look again: the leader has stored the result
 *     case FLIGHT_FAILED:   the leader failed
 *     case FLIGHT_TIMEOUT:  the deadline passed first
 *     }
 *
 * Only the outcome is passed on; the result goes where both sides look anyway. Thread-safe. */
#ifndef CLIMACAST_SERVER_BASE_FLIGHT_H
#define CLIMACAST_SERVER_BASE_FLIGHT_H

#include <stdbool.h>
#include <stdint.h>

#include "server/base/str.h"

struct flight;
enum flight_role { FLIGHT_LEADER, FLIGHT_DONE, FLIGHT_FAILED, FLIGHT_TIMEOUT };

struct flight *flight_create(void); /* NULL: out of memory */
void flight_free(struct flight *f); /* no thread may be in a call; NULL allowed */
/* Become the leader for `key`, or wait for the current leader until `deadline` (monotonic ms). */
enum flight_role flight_join(struct flight *f, struct str key, int64_t deadline);
/* Become the leader without waiting: true on success, false when `key` already has a leader. */
bool flight_try(struct flight *f, struct str key);
/* For the leader, exactly once: release `key` and wake the waiters. */
void flight_finish(struct flight *f, struct str key, bool ok);

#endif
