/* SPDX-License-Identifier: Apache-2.0 */
/* server/alert_service.c -- the poller for pushed alerts, as the configuration wants it. */
#include "server/alert_service.h"

#include <stdlib.h>

#include "server/alerts/poller.h"
#include "server/base/secret.h"
#include "server/config/secret_file.h"
#include "server/log/log.h"

enum { FAILURES_LOGGED_PER_SECOND = 1 };

struct alert_service {
    struct poller *poller;
    struct log *log;
    struct log_gate failures;
};

static void report_failure(struct alert_service *s, const char *user, const struct err *err)
{
    int64_t suppressed;

    if (log_gate_open(&s->failures, FAILURES_LOGGED_PER_SECOND, &suppressed))
        log_line(s->log, LOG_WARNING, "alerts_failed", LOG_TEXT("user", user),
                 LOG_TEXT("reason", err->reason), LOG_TEXT("error", err->text),
                 LOG_INT("suppressed", suppressed));
}

static void report(void *data, enum poller_event event, const char *user, const char *text,
                   const struct err *err)
{
    struct alert_service *s = data;

    switch (event) {
    case POLLER_LEADS:
        log_line(s->log, LOG_INFO, "alerts_polling", LOG_TEXT("by", "this daemon"));
        break;
    case POLLER_LEADS_NOT:
        log_line(s->log, LOG_INFO, "alerts_polling", LOG_TEXT("by", "another daemon"));
        break;
    case POLLER_ZONE_UNKNOWN:
        log_line(s->log, LOG_WARNING, "alert_zone_unknown", LOG_TEXT("zone", text));
        break;
    case POLLER_SENT:
        log_line(s->log, LOG_INFO, "alert_sent", LOG_TEXT("user", user), LOG_TEXT("event", text));
        break;
    case POLLER_DROPPED:
        log_line(s->log, LOG_WARNING, "alert_dropped", LOG_TEXT("user", user),
                 LOG_TEXT("event", text), LOG_TEXT("error", err ? err->text : ""));
        break;
    case POLLER_FAILED:
    default:
        report_failure(s, user, err);
        break;
    }
}

static int64_t now_ms(const void *data)
{
    return config_weather_now(data) * 1000;
}

static enum status create_poller(struct services *services, const char *secret,
                                 struct alert_service *s, struct err *err)
{
    const struct config *c = services->config;
    const struct poller_settings settings = {
        .store = services->store,
        .nws = services->nws,
        .http = services->http,
        .amazon = services->amazon,
        .base_url = config_text(c, CONFIG_WEATHER_BASE_URL),
        .client_id = config_text(c, CONFIG_ALERTS_CLIENT_ID),
        .client_secret = secret,
        .live = config_is(c, CONFIG_ALERTS_STAGE, "live"),
        .poll_ms = config_int(c, CONFIG_ALERTS_POLL_SECONDS) * 1000,
        .now_ms = now_ms,
        .now_data = c,
        .metrics = services->metrics,
        .report = report,
        .report_data = s,
    };

    return poller_create(&settings, &s->poller, err);
}

enum status alert_service_create(struct services *services, struct alert_service **ret_service,
                                 struct err *err)
{
    struct buf secret = BUF_INIT(SECRET_FILE_MAX);
    struct alert_service *s;
    enum status st;

    *ret_service = NULL;
    if (!config_bool(services->config, CONFIG_ALERTS_ENABLED))
        return ST_OK;
    s = calloc(1, sizeof *s);
    if (!s)
        return err_no_memory(err);
    s->log = services->log;
    st = secret_file_read(config_text(services->config, CONFIG_ALERTS_CLIENT_SECRET_FILE), &secret,
                          err);
    if (st == ST_OK)
        st = create_poller(services, buf_z(&secret), s, err);
    if (secret.p)
        secret_wipe(secret.p, secret.n);
    buf_free(&secret);
    if (st == ST_OK)
        *ret_service = s;
    else
        alert_service_free(s);
    return st;
}

void alert_service_free(struct alert_service *s)
{
    if (!s)
        return;
    poller_free(s->poller);
    free(s);
}
