/* SPDX-License-Identifier: Apache-2.0 */
/* server/climacastd.c -- the daemon: builds everything bottom-up, serves, drains, and frees it in
 * reverse. */
#include <malloc.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "certs/renewal.h"
#include "intents/weather/place_zone.h"
#include "server/admin/history.h"
#include "server/admin/ops.h"
#include "server/alert_service.h"
#include "server/api/api.h"
#include "server/api/api_listener.h"
#include "server/background.h"
#include "server/base/clock.h"
#include "server/base/digest.h"
#include "server/base/nearest.h"
#include "server/config/options.h"
#include "server/good_urls_item.h"
#include "server/lifecycle.h"
#include "server/listener/alexa_listener.h"
#include "server/listener/health.h"
#include "server/listener/listeners.h"
#include "server/periodic.h"
#include "server/request/reason.h"
#include "server/request/shared_ids.h"
#include "server/services/store_ready.h"
#include "server/streams.h"

enum {
    QUEUE_PER_WORKER = 8,
    PARKED_PER_WORKER = 4,
    FLUSH_MS = 500,
    MAINTENANCE_MS = 30 * 1000,
    STORE_MS = 2500,
    CERTIFICATE_WARN_MS = 24 * 3600 * 1000, /* between two warnings that it ends soon */
};

struct climacastd {
    const struct options *options;
    struct config *config;
    struct log *log;
    struct services services;
    struct shared_ids *shared_ids; /* NULL without Redis */
    struct verify *verify;
    struct tls *tls; /* NULL with server.tls = no, as is the next one */
    struct handshake *handshake;
    struct pipeline pipeline;
    struct workers *workers;
    struct parking *parking;
    struct alexa_listener *listener;
    struct ops *ops;
    struct api *api; /* NULL unless api.listen is set */
    struct periodic *maintenance;
    _Atomic int64_t certificate_warn_at; /* monotonic milliseconds */
    struct background *background;
    struct alert_service *alerts; /* NULL with alerts.enabled = no */
    struct history *history;
    struct recent *recent;
    atomic_bool is_ready; /* the log says so */
};

static void usage(FILE *out)
{
    fprintf(
        out,
        "usage: climacastd [--config FILE] [--set section.key=value]... [--version] [--help]\n"
        "\n"
        "Serves the Clima Cast skill: answers signed Alexa requests about US weather over HTTPS.\n"
        "`climacast config --keys` lists the configuration keys, `climacast config` their values.\n"
        "SIGTERM drains and stops; SIGHUP reloads the certificate and the log level.\n");
}

static void report_verify(void *data, const struct err *err)
{
    struct climacastd *d = data;

    log_err(d->log, LOG_WARNING, "signing_chain_refresh_failed", err);
}

/* Once a day, until it is renewed. */
static void warn_of_certificate(struct climacastd *d)
{
    const struct tls_pair *pair = tls_current(d->tls);
    int64_t now = clock_wall_s(), left = pair->not_after - now;
    bool overdue = renewal_is_overdue(pair->not_before, pair->not_after, now);
    char text[RENEWAL_TEXT_BYTES];

    tls_pair_release(pair);
    if (!overdue) {
        d->certificate_warn_at = 0;
        return;
    }
    if (clock_mono_ms() < d->certificate_warn_at)
        return;
    d->certificate_warn_at = clock_mono_ms() + CERTIFICATE_WARN_MS;
    renewal_format_left(left, text);
    log_line(d->log, LOG_WARNING, left > 0 ? "certificate_expires_soon" : "certificate_expired",
             LOG_INT("days_left", left / 86400), LOG_TEXT("left", text),
             LOG_TEXT("fix", "renew it (certbot renew) and check why auto-renewal failed"));
}

/* Log `ready`; or why the store cannot be used, once. Questions are answered all the same. */
static void log_readiness(struct climacastd *d, bool first)
{
    struct err err = ERR_NONE;

    if (store_is_ready(d->services.store, clock_mono_ms() + STORE_MS, &err)) {
        d->is_ready = true;
        log_line(d->log, LOG_INFO, "ready", LOG_TEXT("version", CLIMACAST_VERSION));
    } else if (first) {
        (void)err_context(&err, "store");
        log_line(d->log, LOG_ERROR, "not_ready", LOG_TEXT("version", CLIMACAST_VERSION),
                 LOG_TEXT("reason", err.reason), LOG_TEXT("error", err.text),
                 LOG_TEXT("fix", reason_fix(err.reason)));
    }
}

/* Every half minute: reports readiness and a certificate that must be renewed, refreshes chains. */
static void maintain(void *data, int64_t deadline)
{
    struct climacastd *d = data;

    if (!d->is_ready)
        log_readiness(d, false);
    if (d->tls)
        warn_of_certificate(d);
    verify_refresh(d->verify, deadline);
    malloc_trim(0); /* return to the system what a burst of documents used */
}

