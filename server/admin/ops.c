/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/ops.c -- the operator's pages and gauges. */
#include "server/admin/ops.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "server/admin/admin_listener.h"
#include "server/admin/console.h"
#include "server/admin/dashboard.h"
#include "server/admin/station_names.h"
#include "server/base/clock.h"
#include "server/listener/health.h"
#include "server/listener/listen_socket.h"
#include "server/request/reason.h"
#include "server/services/store_ready.h"

enum {
    READY_TIMEOUT_MS = 1000,
    COLLECT_TIMEOUT_MS = 1000,
    NAMES_TIMEOUT_MS = 300,
    OUTAGE_SHOWN_S = 30
};

struct ops {
    struct ops_settings settings;
    struct admin_listener *admin;
    struct console *console; /* NULL unless admin.simulator is on */
    struct station_names *station_names;
    struct metric *connections, *running, *pending_bytes, *queued, *certificate_start,
        *certificate_end, *memory_bytes, *memory_entries;
    struct metric *log_dropped, *outage, *users;
    _Atomic uint64_t log_dropped_counted;
};

/* ---- gauges ---- */

/* When two threads write the metrics at once, only one adds. */
static void count_dropped_lines(struct ops *o)
{
    uint64_t now = log_dropped(o->settings.services->log);
    uint64_t before = atomic_load(&o->log_dropped_counted);

    if (now > before && atomic_compare_exchange_strong(&o->log_dropped_counted, &before, now))
        metric_add(o->log_dropped, (int64_t)(now - before));
}

/* For how long the weather was unavailable; 0 unless for at least min_s. */
static int64_t weather_outage_s(struct ops *o, int64_t min_s)
{
    return history_outage_s(o->settings.history, min_s, clock_wall_s());
}

static void update_certificate(struct ops *o)
{
    const struct tls_pair *pair = tls_current(o->settings.tls);

    metric_set(o->certificate_start, (double)pair->not_before);
    metric_set(o->certificate_end, (double)pair->not_after);
    tls_pair_release(pair);
}

static void update_gauges(void *data)
{
    struct ops *o = data;
    struct alexa_listener_stats listener = alexa_listener_stats(o->settings.listener);
    struct workers_stats workers = workers_stats(o->settings.workers);
    struct memory_stats memory = memory_stats(o->settings.services->memory);

    metric_set(o->connections, (double)listener.connections);
    metric_set(o->running, (double)listener.running);
    metric_set(o->pending_bytes, (double)listener.pending_bytes);
    metric_set(o->queued, (double)workers.queued);
    metric_set(o->memory_bytes, (double)memory.bytes);
    metric_set(o->memory_entries, (double)memory.count);
    metric_set(o->users, analytics_users_today(o->settings.services->analytics));
    metric_set(o->outage, (double)weather_outage_s(o, 0));
    if (o->settings.tls)
        update_certificate(o);
    count_dropped_lines(o);
}

static void declare_gauges(struct ops *o)
{
    struct metrics *m = o->settings.services->metrics;

    o->connections = metrics_gauge(m, "climacast_connections", "Open connections.");
    o->running =
        metrics_gauge(m, "climacast_requests_running", "Requests being received or answered.");
    o->pending_bytes = metrics_gauge(m, "climacast_pending_body_bytes",
                                     "Size of the request bodies not verified yet in bytes.");
    o->queued = metrics_gauge(m, "climacast_worker_queue", "Requests waiting for a worker.");
    o->memory_bytes =
        metrics_gauge(m, "climacast_memory_tier_bytes", "Size of the in-process cache in bytes.");
    o->memory_entries =
        metrics_gauge(m, "climacast_memory_tier_entries", "Entries in the in-process cache.");
    if (o->settings.tls) {
        o->certificate_start =
            metrics_gauge(m, "climacast_certificate_start_timestamp_seconds",
                          "When the server certificate became valid, in seconds since 1970.");
        o->certificate_end =
            metrics_gauge(m, "climacast_certificate_end_timestamp_seconds",
                          "When the server certificate expires, in seconds since 1970.");
    }
    metric_set(metrics_gauge(m, "climacast_start_timestamp_seconds",
                             "When this process started, in seconds since 1970."),
               (double)clock_wall_s());
    metric_set(metric_get(metrics_family(m, METRIC_GAUGE, "climacast_build_info", "version",
                                         "Always 1; the label is the version of the program."),
                          CLIMACAST_VERSION, NULL, NULL),
               1);
    o->outage = metrics_gauge(m, "climacast_weather_outage_seconds",
                              "Seconds for which no weather has been available; 0: it is.");
    o->users = metrics_gauge(m, "climacast_users_today",
                             "Estimated number of different users since midnight UTC.");
    o->log_dropped =
        metric_get(metrics_family(m, METRIC_COUNTER, "climacast_log_lines_dropped_total", "",
                                  "Log lines lost because their reader stalled or failed."),
                   NULL, NULL, NULL);
    metrics_on_write(m, update_gauges, o);
}

