/* SPDX-License-Identifier: Apache-2.0 */
/* server/alerts/plan.h -- what becomes of one user's alerts: which to send now, which to hold
 * back, and what the log says of them afterwards. Pure.
 *
 * Places that are due for the same event at the same time share one notification; a place that the
 * event reaches later gets another. */
#ifndef CLIMACAST_SERVER_ALERTS_PLAN_H
#define CLIMACAST_SERVER_ALERTS_PLAN_H

#include <stdbool.h>
#include <stdint.h>

#include "cache/alerts/alert_log.h"
#include "cache/alerts/subscriptions.h"
#include "server/alerts/bulletin.h"

enum { PLAN_HITS_MAX = 128 };

struct plan {
    const struct bulletin *bulletin;
    const struct subscription *subscription; /* of one user, an active one */
    int64_t now_ms;                          /* by the poller's clock */
    /* The alerts that concern the user, and which of the places (bit by bit). */
    struct {
        const struct bulletin_entry *entry;
        uint32_t places;
    } hits[PLAN_HITS_MAX];
    size_t hit_count;
    /* Set by plan_apply(). */
    bool changed;                          /* the log */
    unsigned held_kind, held_quiet, ended; /* records that came to that */
};

/* Everything is borrowed. */
void plan_init(struct plan *p, const struct bulletin *b, const struct subscription *s,
               int64_t now_ms);
/* Brings a log up to date: adds records for new alerts, plans notifications that are due, and
 * notes the ends of events. False: out of memory. */
bool plan_apply(struct plan *p, struct alert_log *l);
/* May this planned record be sent now? If not, the next plan_apply() decides what becomes of it. */
bool plan_may_send(const struct plan *p, const struct alert_record *r);

#endif
