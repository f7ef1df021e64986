/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/flight.h -- single flight: of the threads that want the same key now, one works and
 * the others wait for it.
 *
 *     switch (flight_join(f, key, deadline)) {
 *     case FLIGHT_LEADER:   fetch, store where the others will look, flight_leave(f, key, ok)
 *     case FLIGHT_LANDED:   look again: the leader has stored it
 *     case FLIGHT_FAILED:   the leader found nothing
 *     case FLIGHT_TIMEOUT:  the deadline passed first
 *     }
 * Nothing is carried but the outcome; results go where both sides look anyway. Thread-safe. */
#ifndef CLIMACAST_SERVER_BASE_FLIGHT_H
#define CLIMACAST_SERVER_BASE_FLIGHT_H

#include <stdbool.h>
#include <stdint.h>

#include "server/base/str.h"

struct flight;
enum flight_role { FLIGHT_LEADER, FLIGHT_LANDED, FLIGHT_FAILED, FLIGHT_TIMEOUT };

struct flight *flight_create(void); /* NULL: out of memory */
void flight_free(struct flight *f);
enum flight_role flight_join(struct flight *f, struct str key, int64_t deadline);
/* Never waits: FLIGHT_LEADER, or FLIGHT_TIMEOUT when somebody is at it. */
enum flight_role flight_try(struct flight *f, struct str key);
void flight_leave(struct flight *f, struct str key, bool ok);

#endif