/* ---- pages for monitoring ---- */

static void page_health(void *data, const struct admin_request *request, struct admin_response *r)
{
    struct ops *o = data;

    (void)request;
    if (health_check(o->settings.listener, o->settings.workers, HEALTH_STALL_MS, &r->body))
        buf_putz(&r->body, "ok\n");
    else
        r->status = 503;
}

static bool is_certificate_valid(const struct ops *o)
{
    if (!o->settings.tls)
        return true;
    const struct tls_pair *pair = tls_current(o->settings.tls);
    bool valid = pair->not_after > clock_wall_s();

    tls_pair_release(pair);
    return valid;
}

/* When not ready, appends the reasons to `why`, one per line. Blocks for up to READY_TIMEOUT_MS. */
static bool is_ready(struct ops *o, struct buf *why)
{
    struct err err = ERR_NONE;

    if (!store_is_ready(o->settings.services->store, clock_mono_ms() + READY_TIMEOUT_MS, &err)) {
        const char *fix = reason_fix(err.reason);
        buf_printf(why, "store: %s%s%s\n", err.text, *fix ? "; fix: " : "", fix);
    }
    if (!is_certificate_valid(o))
        buf_putz(why, "certificate: expired\n");
    if (alexa_listener_stats(o->settings.listener).draining)
        buf_putz(why, "shutting down: draining connections\n");
    return why->n == 0;
}

/* A daemon without weather still answers, so it is degraded, but ready. */
static void page_ready(void *data, const struct admin_request *request, struct admin_response *r)
{
    struct ops *o = data;
    int64_t min_s = config_int(o->settings.services->config, CONFIG_ADMIN_DEGRADED_AFTER);
    int64_t outage_s = weather_outage_s(o, min_s);

    (void)request;
    if (!is_ready(o, &r->body))
        r->status = 503;
    else if (outage_s > 0)
        buf_printf(&r->body, "degraded\nweather: none available for %lld min\n",
                   (long long)(outage_s / 60));
    else
        buf_putz(&r->body, "ready\n");
}

static void page_metrics(void *data, const struct admin_request *request, struct admin_response *r)
{
    struct ops *o = data;

    (void)request;
    r->type = "text/plain; version=0.0.4; charset=utf-8";
    metrics_write(o->settings.services->metrics, &r->body);
    analytics_write(o->settings.services->analytics, &r->body);
}

/* ---- pages for browsers ---- */

static bool argument_equals(const struct admin_request *request, const char *name,
                            const char *value)
{
    const char *given = admin_listener_argument(request, name);

    return given && strcmp(given, value) == 0;
}

static void collect_listeners(struct ops *o, struct dashboard_data *d)
{
    struct alexa_listener_stats listener = alexa_listener_stats(o->settings.listener);
    struct buf why = BUF_INIT(sizeof d->not_ready - 1);

    d->ready = is_ready(o, &why);
    memcpy(d->not_ready, buf_z(&why), why.n);
    buf_free(&why);
    d->connections = (double)listener.connections;
    d->running = (double)listener.running;
    d->queued = (double)workers_stats(o->settings.workers).queued;
    if (!o->settings.tls)
        return;
    const struct tls_pair *pair = tls_current(o->settings.tls);
    d->certificate_start = pair->not_before;
    d->certificate_end = pair->not_after;
    memcpy(d->certificate_name, pair->subject, sizeof d->certificate_name);
    tls_pair_release(pair);
}