/* ---- callbacks of the lifecycle ---- */

/* On SIGHUP: read the configuration again and apply its log level. A bad one changes nothing. */
static void reload_log_level(void *data)
{
    struct climacastd *d = data;
    struct config *fresh;
    struct err err = ERR_NONE;
    enum log_level level;

    if (config_load(&d->options->sources, &fresh, &err) != ST_OK) {
        log_err(d->log, LOG_ERROR, "reload_failed", &err);
        return;
    }
    if (log_level_parse(config_text(fresh, CONFIG_LOG_LEVEL), &level))
        log_set_level(d->log, level);
    log_line(d->log, LOG_INFO, "reloaded", LOG_TEXT("level", config_text(fresh, CONFIG_LOG_LEVEL)));
    config_free(fresh);
}

static bool is_alive(void *data, int64_t max_ms, struct buf *why)
{
    struct climacastd *d = data;

    return health_check(d->listener, d->workers, max_ms, why);
}

/* ---- create, bottom-up ---- */

static enum status create_shared_ids(struct climacastd *d, struct err *err)
{
    const struct services *s = &d->services;

    if (s->redis)
        d->shared_ids = shared_ids_create(s->redis, s->metrics, d->log);
    return s->redis && !d->shared_ids ? err_no_memory(err) : ST_OK;
}

static enum status create_certificate(struct climacastd *d, struct err *err)
{
    enum status st = tls_create(config_text(d->config, CONFIG_SERVER_CERTIFICATE),
                                config_text(d->config, CONFIG_SERVER_PRIVATE_KEY), &d->tls, err);

    if (st != ST_OK)
        (void)err_context(err, "server.certificate, server.private_key");
    return st == ST_OK ? handshake_create(d->tls, &d->handshake, err) : st;
}

static enum status create_trust(struct climacastd *d, struct err *err)
{
    const struct config *c = d->config;
    struct verify_settings settings = {
        .on = config_bool(c, CONFIG_ALEXA_VERIFY),
        .skill_ids = config_list(c, CONFIG_ALEXA_SKILL_IDS),
        .tolerance_s = (int)config_int(c, CONFIG_ALEXA_TIMESTAMP_TOLERANCE),
        .trust_anchors = config_text(c, CONFIG_ALEXA_TRUST_ANCHORS),
        .connect_to = config_text(c, CONFIG_ALEXA_CERTIFICATE_CONNECT_TO),
        .reject_replays = config_bool(c, CONFIG_ALEXA_REJECT_REPLAYS),
        .report = report_verify,
        .report_data = d,
        .storage = good_urls_item_storage(d->services.store),
        .shared_ids = shared_ids_functions(d->shared_ids),
    };
    enum status st = config_bool(c, CONFIG_SERVER_TLS) ? create_certificate(d, err) : ST_OK;

    if (st == ST_OK)
        st = verify_create(&settings, d->services.http, d->services.metrics, &d->verify, err);
    return st;
}

static enum status create_listener(struct climacastd *d, struct err *err)
{
    const struct config *c = d->config;
    int fds[LISTENERS_MAX];
    size_t count = 0;
    bool inherited = false;
    const struct trusted_proxies proxies =
        trusted_proxies_of(config_list(c, CONFIG_SERVER_TRUSTED_PROXIES));
    enum status st = listeners_open(c, fds, &count, &inherited, err);
    const struct alexa_listener_settings settings = {
        .path = config_text(c, CONFIG_SERVER_PATH),
        .threads = (unsigned)config_int(c, CONFIG_SERVER_THREADS),
        .max_connections = (unsigned)config_int(c, CONFIG_SERVER_MAX_CONNECTIONS),
        .max_connections_per_ip = (unsigned)config_int(c, CONFIG_SERVER_MAX_CONNECTIONS_PER_IP),
        .other_connections = *config_list(c, CONFIG_API_LISTEN) ? API_CONNECTIONS_MAX : 0,
        .connection_timeout_s = (unsigned)config_int(c, CONFIG_SERVER_CONNECTION_TIMEOUT),
        .max_request_bytes = (size_t)config_int(c, CONFIG_SERVER_MAX_REQUEST_BYTES),
        .max_pending_bytes = (size_t)config_int(c, CONFIG_SERVER_MAX_PENDING_BYTES),
        .fds = fds,
        .fd_count = count,
        .fds_inherited = inherited,
        .pipeline = &d->pipeline,
        .verify = d->verify,
        .workers = d->workers,
        .parking = d->parking,
        .handshake = d->handshake,
        .proxies = &proxies,
        .proxy_protocol = config_bool(c, CONFIG_SERVER_PROXY_PROTOCOL),
        .metrics = d->services.metrics,
        .log = d->log,
    };

