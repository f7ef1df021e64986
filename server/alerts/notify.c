/* SPDX-License-Identifier: Apache-2.0 */
/* server/alerts/notify.c -- the work for one user: resolve the places, plan the notifications, send
 * them, and note the outcome in the user's log. */
#include <stdio.h>
#include <string.h>

#include "server/alerts/places.h"
#include "server/alerts/plan.h"
#include "server/alerts/poller_internal.h"
#include "server/base/clock.h"
#include "server/base/digest.h"

enum { STORE_MS = 5000, PLACES_MS = 20000, SEND_MS = 5000, UNTRUSTED_MS = 500 };

struct job {
    struct poller *a;
    struct str user;
    struct subscription subscription;
    struct object *bulletin;
    struct plan plan;
    struct alert_log log;
    bool places_failed;
    /* What is noted in the log. */
    const char *id, *reason;
    enum alert_outcome outcome;
};

static int64_t soon(void)
{
    return clock_mono_ms() + STORE_MS;
}

static void report(const struct job *j, enum poller_event event, const char *text,
                   const struct err *err)
{
    char user[13];

    digest_log_id(j->user, user);
    j->a->settings.report(j->a->settings.report_data, event, user, text, err);
}

static enum rounds_result fail(const struct job *j, const struct err *err)
{
    report(j, POLLER_FAILED, "", err);
    return ROUNDS_FAILED;
}

/* ---- the subscription ---- */

/* ST_MISS: the user no longer gets notifications. */
static enum status read_subscription(struct job *j, struct err *err)
{
    enum status st;

    subscription_done(&j->subscription);
    st = subscription_get(j->a->settings.store, j->user, soon(), &j->subscription, err);
    return st == ST_OK && !subscription_is_active(&j->subscription) ? ST_MISS : st;
}

static bool zone_is_stale(void *data, const char *zone)
{
    (void)data;
    (void)zone;
    return true; /* called only for users of such a zone */
}

/* Resolves the places, if they are stale or NWS does not know one of their zones any more. */
static enum status resolve(struct job *j, struct err *err)
{
    struct poller *a = j->a;
    struct subscription_place places[SUBSCRIPTION_PLACES_MAX];
    size_t count = 0;
    bool renew = watch_take_renewal(a->watch, j->user);
    enum status st;

    if (!j->subscription.places_stale && !renew)
        return ST_OK;
    st = places_resolve(a->settings.store, a->settings.nws, j->user, renew ? zone_is_stale : NULL,
                        NULL, poller_now_ms(a) / 1000, clock_mono_ms() + PLACES_MS, places, &count,
                        err);
    if (st == ST_OK)
        st = subscription_resolved(a->settings.store, j->user, j->subscription.places_token, places,
                                   count, soon(), err);
    return st == ST_OK ? read_subscription(j, err) : st;
}

/* ---- the log ---- */

static bool is_active(void *data, const struct alert_record *r)
{
    const struct job *j = data;
    const struct bulletin *b = j->bulletin->data;

    return !b->complete || bulletin_has(b, r->key);
}

static enum status plan_log(void *data, struct alert_log *l, struct err *err)
{
    struct job *j = data;

    return plan_apply(&j->plan, l) ? ST_OK : err_no_memory(err);
}

static enum status note_outcome(void *data, struct alert_log *l, struct err *err)
{
    const struct job *j = data;

    (void)err;
    for (size_t i = 0; i < l->count; i++) {
        struct alert_record *r = &l->records[i];
        if (strcmp(r->id, j->id) != 0 || r->outcome != ALERT_PLANNED)
            continue;
        r->outcome = j->outcome;
        (void)snprintf(r->reason, sizeof r->reason, "%s", j->reason);
        r->at_ms = j->plan.now_ms;
        r->told = false;
    }
    return ST_OK;
}

static enum status change_log(struct job *j, alert_log_change_fn *change, struct alert_log *ret,
                              struct err *err)
{
    return alert_log_change(j->a->settings.store, j->user, change, is_active, j, j->plan.now_ms,
                            soon(), ret, err);
}

static void count(struct metric_family *f, const char *reason, unsigned n)
{
    if (n > 0)
        metric_add(metric_get(f, reason, NULL, NULL), n);
}

/* ---- one notification ---- */

static enum rounds_result settle(struct job *j, const struct alert_record *r,
                                 enum alert_outcome outcome, const char *reason,
                                 const struct err *why)
{
    struct err err = ERR_NONE;

    j->id = r->id;
    j->outcome = outcome;
    j->reason = reason;
    j->plan.now_ms = poller_now_ms(j->a);
    if (change_log(j, note_outcome, NULL, &err) != ST_OK)
        return fail(j, &err); /* sent again: Amazon knows the referenceId */
    if (outcome == ALERT_SENT) {
        metric_add(j->a->sent, 1);
        report(j, POLLER_SENT, r->event, NULL);
    } else {
        count(j->a->dropped, reason, 1);
        report(j, POLLER_DROPPED, r->event, why);
    }
    return ROUNDS_DONE;
}

