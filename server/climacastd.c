/* SPDX-License-Identifier: Apache-2.0 */
/* server/climacastd.c -- the daemon: build the parts bottom-up, run, drain, take down in
 * reverse. */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/admin/history.h"
#include "server/admin/ops.h"
#include "server/alexa_listener.h"
#include "server/background.h"
#include "server/base/clock.h"
#include "server/lifecycle.h"
#include "server/listen_socket.h"
#include "server/options.h"
#include "server/periodic.h"
#include "server/reason.h"
#include "server/streams.h"

enum {
    QUEUE_PER_WORKER = 8,
    REFRESH_MS = 30 * 1000,
    CERTIFICATE_WARN_DAYS = 14,
    LISTENERS_MAX = 8,
    MAPPED_BYTES = 64 * 1024,
};

struct climacastd {
    const struct options *options;
    struct config *config;
    struct log *log;
    struct services parts;
    struct verify *verify;
    struct tls *tls;
    struct handshake *handshake;
    struct pipeline pipeline;
    struct workers *workers;
    struct alexa_listener *front;
    struct ops *ops;
    struct periodic *refresher;
    struct background *background;
    struct history *history;
};

static void usage(FILE *out)
{
    fprintf(out,
            "usage: climacastd [--config FILE] [--set section.key=value]... [--version] [--help]\n"
            "\n"
            "The Clima Cast skill endpoint: answers signed Alexa requests about US weather over "
            "HTTPS.\n"
            "Configuration keys are listed by `climacast config --keys`, the effective values by\n"
            "`climacast config`.  SIGTERM drains and stops, SIGHUP rereads certificate and log "
            "level.\n");
}

static void report_verify(void *data, const struct err *err)
{
    struct climacastd *d = data;

    log_err(d->log, LOG_WARNING, "signing_chain_refresh_failed", err);
}

static void refresh(void *data, int64_t deadline)
{
    struct climacastd *d = data;

    verify_refresh(d->verify, deadline);
    malloc_trim(0); /* what a burst of documents took goes back */
}

/* ---- what the lifecycle asks ---- */

/* SIGHUP: the log level as the sources say now; a bad file changes nothing. */
static void reload(void *data)
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
    config_free(fresh);
    log_line(d->log, LOG_INFO, "reloaded", LOG_TEXT("level", "as configured"));
}

static bool alive(void *data)
{
    struct climacastd *d = data;
    struct workers_facts f = workers_facts(d->workers);
    static uint64_t last; /* only the main thread calls */
    bool moving = f.finished != last || (f.queued == 0 && f.busy < f.threads);

    last = f.finished;
    return moving;
}

/* ---- building, bottom-up ---- */

static enum status build_trust(struct climacastd *d, struct err *err)
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
    };
    enum status st = tls_create(config_text(c, CONFIG_SERVER_CERTIFICATE),
                                config_text(c, CONFIG_SERVER_PRIVATE_KEY), &d->tls, err);

    if (st != ST_OK)
        (void)err_context(err, "server.certificate, server.private_key");
    if (st == ST_OK)
        st = handshake_create(d->tls, &d->handshake, err);
    if (st == ST_OK)
        st = verify_create(&settings, d->parts.http, d->parts.metrics, &d->verify, err);
    return st;
}

/* The sockets that were handed over, else those of server.listen. Both are ours to close. */
static enum status listeners(const struct config *c, int fds[LISTENERS_MAX], size_t *ret_count,
                             bool *ret_inherited, struct err *err)
{
    enum status st = listen_socket_inherit(fds, LISTENERS_MAX, ret_count, err);

    *ret_inherited = *ret_count > 0;
    /* What config_validate() holds server.listen to. */
    for (size_t i = 0; st == ST_OK && i < *ret_count; i++)
        if (!config_bool(c, CONFIG_ALEXA_VERIFY) && !listen_socket_is_loopback(fds[i]))
            st = err_set(err, ST_INVALID,
                         "alexa.verify = \"no\": must be yes unless every socket that is handed "
                         "over is bound to a loopback address");
    if (*ret_inherited)
        return st;
    for (const char *const *at = config_list(c, CONFIG_SERVER_LISTEN); st == ST_OK && *at; at++) {
        st = listen_socket_open(*at, &fds[*ret_count], err);
        *ret_count += st == ST_OK;
    }
    return st;
}

