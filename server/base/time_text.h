/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/time_text.h -- instants and durations to and from text: RFC 3339, HTTP dates, ISO
 * 8601.
 *
 * Instants are seconds since 1970 UTC. Parsers accept a text only as a whole, and leave their
 * results untouched when they return false. Pure, but for the clock that rfc850 dates need. */
#ifndef CLIMACAST_SERVER_BASE_TIME_TEXT_H
#define CLIMACAST_SERVER_BASE_TIME_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "server/base/str.h"

enum { TIME_TEXT_BYTES = 32 }; /* enough for every format below, NUL included */

/* RFC 3339 date-time: fractions and offsets allowed, "T", "t" or " ", "Z" or "z". Fractions are
 * truncated. */
bool time_parse_rfc3339(struct str s, int64_t *ret_t);
void time_format_rfc3339(int64_t t, char out[TIME_TEXT_BYTES]); /* "2026-11-22T11:00:00Z" */
/* The three HTTP-date forms of RFC 9110 section 5.6.7. */
bool time_parse_http(struct str s, int64_t *ret_t);
void time_format_http(int64_t t, char out[TIME_TEXT_BYTES]); /* "Sun, 06 Nov 1994 08:49:37 GMT" */
/* ISO 8601 interval as NWS writes it: start/duration, start/end, duration/end; "NOW" is `now`. A
 * duration is such as "PT1H", "P1DT6H", "P2W"; years and months count 365 and 30 days. */
bool time_parse_interval(struct str s, int64_t now, int64_t *ret_start, int64_t *ret_end);

#endif
