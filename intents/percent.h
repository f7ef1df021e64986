/* SPDX-License-Identifier: Apache-2.0 */
/* intents/percent.h -- a spoken percentage: "110", "110 percent", "one hundred and ten", "fifty".
 * Pure. */
#ifndef CLIMACAST_INTENTS_PERCENT_H
#define CLIMACAST_INTENTS_PERCENT_H

#include <stdbool.h>

#include "server/base/str.h"

/* Returns false unless the words are a number from 0 to 999. */
bool percent_parse(struct str words, int *ret_percent);

#endif
