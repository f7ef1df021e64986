/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/date_names.h -- the names of weekdays and months in English. Pure.
 *
 * All names are capitalized. A number out of range gives "". */
#ifndef CLIMACAST_SERVER_BASE_DATE_NAMES_H
#define CLIMACAST_SERVER_BASE_DATE_NAMES_H

#include <stdbool.h>

#include "server/base/str.h"

const char *weekday_name(int weekday);       /* 0 is "Sunday" */
const char *weekday_short_name(int weekday); /* 0 is "Sun" */
const char *month_name(int month);           /* 1 is "January" */
const char *month_short_name(int month);     /* 1 is "Jan" */

/* Is the word the long name of a weekday or of a month, capitalized? */
bool is_weekday_or_month(struct str word);

#endif