static void collect_station_names(struct ops *o, struct dashboard_data *d)
{
    int64_t deadline = clock_mono_ms() + NAMES_TIMEOUT_MS;

    for (size_t i = 0; i < d->station_count; i++)
        station_names_get(o->station_names, d->stations[i].name, deadline, d->station_names[i]);
}

static const struct zone *configured_zone(const struct config *c)
{
    const struct zone *z = zone_get(str_of(config_text(c, CONFIG_ADMIN_TIME_ZONE)));

    return z ? z : zone_local();
}

static void page_dashboard(void *data, const struct admin_request *request,
                           struct admin_response *r)
{
    struct ops *o = data;
    const struct config *config = o->settings.services->config;
    struct dashboard_data *d = calloc(1, sizeof *d);

    r->type = "text/html; charset=utf-8";
    page_policy(&r->policy, NULL);
    if (!d) {
        r->status = 503;
        return;
    }
    d->now = clock_wall_s();
    d->version = CLIMACAST_VERSION;
    d->console = o->console;
    d->whole_day = argument_equals(request, "range", "day");
    d->paused = argument_equals(request, "refresh", "no");
    collect_listeners(o, d);
    d->zone = configured_zone(config);
    d->outage_s = weather_outage_s(o, OUTAGE_SHOWN_S);
    d->degraded = weather_outage_s(o, config_int(config, CONFIG_ADMIN_DEGRADED_AFTER)) > 0;
    dashboard_data_collect(o->settings.services, o->settings.history, o->settings.recent,
                           clock_mono_ms() + COLLECT_TIMEOUT_MS, d);
    collect_station_names(o, d);
    dashboard_write(d, &r->body);
    free(d);
}

static void page_console(void *data, const struct admin_request *request, struct admin_response *r)
{
    struct ops *o = data;

    console_handle(o->console, request, r);
}

/* ---- create and free ---- */

/* The console must be last: it is dropped from the table unless it is enabled. */
static const struct admin_route routes[] = {
    { .path = "/", .handle = page_dashboard, .browser = true },
    { .path = "/healthz", .handle = page_health, .any_host = true },
    { .path = "/readyz", .handle = page_ready },
    { .path = "/metrics", .handle = page_metrics },
    { .path = "/console", .handle = page_console, .browser = true, .form = true },
};

static enum status ops_listen(struct ops *o, struct err *err)
{
    const struct config *config = o->settings.services->config;
    const char *address = config_list(config, CONFIG_ADMIN_LISTEN)[0];
    struct admin_listener_settings settings = { .routes = routes,
                                                .route_count = sizeof routes / sizeof routes[0],
                                                .hosts = config_list(config, CONFIG_ADMIN_HOSTS),
                                                .data = o };
    char name[LISTEN_SOCKET_NAME_SIZE];
    enum status st = ST_OK;

    if (!address)
        return ST_OK;
    if (config_bool(config, CONFIG_ADMIN_SIMULATOR))
        st = console_create(o->settings.pipeline, &o->console, err);
    else
        settings.route_count--;
    if (st == ST_OK) {
        st = listen_socket_open(address, &settings.fd, err);
        if (st != ST_OK)
            (void)err_context(err, "admin.listen");
    }
    if (st != ST_OK)
        return st;
    listen_socket_name(settings.fd, name);
    log_line(o->settings.services->log, LOG_INFO, "admin_listening", LOG_TEXT("address", name));
    return admin_listener_create(&settings, &o->admin, err);
}

enum status ops_create(const struct ops_settings *settings, struct ops **ret_ops, struct err *err)
{
    struct ops *o = calloc(1, sizeof *o);

    if (!o)
        return err_no_memory(err);
    o->settings = *settings;
    o->station_names = station_names_create(settings->services->nws);
    if (!o->station_names) {
        free(o);
        return err_no_memory(err);
    }
    declare_gauges(o);
    *ret_ops =
        o; /* set even on failure: the metrics already point to it, so the caller frees it last */
    return ops_listen(o, err);
}

void ops_free(struct ops *o)
{
    if (!o)
        return;
    admin_listener_free(o->admin);
    console_free(o->console);
    station_names_free(o->station_names);
    free(o);
}
