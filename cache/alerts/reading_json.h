/* SPDX-License-Identifier: Apache-2.0 */
/* cache/alerts/reading_json.h -- what the poller has read, as it is stored in the lease:
 * {"first": ms, "last": ms, "gaps": [[ms, ms], ...]}. Pure. */
#ifndef CLIMACAST_CACHE_ALERTS_READING_JSON_H
#define CLIMACAST_CACHE_ALERTS_READING_JSON_H

#include <jansson.h>

#include "cache/alerts/lease.h"

/* What is malformed counts as not read. */
void alert_reading_decode(const json_t *object, struct alert_reading *ret);
json_t *alert_reading_encode(const struct alert_reading *r); /* NULL: out of memory */

#endif