static enum status build_front(struct climacastd *d, struct err *err)
{
    const struct config *c = d->config;
    int fds[LISTENERS_MAX];
    size_t count = 0;
    bool inherited = false;
    enum status st = listeners(c, fds, &count, &inherited, err);
    struct alexa_listener_settings settings = {
        .path = config_text(c, CONFIG_SERVER_PATH),
        .threads = (unsigned)config_int(c, CONFIG_SERVER_THREADS),
        .max_connections = (unsigned)config_int(c, CONFIG_SERVER_MAX_CONNECTIONS),
        .max_connections_per_ip = (unsigned)config_int(c, CONFIG_SERVER_MAX_CONNECTIONS_PER_IP),
        .connection_timeout_s = (unsigned)config_int(c, CONFIG_SERVER_CONNECTION_TIMEOUT),
        .max_request_bytes = (size_t)config_int(c, CONFIG_SERVER_MAX_REQUEST_BYTES),
        .fds = fds,
        .fd_count = count,
        .inherited = inherited,
        .pipeline = &d->pipeline,
        .workers = d->workers,
        .handshake = d->handshake,
    };
    char name[80];

    for (size_t i = 0; st == ST_OK && i < count; i++) {
        listen_socket_name(fds[i], name);
        log_line(d->log, LOG_INFO, "listening", LOG_TEXT("address", name),
                 LOG_TEXT("path", settings.path),
                 LOG_TEXT("socket", inherited ? "handed over" : "own"));
    }
    if (st == ST_OK)
        return alexa_listener_create(&settings, &d->front, err);
    while (count > 0)
        close(fds[--count]);
    return st;
}

static enum status build_operator(struct climacastd *d, struct err *err)
{
    const struct ops_settings settings = { .services = &d->parts,
                                           .tls = d->tls,
                                           .listener = d->front,
                                           .workers = d->workers,
                                           .pipeline = &d->pipeline,
                                           .history = d->history };

    return ops_create(&settings, &d->ops, err);
}

static enum status build(struct climacastd *d, struct err *err)
{
    size_t workers = (size_t)config_int(d->config, CONFIG_SERVER_WORKERS);
    enum status st = services_create(d->config, d->log, &d->parts, err);

    if (st == ST_OK)
        st = build_trust(d, err);
    if (st != ST_OK)
        return st;
    st = pipeline_init(&d->pipeline, &d->parts, d->verify, err);
    if (st != ST_OK)
        return st;
    d->workers = workers_create(workers, workers * QUEUE_PER_WORKER);
    d->refresher = periodic_create(REFRESH_MS, refresh, d);
    d->history = history_create(clock_wall_s());
    if (!d->workers || !d->refresher || !d->history)
        return err_set(err, ST_SYSTEM, "cannot start the worker threads");
    st = build_front(d, err);
    if (st == ST_OK)
        st = build_operator(d, err);
    if (st == ST_OK)
        st = background_create(&d->parts, d->history, &d->background, err);
    return st;
}

/* ---- warnings a starting daemon owes its owner ---- */

static void warn_owner(struct climacastd *d)
{
    const struct config *c = d->config;
    struct stat key;
    const struct tls_pair *pair = tls_current(d->tls);
    int64_t days = (pair->not_after - clock_wall_s()) / 86400;

    tls_pair_release(pair);
    if (days < CERTIFICATE_WARN_DAYS)
        log_line(d->log, LOG_WARNING, "certificate_expires_soon", LOG_INT("days_left", days));
    if (!*config_text(c, CONFIG_WEATHER_CONTACT))
        log_line(
            d->log, LOG_WARNING, "weather_contact_missing",
            LOG_TEXT("fix", "set weather.contact: the weather service asks for an e-mail or URL"));
    if (*config_ignored_variable(c))
        log_line(d->log, LOG_WARNING, "environment_variable_ignored",
                 LOG_TEXT("name", config_ignored_variable(c)),
                 LOG_TEXT("error", "it names no section of the configuration"));
    if (!config_bool(c, CONFIG_ALEXA_VERIFY))
        log_line(d->log, LOG_WARNING, "verification_off", LOG_TEXT("error", "alexa.verify = no"));
    if (stat(config_text(c, CONFIG_SERVER_PRIVATE_KEY), &key) == 0 && (key.st_mode & 0004))
        log_line(d->log, LOG_WARNING, "private_key_world_readable",
                 LOG_TEXT("fix", "chmod o-r the file of server.private_key"));
}

