/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/civil.h -- local time in a named IANA zone, and the texts that stand for instants.
 *
 * Instants are int64_t seconds since 1970 UTC; one outside the years 0 to 9999 is taken as the
 * nearest inside. Zones come from the system's tzdata by way of GLib's GTimeZone, without the TZ
 * variable, and are kept for the life of the process. Thread-safe. */
#ifndef CLIMACAST_SERVER_BASE_CIVIL_H
#define CLIMACAST_SERVER_BASE_CIVIL_H

#include <stdbool.h>
#include <stdint.h>

#include "server/base/err.h"
#include "server/base/str.h"

struct zone; /* interned: never freed, compare by pointer */

struct civil {
    int year, month, day; /* month 1-12, day 1-31 */
    int hour, minute, second;
    int weekday;  /* 0 = Sunday */
    int offset_s; /* local minus UTC; output only */
};

/* The zone of that IANA name, or NULL when there is none. */
const struct zone *zone_get(struct str name);
const char *zone_name(const struct zone *z);
const struct zone *zone_utc(void);

struct civil civil_of(const struct zone *z, int64_t t);
/* The instant of a local time; fields out of range are normalised (day 32, hour 24, month 13). In a
 * gap (spring forward) the instant the gap ends plus what was past its start, as clocks moved ahead
 * show it; in an overlap the first of the two. */
int64_t civil_instant(const struct zone *z, struct civil c);
bool civil_date_valid(int year, int month, int day);
int civil_days_in_month(int year, int month);
int64_t civil_days(int year, int month, int day); /* days since 1970-01-01, proleptic Gregorian */

/* RFC 3339 date-time (fractions and offsets allowed, "T"/"t"/" ", "Z"/"z"); fractions are cut.
 * Whole of s. */
bool time_parse_rfc3339(struct str s, int64_t *ret_t);
void time_format_rfc3339(int64_t t, char out[32]); /* "2026-11-22T11:00:00Z" */
/* The three HTTP-date forms of RFC 9110 section 5.6.7. */
bool time_parse_http(struct str s, int64_t *ret_t);
void time_format_http(int64_t t, char out[32]);
/* ISO 8601 duration such as "PT1H", "P1DT6H", "P2W"; years and months count 365 and 30 days. */
bool time_parse_duration(struct str s, int64_t *ret_seconds);
/* ISO 8601 interval as NWS writes it: start/duration, start/end, duration/end; "NOW" is `now`. */
bool time_parse_interval(struct str s, int64_t now, int64_t *ret_start, int64_t *ret_end);

#endif
