/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/alert_internal.h -- shared by alert_decode.c, which reads a list, and alert.c,
 * which merges lists.
 *
 * A list keeps every alert of its document, active or not: one that is cancelled may be what says
 * that another is replaced, and what is active depends on the clock of who asks. */
#ifndef CLIMACAST_INTENTS_WEATHER_ALERT_INTERNAL_H
#define CLIMACAST_INTENTS_WEATHER_ALERT_INTERNAL_H

#include "intents/weather/alert.h"

struct listed_alert {
    struct alert alert;
    bool may_be_active; /* status, type, response and texts allow it; the clock is not asked yet */
    size_t first_reference, reference_count; /* within alert_list.references */
};

struct alert_list {
    size_t count;
    bool whole; /* every entry could be read: without it nobody may conclude "none" */
    const char *const *references; /* ids */
    struct listed_alert at[];
};

/* Merge: what is active at `now`, each id once, most severe first, then the latest sent. In the
 * arena. ST_OK or ST_SYSTEM. */
enum status alert_merge(struct arena *arena, const struct alert_list *const *lists, size_t count,
                        int64_t now, struct alerts *ret_alerts, struct err *err);

#endif
