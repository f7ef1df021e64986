/* SPDX-License-Identifier: Apache-2.0 */
/* server/alerts/poller.h -- pushed alerts: polls the weather service for all users who asked for
 * them, and notifies those who are concerned.
 *
 *     leader ─► poll: index of subscriptions (watch) ─► one list of alerts (feed) ─► bulletin
 *                 `─► who is concerned? (watch, plan) ─► rounds ─► notify: plan, log, send
 *
 * Only the daemon that holds the lease does it (leader.h). A notification is written to the
 * user's log before it is sent, with its referenceId and times, so that the daemon that continues
 * after a kill sends the same event again, and Amazon recognizes it (409).
 *
 * Metrics: climacast_alerts_sent_total, climacast_alerts_held_total{reason},
 * climacast_alerts_dropped_total{reason}, climacast_alert_polls_total{result},
 * climacast_alert_subscriptions. */
#ifndef CLIMACAST_SERVER_ALERTS_POLLER_H
#define CLIMACAST_SERVER_ALERTS_POLLER_H

#include <stdbool.h>
#include <stdint.h>

#include "cache/store.h"
#include "intents/amazon/client.h"
#include "intents/weather/nws.h"
#include "server/base/err.h"
#include "server/base/http.h"
#include "server/base/metrics.h"

struct poller;

enum poller_event {
    POLLER_LEADS,        /* this daemon polls from now on */
    POLLER_LEADS_NOT,    /* another one does */
    POLLER_FAILED,       /* something could not be read or written: `err` */
    POLLER_ZONE_UNKNOWN, /* to the weather service: `text` */
    POLLER_SENT,         /* `text` is the event, `user` whose */
    POLLER_DROPPED,      /* the same, with `err` */
};
/* For the log. `user` is a keyed hash (digest_log_id()); what does not apply is "" or NULL. */
typedef void poller_report_fn(void *data, enum poller_event event, const char *user,
                              const char *text, const struct err *err);

struct poller_settings {
    struct store *store;
    struct nws *nws;
    struct http *http;
    struct amazon *amazon;
    const char *base_url;                  /* of the weather service */
    const char *client_id, *client_secret; /* copied */
    bool live;                             /* false: the development stage */
    int64_t poll_ms;
    int64_t (*now_ms)(const void *data); /* the poller's clock: weather.now, if set */
    const void *now_data;
    struct metrics *metrics; /* may be NULL */
    poller_report_fn *report;
    void *report_data;
};

/* Starts the threads; everything that is pointed to is borrowed. */
enum status poller_create(const struct poller_settings *settings, struct poller **ret_poller,
                          struct err *err);
/* Ends them, after what is being sent, and gives the lease back. NULL is allowed. */
void poller_free(struct poller *a);

#endif
