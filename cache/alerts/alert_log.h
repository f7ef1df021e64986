/* SPDX-License-Identifier: Apache-2.0 */
/* cache/alerts/alert_log.h -- which alerts a user has been sent, and which were held back.
 *
 * One item per user, SHARED_CACHE_ALERT_LOG_<digest of the user id>, which does not name the user:
 *
 *     {"asked": ms, "records": {"<referenceId>": "{\"event\": \"Tornado Warning\", ...}", ...}}
 *
 * Written by the poller, which records a notification before it sends it, and by the intents,
 * which mark what they have told. Every change is conditional on what was read, and retried when
 * another writer got there first. Thread-safe; statuses as in subscriptions.h. */
#ifndef CLIMACAST_CACHE_ALERTS_ALERT_LOG_H
#define CLIMACAST_CACHE_ALERTS_ALERT_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cache/alerts/subscriptions.h"
#include "cache/store.h"
#include "server/base/err.h"
#include "server/base/str.h"

enum {
    ALERT_LOG_TOLD_MAX = 20,                 /* records that are told */
    ALERT_LOG_KEPT_MS = 72 * 60 * 60 * 1000, /* and for how long */
    ALERT_LOG_RECORDS_MAX = 100, /* a record of an active alert prevents a second notification */
    ALERT_REFERENCE_SIZE = 101,
    ALERT_KEY_SIZE = 160,
};

enum alert_outcome {
    ALERT_PLANNED, /* to be sent, or it is not known whether it was */
    ALERT_SENT,
    ALERT_HELD,    /* not sent yet; `reason`: "kind" (Amazon has none for it) or "quiet" */
    ALERT_DROPPED, /* given up; `reason`: "432", "400", "404" or "ended" */
    ALERT_OUTCOMES
};
/* "planned", "sent", "held", "dropped": as stored and shown. */
const char *alert_outcome_name(enum alert_outcome outcome);

/* A place that an alert was about. */
struct alert_record_place {
    char name[48];  /* as in struct subscription_place */
    char point[24]; /* "40.0150,-105.2705" */
};

struct alert_record {
    char id[ALERT_REFERENCE_SIZE]; /* the referenceId */
    char key[ALERT_KEY_SIZE];      /* identity of the event: "BOU.TO.W.0012.2026" */
    char event[80];                /* "Tornado Warning" */
    char kind[16];                 /* Amazon's alertType; "" when there is none */
    enum alert_outcome outcome;
    char reason[12];    /* of `held` and `dropped` */
    int64_t at_ms;      /* when that happened, by the poller's clock */
    int64_t planned_ms; /* the event's timestamp as sent, 0 unless it was to be sent */
    int64_t expires_s;  /* its expiryTime, epoch seconds */
    int64_t until;      /* end of the alert, epoch seconds; 0: unknown. As last read from NWS: an
                            alert that was cancelled has ended then */
    bool told;          /* at a launch or by MissedAlertsIntent */
    struct alert_record_place places[SUBSCRIPTION_PLACES_MAX];
    size_t place_count;
};

struct alert_log {
    struct alert_record *records; /* newest first */
    size_t count;
    int64_t asked_ms; /* when MissedAlertsIntent last answered; 0: never */
};

void alert_log_done(struct alert_log *l); /* a zeroed one is allowed */

/* All that is kept. A user without a log has an empty one (ST_OK). *ret is only set on ST_OK. */
enum status alert_log_get(struct store *store, struct str user_id, int64_t deadline,
                          struct alert_log *ret, struct err *err);

/* ---- for the intents ---- */

/* What is to be told, at most ALERT_LOG_TOLD_MAX, newest first: pointers into `l`. `now_ms` is the
 * time by the daemon's clock (weather.now, if set).
 *
 *     ALERTS_FOR_LAUNCH   what was held back or dropped, has not been sent since, and was not told
 *     ALERTS_FOR_MISSED   those, and what was sent since MissedAlertsIntent last answered
 *     ALERTS_FOR_LISTING  everything of the last 72 hours
 *
 * An alert with `until` ahead of now (or 0) is still active, otherwise it has ended. The level that
 * the user has set binds here too: the poller records nothing that is outside it. */
enum alerts_for { ALERTS_FOR_LAUNCH, ALERTS_FOR_MISSED, ALERTS_FOR_LISTING };
size_t alert_log_told(const struct alert_log *l, enum alerts_for purpose, int64_t now_ms,
                      const struct alert_record *ret[ALERT_LOG_TOLD_MAX]);

/* The records of `l` that alert_log_told() returns for this purpose have now been told; for
 * ALERTS_FOR_MISSED `now_ms` is noted as well. Nothing is written if nothing changes. A told alert
 * that is sent later (at the end of the quiet hours) is a new record for MissedAlertsIntent. */
enum status alert_log_mark_told(struct store *store, struct str user_id, const struct alert_log *l,
                                enum alerts_for purpose, int64_t now_ms, int64_t deadline,
                                struct err *err);

/* ---- for the poller ---- */

/* Changes a log in place; records may be added with alert_log_add(). */
typedef enum status alert_log_change_fn(void *data, struct alert_log *l, struct err *err);
/* Reads the log, calls `change`, and writes it if it differs; starts over if another writer changed
 * it meanwhile, so `change` may be called several times. Records that nobody needs are dropped:
 * `is_active` tells whether the alert of an old or surplus record is still running.
 * *ret (may be NULL) gets the log as it is now. */
typedef bool alert_log_active_fn(void *data, const struct alert_record *r);
enum status alert_log_change(struct store *store, struct str user_id, alert_log_change_fn *change,
                             alert_log_active_fn *is_active, void *data, int64_t now_ms,
                             int64_t deadline, struct alert_log *ret, struct err *err);
/* A new, empty record at the front; NULL when out of memory. Invalidates pointers to others. */
struct alert_record *alert_log_add(struct alert_log *l);

enum status alert_log_remove(struct store *store, struct str user_id, int64_t deadline,
                             struct err *err);

#endif