    if (st == ST_OK) {
        listeners_log(d->config, fds, count, inherited, d->log);
        return alexa_listener_create(&settings, &d->listener, err);
    }
    while (count > 0)
        close(fds[--count]);
    return st;
}

static enum status create_pipeline(struct climacastd *d, struct err *err)
{
    size_t workers = (size_t)config_int(d->config, CONFIG_SERVER_WORKERS);

    d->recent = recent_create();
    if (!d->recent)
        return err_no_memory(err);
    const struct pipeline_settings settings = { .waiting_max = workers > 1 ? workers / 2 : 1,
                                                .config = d->config,
                                                .recent = d->recent,
                                                .skill = &d->services.skill,
                                                .verify = d->verify,
                                                .analytics = d->services.analytics,
                                                .metrics = d->services.metrics,
                                                .log = d->log };

    return pipeline_init(&d->pipeline, &settings, err);
}

static enum status create_threads(struct climacastd *d, struct err *err)
{
    size_t workers = (size_t)config_int(d->config, CONFIG_SERVER_WORKERS);

    d->workers = workers_create(workers, workers * QUEUE_PER_WORKER);
    if (d->workers)
        d->parking = parking_create(d->workers, workers * PARKED_PER_WORKER);
    d->maintenance = periodic_create(MAINTENANCE_MS, maintain, d);
    if (!d->parking || !d->maintenance)
        return err_set(err, ST_SYSTEM,
                       "cannot start %zu worker threads: lower server.workers, or raise the limit "
                       "on threads or memory",
                       workers);
    return ST_OK;
}

static enum status create_ops(struct climacastd *d, struct err *err)
{
    d->history = history_create(clock_wall_s());
    if (!d->history)
        return err_no_memory(err);
    const struct ops_settings settings = { .services = &d->services,
                                           .tls = d->tls,
                                           .listener = d->listener,
                                           .workers = d->workers,
                                           .pipeline = &d->pipeline,
                                           .history = d->history,
                                           .recent = d->recent };
    return ops_create(&settings, &d->ops, err);
}

static enum status create_background(struct climacastd *d, struct err *err)
{
    const struct background_settings settings = { .config = d->config,
                                                  .nws = d->services.nws,
                                                  .store = d->services.store,
                                                  .shared = d->services.shared,
                                                  .analytics = d->services.analytics,
                                                  .metrics = d->services.metrics,
                                                  .history = d->history,
                                                  .log = d->log };

    return background_create(&settings, &d->background, err);
}

static enum status create_all(struct climacastd *d, struct err *err)
{
    enum status st = services_create(d->config, d->log, &d->services, err);

    if (st == ST_OK)
        st = create_shared_ids(d, err);
    if (st == ST_OK)
        st = create_trust(d, err);
    if (st == ST_OK)
        st = create_pipeline(d, err);
    if (st == ST_OK)
        st = create_threads(d, err);
    if (st == ST_OK)
        st = create_listener(d, err);
    if (st == ST_OK)
        st = create_ops(d, err);
    if (st == ST_OK)
        st = api_create(&d->services, &d->api, err);
    if (st == ST_OK)
        st = create_background(d, err);
    if (st == ST_OK)
        st = alert_service_create(&d->services, &d->alerts, err);
    return st;
}

/* ---- warnings at startup ---- */

static void log_warnings(struct climacastd *d)
{
    const struct config *c = d->config;
    struct stat key;

    if (d->tls)
        warn_of_certificate(d);
    else if (!config_list(c, CONFIG_SERVER_TRUSTED_PROXIES)[0] && !listeners_are_unix(c))
        log_line(d->log, LOG_WARNING, "proxy_not_trusted",
                 LOG_TEXT("fix", "set server.trusted_proxies to the proxy's address: without it, "
                                 "all clients count as one for server.max_connections_per_ip"));
    if (!*config_text(c, CONFIG_WEATHER_CONTACT))
        log_line(d->log, LOG_WARNING, "weather_contact_missing",
                 LOG_TEXT("fix", "set weather.contact to an e-mail address or URL: the National "
                                 "Weather Service asks for one"));
    if (*config_ignored_variable(c))
        log_line(d->log, LOG_WARNING, "environment_variable_ignored",
                 LOG_TEXT("name", config_ignored_variable(c)),
                 LOG_TEXT("error", "there is no such section in the configuration"));
    if (!config_bool(c, CONFIG_ALEXA_VERIFY))
        log_line(d->log, LOG_WARNING, "verification_off",
                 LOG_TEXT("fix", "set alexa.verify = yes"));
    if (d->tls && stat(config_text(c, CONFIG_SERVER_PRIVATE_KEY), &key) == 0 &&
        (key.st_mode & 0004))
        log_line(d->log, LOG_WARNING, "private_key_world_readable",
                 LOG_TEXT("fix", "chmod o-r the file of server.private_key"));
}

