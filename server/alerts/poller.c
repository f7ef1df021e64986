/* SPDX-License-Identifier: Apache-2.0 */
/* server/alerts/poller.c -- makes the parts of the poller, and ends them. */
#include "server/alerts/poller.h"

#include <stdlib.h>

#include "server/alerts/poller_internal.h"

enum { USERS_AT_ONCE = 64 };

static void leads(void *data, bool is_leader, const struct err *err)
{
    struct poller *a = data;
    enum poller_event event = is_leader ? POLLER_LEADS : POLLER_LEADS_NOT;

    if (err) {
        a->settings.report(a->settings.report_data, POLLER_FAILED, "", "", err);
        return;
    }
    a->settings.report(a->settings.report_data, event, "", "", NULL);
    a->took_over = true;
}

static void zone_is_unknown(void *data, const char *zone)
{
    struct poller *a = data;

    a->settings.report(a->settings.report_data, POLLER_ZONE_UNKNOWN, "", zone, NULL);
    watch_renew_zone(a->watch, zone);
}

static void declare_alert_metrics(struct poller *a)
{
    struct metrics *m = a->settings.metrics;

    a->sent = metric_get(metrics_family(m, METRIC_COUNTER, "climacast_alerts_sent_total", "",
                                        "Alerts that Amazon was asked to tell a user."),
                         NULL, NULL, NULL);
    a->held = metrics_family(m, METRIC_COUNTER, "climacast_alerts_held_total", "reason",
                             "Alerts that were held back: Amazon has no kind for them, or it was "
                             "the user's quiet hours.");
    a->dropped = metrics_family(m, METRIC_COUNTER, "climacast_alerts_dropped_total", "reason",
                                "Alerts that were abandoned: refused by Amazon, or ended before "
                                "they could be sent.");
    a->polls = metrics_family(m, METRIC_COUNTER, "climacast_alert_polls_total", "result",
                              "Polls for alerts of all subscribed users.");
    a->subscriptions =
        metrics_gauge(m, "climacast_alert_subscriptions", "Users whom this daemon polls for.");
}

static enum status create_parts(struct poller *a, struct err *err)
{
    const struct amazon_token_settings token = { .client_id = a->settings.client_id,
                                                 .client_secret = a->settings.client_secret,
                                                 .scope = "alexa::proactive_events" };

    a->watch = watch_create();
    a->feed = feed_create(a->settings.http, a->settings.base_url, zone_is_unknown, a);
    a->token = amazon_token_create(&token, a->settings.amazon);
    a->rounds = rounds_create(USERS_AT_ONCE, poller_notify, a);
    if (!a->watch || !a->feed || !a->token || !a->rounds)
        return err_no_memory(err);
    a->leader = leader_create(a->settings.store, leads, a);
    a->poll = a->leader ? ticker_create(poller_look, a) : NULL;
    return a->poll ? ST_OK : err_no_memory(err);
}

enum status poller_create(const struct poller_settings *settings, struct poller **ret_poller,
                          struct err *err)
{
    struct poller *a = calloc(1, sizeof *a);
    enum status st;

    if (!a)
        return err_no_memory(err);
    a->settings = *settings;
    for (size_t i = 0; i < AMAZON_HOSTS; i++)
        gate_init(&a->gates[i]);
    declare_alert_metrics(a);
    st = create_parts(a, err);
    if (st == ST_OK)
        *ret_poller = a;
    else
        poller_free(a);
    return st;
}

void poller_free(struct poller *a)
{
    if (!a)
        return;
    ticker_free(a->poll);
    rounds_free(a->rounds);
    leader_free(a->leader);
    amazon_token_free(a->token);
    feed_free(a->feed);
    watch_free(a->watch);
    for (size_t i = 0; i < AMAZON_HOSTS; i++)
        gate_done(&a->gates[i]);
    free(a);
}
