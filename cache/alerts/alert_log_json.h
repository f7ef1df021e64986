/* SPDX-License-Identifier: Apache-2.0 */
/* cache/alerts/alert_log_json.h -- a log of alerts as it is stored:
 *
 *     {"asked": ms, "records": {"<referenceId>": "<record>", ...}}
 *
 * with each record as a text of
 *
 *     {"key": "BOU.TO.W.0012.2026", "event": "Tornado Warning", "kind": "TORNADO",
 *      "outcome": "sent", "reason": "", "at": ms, "planned": ms, "expires": s, "until": s,
 *      "told": false, "places": [{"name": "cabin", "at": "38.5733,-109.5498"}]}
 *
 * Pure. */
#ifndef CLIMACAST_CACHE_ALERTS_ALERT_LOG_JSON_H
#define CLIMACAST_CACHE_ALERTS_ALERT_LOG_JSON_H

#include <jansson.h>
#include <stdbool.h>

#include "cache/alerts/alert_log.h"

/* What is malformed is left out. False: out of memory. */
bool alert_log_decode(const json_t *attributes, struct alert_log *ret);
/* Replaces what is in `attributes`; members that it does not know stay. False: out of memory. */
bool alert_log_encode(const struct alert_log *l, json_t *attributes);

#endif