/* ---- run ---- */

/* Give the entries that wait to be written what is left of the drain timeout, and a moment in any
 * case. */
static void flush_shared(struct climacastd *d, int64_t deadline)
{
    int64_t moment = clock_mono_ms() + FLUSH_MS;

    if (d->services.shared)
        (void)shared_flush(d->services.shared, deadline > moment ? deadline : moment);
}

static void free_all(struct climacastd *d)
{
    int64_t drain_ms = config_int(d->config, CONFIG_SERVER_DRAIN_TIMEOUT) * 1000;
    int64_t deadline = clock_mono_ms() + drain_ms;

    if (d->listener)
        alexa_listener_drain(d->listener, drain_ms);
    api_free(d->api);
    if (d->parking)
        parking_stop(d->parking);
    if (d->workers)
        workers_stop(d->workers);
    ops_free(d->ops); /* only now: /readyz reports the draining */
    alexa_listener_free(d->listener);
    parking_free(d->parking);
    workers_free(d->workers);
    pipeline_done(&d->pipeline);
    periodic_free(d->maintenance);
    background_free(d->background);
    alert_service_free(d->alerts);
    flush_shared(d, deadline);
    history_free(d->history);
    recent_free(d->recent);
    verify_free(d->verify);
    shared_ids_free(d->shared_ids);
    handshake_free(d->handshake);
    tls_free(d->tls);
    services_free(&d->services);
}

static int print_failure(const struct err *err, int status)
{
    const char *fix = reason_fix(err->reason);

    fprintf(stderr, "climacastd: %s%s%s\n", err->text, *fix ? "; fix: " : "", fix);
    return status;
}

static int serve(struct climacastd *d)
{
    struct err err = ERR_NONE;
    int status = EXIT_SUCCESS;

    if (create_all(d, &err) == ST_OK) {
        struct lifecycle l = { .log = d->log,
                               .tls = d->tls,
                               .handshake = d->handshake,
                               .drain_ms =
                                   config_int(d->config, CONFIG_SERVER_DRAIN_TIMEOUT) * 1000,
                               .reload = reload_log_level,
                               .alive = is_alive,
                               .data = d };
        log_warnings(d);
        log_readiness(d, true);
        lifecycle_run(&l);
    } else {
        log_flush(d->log);
        status = print_failure(&err, EXIT_FAILURE);
    }
    free_all(d);
    if (status == EXIT_SUCCESS)
        log_line(d->log, LOG_INFO, "stopped", LOG_TEXT("version", CLIMACAST_VERSION));
    return status;
}

static int print_help_or_version(const struct options *options)
{
    if (options->help)
        usage(stdout);
    else
        printf("climacastd %s\n", CLIMACAST_VERSION);
    return streams_flush() ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int run_daemon(struct climacastd *d)
{
    enum log_level level = LOG_INFO;
    struct err err = ERR_NONE;

    lifecycle_limit_heaps();
    lifecycle_block_signals();
    log_level_parse(config_text(d->config, CONFIG_LOG_LEVEL), &level);
    d->log = log_create(STDERR_FILENO, level, config_is(d->config, CONFIG_LOG_FORMAT, "json"));
    enum status st = d->log ? log_start_writer(d->log, &err) : err_no_memory(&err);
    if (st == ST_OK)
        st = digest_load(&err);
    place_zone_load_all();
    int status = st == ST_OK ? serve(d) : print_failure(&err, EXIT_FAILURE);
    log_free(d->log);
    return status;
}

static void report_argument(const char *word, struct err *err)
{
    struct nearest near = nearest_to(str_of(word));

    options_offer_names(&near);
    err_set(err, ST_INVALID, "unknown argument %s%s (see --help)", word, nearest_hint(&near));
}

int main(int argc, char **argv)
{
    struct options options;
    struct err err = ERR_NONE;
    struct climacastd d = { .options = &options };

    streams_reserve();
    if (options_parse(argc, argv, &options, &err) != ST_OK)
        return print_failure(&err, EXIT_USAGE);
    if (options.version || options.help)
        return print_help_or_version(&options);
    if (options.argc > 1) {
        report_argument(options.argv[1], &err);
        return print_failure(&err, EXIT_USAGE);
    }
    if (config_load(&options.sources, &d.config, &err) != ST_OK)
        return print_failure(&err, EXIT_USAGE);
    int status =
        config_validate(d.config, &err) == ST_OK ? run_daemon(&d) : print_failure(&err, EXIT_USAGE);
    config_free(d.config);
    return status;
}