static enum rounds_result send(struct job *j, const struct alert_record *r, enum amazon_host host,
                               int64_t *ret_wait_ms)
{
    const struct amazon_event event = { .host = host,
                                        .live = j->a->settings.live,
                                        .user = j->user,
                                        .reference = str_of(r->id),
                                        .alert_type = r->kind,
                                        .source = STR("the National Weather Service"),
                                        .timestamp = r->planned_ms / 1000,
                                        .expiry = r->expires_s };
    struct amazon_notify_result result;

    amazon_notify(j->a->settings.amazon, j->a->token, &event, clock_mono_ms() + SEND_MS, &result);
    gate_leave(&j->a->gates[host], result.outcome == AMAZON_NOTIFIED_LIMITED,
               result.retry_after_ms);
    switch (result.outcome) {
    case AMAZON_NOTIFIED_SENT:
    case AMAZON_NOTIFIED_BEFORE:
        return settle(j, r, ALERT_SENT, "", NULL);
    case AMAZON_NOTIFIED_USER_LIMIT:
        return settle(j, r, ALERT_DROPPED, "432", &result.err);
    case AMAZON_NOTIFIED_REFUSED:
        return settle(j, r, ALERT_DROPPED, result.status == 404 ? "404" : "400", &result.err);
    case AMAZON_NOTIFIED_LIMITED:
    case AMAZON_NOTIFIED_DENIED:
    case AMAZON_NOTIFIED_NO_TOKEN:
    case AMAZON_NOTIFIED_FAILED:
    default:
        *ret_wait_ms = result.retry_after_ms;
        return fail(j, &result.err);
    }
}

/* Everything is looked at again just before: the lease, the subscription, the alert, the hour. */
static enum rounds_result try_send(struct job *j, const struct alert_record *r,
                                   int64_t *ret_wait_ms)
{
    enum amazon_host host = AMAZON_HOST_NORTH_AMERICA;
    struct plan now;
    struct err err = ERR_NONE;
    enum status st = read_subscription(j, &err);

    if (st == ST_MISS)
        return ROUNDS_DONE;
    if (st != ST_OK)
        return fail(j, &err);
    plan_init(&now, j->bulletin->data, &j->subscription, poller_now_ms(j->a));
    if (!plan_may_send(&now, r))
        return ROUNDS_FAILED; /* the next plan decides what becomes of it */
    (void)amazon_host_find(str_of(j->subscription.host), &host);
    *ret_wait_ms = gate_enter(&j->a->gates[host]);
    if (*ret_wait_ms > 0)
        return ROUNDS_LATER;
    if (!leader_is_trusted(j->a->leader)) {
        gate_leave(&j->a->gates[host], false, 0);
        *ret_wait_ms = UNTRUSTED_MS;
        return ROUNDS_LATER;
    }
    return send(j, r, host, ret_wait_ms);
}

/* Sends the notifications that are planned; returns the worst result. */
static enum rounds_result send_all(struct job *j, int64_t *ret_wait_ms)
{
    enum rounds_result worst = ROUNDS_DONE;

    for (size_t i = 0; i < j->log.count; i++) {
        int64_t wait_ms = 0;
        enum rounds_result result;
        if (j->log.records[i].outcome != ALERT_PLANNED)
            continue;
        result = try_send(j, &j->log.records[i], &wait_ms);
        if (result > worst)
            worst = result;
        if (wait_ms > *ret_wait_ms)
            *ret_wait_ms = wait_ms;
    }
    return worst;
}

/* ---- a user ---- */

static enum rounds_result plan_and_send(struct job *j, int64_t *ret_wait_ms)
{
    struct alert_log after = { .records = NULL };
    struct err err = ERR_NONE;
    enum rounds_result result;

    j->bulletin = watch_bulletin(j->a->watch);
    if (!j->bulletin)
        return ROUNDS_DONE;
    plan_init(&j->plan, j->bulletin->data, &j->subscription, poller_now_ms(j->a));
    if (change_log(j, plan_log, &j->log, &err) != ST_OK)
        return fail(j, &err);
    count(j->a->held, "kind", j->plan.held_kind);
    count(j->a->held, "quiet", j->plan.held_quiet);
    count(j->a->dropped, "ended", j->plan.ended);
    result = send_all(j, ret_wait_ms);
    if (alert_log_get(j->a->settings.store, j->user, soon(), &after, NULL) == ST_OK)
        watch_set_log(j->a->watch, j->user, &after);
    return result;
}

static enum rounds_result serve(struct job *j, int64_t *ret_wait_ms)
{
    struct err err = ERR_NONE;
    enum rounds_result result;
    enum status st;

    if (!leader_leads(j->a->leader))
        return ROUNDS_DONE;
    if (!leader_is_trusted(j->a->leader)) {
        *ret_wait_ms = UNTRUSTED_MS;
        return ROUNDS_LATER;
    }
    st = read_subscription(j, &err);
    if (st == ST_OK) {
        st = resolve(j, &err);
        j->places_failed = st != ST_OK && st != ST_MISS;
    }
    if (st == ST_MISS) {
        watch_forget(j->a->watch, j->user);
        return ROUNDS_DONE;
    }
    if (st != ST_OK)
        (void)fail(j, &err); /* those that were resolved before still count */
    if (st != ST_OK && !j->places_failed)
        return ROUNDS_FAILED;
    result = plan_and_send(j, ret_wait_ms);
    return j->places_failed ? ROUNDS_FAILED : result;
}

enum rounds_result poller_notify(void *data, const char *name, int64_t *ret_wait_ms)
{
    struct job j = { .a = data, .user = str_of(name) };
    enum rounds_result result = serve(&j, ret_wait_ms);

    subscription_done(&j.subscription);
    alert_log_done(&j.log);
    object_release(j.bulletin);
    return result;
}
