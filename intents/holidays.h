/* SPDX-License-Identifier: Apache-2.0 */
/* intents/holidays.h -- the holidays of the United States that a question may name.  Pure. */
#ifndef CLIMACAST_INTENTS_HOLIDAYS_H
#define CLIMACAST_INTENTS_HOLIDAYS_H

#include <stdint.h>

#include "server/base/str.h"

/* Finds the holiday with whose name the lower-case words begin: its index, or -1.  *ret_length is
 * how many bytes the name has. */
int holidays_find(struct str words, size_t *ret_length);
/* As spoken: "Thanksgiving". */
const char *holidays_name(int holiday);
/* The date of that year, in days as civil_days() counts them. */
int64_t holidays_date(int holiday, int year);

#endif