/* ---- life ---- */

static void take_down(struct climacastd *d)
{
    if (d->front)
        alexa_listener_drain(d->front, config_int(d->config, CONFIG_SERVER_DRAIN_TIMEOUT) * 1000);
    if (d->workers)
        workers_stop(d->workers);
    ops_free(d->ops); /* told of the draining till now */
    alexa_listener_free(d->front);
    workers_free(d->workers);
    pipeline_done(&d->pipeline);
    periodic_free(d->refresher);
    background_free(d->background);
    history_free(d->history);
    verify_free(d->verify);
    handshake_free(d->handshake);
    tls_free(d->tls);
    services_free(&d->parts);
}

static int fail(const struct err *err, int status)
{
    const char *fix = reason_fix(err->reason);

    fprintf(stderr, "climacastd: %s%s%s\n", err->text, *fix ? "; what to do: " : "", fix);
    return status;
}

static int serve(struct climacastd *d)
{
    struct err err = ERR_NONE;
    int status = EXIT_SUCCESS;

    if (build(d, &err) == ST_OK) {
        struct lifecycle l = { .log = d->log,
                               .tls = d->tls,
                               .handshake = d->handshake,
                               .drain_ms =
                                   config_int(d->config, CONFIG_SERVER_DRAIN_TIMEOUT) * 1000,
                               .reload = reload,
                               .alive = alive,
                               .data = d };
        warn_owner(d);
        log_line(d->log, LOG_INFO, "ready", LOG_TEXT("version", CLIMACAST_VERSION));
        lifecycle_run(&l);
    } else
        status = fail(&err, EXIT_FAILURE);
    take_down(d);
    if (status == EXIT_SUCCESS)
        log_line(d->log, LOG_INFO, "stopped", LOG_TEXT("version", CLIMACAST_VERSION));
    return status;
}

int main(int argc, char **argv)
{
    struct options options;
    struct err err = ERR_NONE;
    struct climacastd d = { .options = &options };
    enum log_level level = LOG_INFO;

    streams_reserve();
    if (options_parse(argc, argv, &options, &err) != ST_OK)
        return fail(&err, EXIT_USAGE);
    if (options.version || options.help) {
        if (options.help)
            usage(stdout);
        else
            printf("climacastd %s\n", CLIMACAST_VERSION);
        return streams_flush() ? EXIT_SUCCESS : EXIT_FAILURE;
    }
    if (options.argc > 1) {
        fprintf(stderr, "climacastd: unknown argument %s (see --help)\n", options.argv[1]);
        return EXIT_USAGE;
    }
    if (config_load(&options.sources, &d.config, &err) != ST_OK)
        return fail(&err, EXIT_USAGE);
    if (config_validate(d.config, &err) != ST_OK) {
        config_free(d.config);
        return fail(&err, EXIT_USAGE);
    }
    /* One heap for all threads, since turns have their arenas and seldom come here; and what is
     * large, such as the text of a document, is mapped by itself and gone when it is freed. Both
     * keep a burst from staying in memory. */
    mallopt(M_ARENA_MAX, 1);
    mallopt(M_MMAP_THRESHOLD, MAPPED_BYTES);
    lifecycle_block_signals();
    log_level_parse(config_text(d.config, CONFIG_LOG_LEVEL), &level);
    d.log = log_create(STDERR_FILENO, level, config_is(d.config, CONFIG_LOG_FORMAT, "json"));
    int status = d.log ? serve(&d) : EXIT_FAILURE;
    log_free(d.log);
    config_free(d.config);
    return status;
}
