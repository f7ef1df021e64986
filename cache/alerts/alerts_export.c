/* SPDX-License-Identifier: Apache-2.0 */
/* cache/alerts/alerts_export.c -- one user's subscription and log of alerts, as JSON. */
#include "cache/alerts/alerts_export.h"

#include "cache/alerts/alert_log_json.h"
#include "cache/alerts/subscription_json.h"

static enum status add_subscription(struct store *store, struct str user_id, int64_t deadline,
                                    json_t *to, struct err *err)
{
    struct subscription s;
    json_t *text, *object;
    enum status st = subscription_get(store, user_id, deadline, &s, err);

    if (st != ST_OK)
        return st == ST_MISS ? ST_OK : st;
    text = subscription_encode(&s);
    object = text ? json_loadb(json_string_value(text), json_string_length(text), 0, NULL) : NULL;
    if (!object || json_object_set(to, "subscription", object) < 0)
        st = err_no_memory(err);
    json_decref(object);
    json_decref(text);
    subscription_done(&s);
    return st;
}

static enum status add_log(struct store *store, struct str user_id, int64_t deadline, json_t *to,
                           struct err *err)
{
    struct alert_log log = { .count = 0 };
    json_t *object = NULL;
    enum status st = alert_log_get(store, user_id, deadline, &log, err);

    if (st == ST_OK && (log.count > 0 || log.asked_ms > 0)) {
        object = json_object();
        if (!object || !alert_log_encode(&log, object) || json_object_set(to, "log", object) < 0)
            st = err_no_memory(err);
    }
    json_decref(object);
    alert_log_done(&log);
    return st;
}

enum status alerts_export(struct store *store, struct str user_id, int64_t deadline, json_t **ret,
                          struct err *err)
{
    json_t *alerts = json_object();
    enum status st = alerts ? ST_OK : err_no_memory(err);

    if (st == ST_OK)
        st = add_subscription(store, user_id, deadline, alerts, err);
    if (st == ST_OK)
        st = add_log(store, user_id, deadline, alerts, err);
    if (st == ST_OK && json_object_size(alerts) == 0)
        st = ST_MISS;
    if (st == ST_OK)
        *ret = json_incref(alerts);
    json_decref(alerts);
    return st;
}
