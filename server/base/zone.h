/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/zone.h -- IANA time zones by name.
 *
 * Zones come from the system's tzdata through GLib's GTimeZone and are kept for the life of the
 * process; the TZ variable has no effect, except on zone_local(). Thread-safe. */
#ifndef CLIMACAST_SERVER_BASE_ZONE_H
#define CLIMACAST_SERVER_BASE_ZONE_H

#include <stdint.h>

#include "server/base/err.h"
#include "server/base/str.h"

struct zone; /* interned: never freed, compare by pointer */

/* Finds the zone with this IANA name ("America/Denver").
 *   ST_OK
 *   ST_MISS    there is none
 *   ST_SYSTEM  it could not be loaded */
enum status zone_find(struct str name, const struct zone **ret_zone);
/* The same; NULL if there is none or it could not be loaded. */
const struct zone *zone_get(struct str name);
const struct zone *zone_utc(void);
/* The zone of this machine: the variable TZ if it names one, else /etc/localtime or /etc/timezone;
 * UTC when none of them does. For what the machine's owner reads; not cached. */
const struct zone *zone_local(void);
const char *zone_name(const struct zone *z);
/* Local time minus UTC, in seconds, at `t` (seconds since 1970 UTC). */
int32_t zone_offset_s(const struct zone *z, int64_t t);

#endif
