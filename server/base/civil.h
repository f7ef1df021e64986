/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/civil.h -- calendar dates and local time.
 *
 * Instants are int64_t seconds since 1970 UTC; one outside the years 0 to 9999 is clamped to the
 * nearest instant inside. Thread-safe. */
#ifndef CLIMACAST_SERVER_BASE_CIVIL_H
#define CLIMACAST_SERVER_BASE_CIVIL_H

#include <stdbool.h>
#include <stdint.h>

#include "server/base/zone.h"

struct civil {
    int year, month, day; /* month 1-12, day 1-31 */
    int hour, minute, second;
    int weekday;  /* 0 = Sunday; output only */
    int offset_s; /* local minus UTC; output only */
};

struct civil civil_of(const struct zone *z, int64_t t);
/* The instant of a local time. Fields out of range are normalized (day 32, hour 24, month 13). A
 * time in the gap of a spring change is taken as clocks would show it had they not been moved; of
 * the two instants in a fall overlap, the first is returned. */
int64_t civil_instant(const struct zone *z, struct civil c);
bool civil_date_valid(int year, int month, int day);
int civil_days_in_month(int year, int month);     /* 0 when `month` is not 1-12 */
int64_t civil_days(int year, int month, int day); /* days since 1970-01-01, proleptic Gregorian */

#endif
