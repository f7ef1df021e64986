/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/alert_internal.h -- a decoded list of alerts: made by alert_decode.c, merged by
 * alert.c.
 *
 * A list keeps every alert of its document, active or not: a cancelled alert may be the one that
 * replaces another, and which ones are active depends on the time of the request. */
#ifndef CLIMACAST_INTENTS_WEATHER_ALERT_INTERNAL_H
#define CLIMACAST_INTENTS_WEATHER_ALERT_INTERNAL_H

#include "intents/weather/alert.h"

struct listed_alert {
    struct alert alert;
    bool may_be_active; /* by its status, type, response and texts; its times are not checked yet */
    size_t first_reference, reference_count; /* within alert_list.references */
};

struct alert_list {
    size_t count;
    bool complete;                 /* every entry was decoded; if not, absence proves nothing */
    const char *const *references; /* ids */
    struct listed_alert at[];
};

/* Merges lists into the distinct alerts that are active at `now`: the most severe first, then the
 * latest sent. Sets `count` and `at` of *ret_alerts, in the arena. ST_OK or ST_SYSTEM. */
enum status alert_merge(struct arena *arena, const struct alert_list *const *lists, size_t count,
                        int64_t now, struct alerts *ret_alerts, struct err *err);

#endif
