/* SPDX-License-Identifier: Apache-2.0 */
/* server/services/services.c -- builds the services in the order of their dependencies.
 *
 * Each gets its own small settings struct; nothing below this file reads the configuration. */
#include "server/services/services.h"

#include <string.h>

#include "server/base/clock.h"
#include "server/log/log_ids.h"
#include "server/services/backend.h"

enum {
    DOCUMENT_BYTES_MAX = 4 * 1024 * 1024,
    STALE_S = 2 * 3600,
    CREATE_TABLE_MS = 60 * 1000,
    UNWRITTEN_LOGGED_PER_SECOND = 1,
    HERE_FAULTS_LOGGED_PER_SECOND = 1,
};

static void report_upstream(void *data, const struct err *err)
{
    struct services *s = data;

    log_err(s->log, LOG_WARNING, "upstream_error", err);
}

/* Called once for each change. */
static void report_redis(void *data, const struct err *state)
{
    struct services *s = data;
    const char *url = config_text(s->config, CONFIG_REDIS_URL);

    if (state->status == ST_OK)
        log_line(s->log, LOG_INFO, "redis_up",
                 LOG_TEXT("transport", *url == 'u' ? "unix socket" : "TCP"));
    else if (state->status == ST_TOO_LARGE)
        log_err(s->log, LOG_WARNING, "redis_read_only", state);
    else
        log_err(s->log, LOG_WARNING, "redis_down", state);
}

/* A failed probe changes nothing, so it is not logged. */
static void report_breaker(void *data, const struct circuit_change *change)
{
    struct services *s = data;

    if (change->to == BREAKER_CLOSED)
        log_line(s->log, LOG_INFO, "breaker_closed", LOG_TEXT("breaker", change->name),
                 LOG_INT("open_ms", change->open_ms), LOG_INT("rejected", change->rejected));
    else
        log_line(s->log, change->from == BREAKER_CLOSED ? LOG_WARNING : LOG_DEBUG,
                 change->to == BREAKER_OPEN ? "breaker_open" : "breaker_half_open",
                 LOG_TEXT("breaker", change->name), LOG_TEXT("reason", change->why->reason),
                 LOG_TEXT("error", change->why->text));
}

/* All are counted. What follows from an open breaker is not logged: its opening was. */
static void report_here(void *data, const char *fault, const struct err *err)
{
    struct services *s = data;
    int64_t suppressed;
    struct metric_family *faults =
        metrics_family(s->metrics, METRIC_COUNTER, "climacast_here_faults_total", "fault",
                       "Questions that HERE did not answer usably.");

    metric_add(metric_get(faults, fault, NULL, NULL), 1);
    if (strcmp(fault, "not_asked") != 0 &&
        log_gate_open(&s->here_gate, HERE_FAULTS_LOGGED_PER_SECOND, &suppressed))
        log_line(s->log, LOG_WARNING, "here_fault", LOG_TEXT("fault", fault),
                 LOG_TEXT("reason", err->reason), LOG_TEXT("error", err->text),
                 LOG_INT("suppressed", suppressed));
}

/* When the store rejects one entry, it may reject them all. */
static void report_unwritten(void *data, const struct err *why)
{
    struct services *s = data;
    int64_t suppressed;

    if (log_gate_open(&s->unwritten_gate, UNWRITTEN_LOGGED_PER_SECOND, &suppressed))
        log_line(s->log, LOG_WARNING, "shared_entry_not_written", LOG_TEXT("reason", why->reason),
                 LOG_TEXT("error", why->text), LOG_INT("suppressed", suppressed));
}

static enum status create_redis(struct services *s, struct err *err)
{
    const struct config *c = s->config;
    struct tier_metrics tiers;
    struct redis_settings settings = {
        .url = config_text(c, CONFIG_REDIS_URL),
        .timeout_ms = config_int(c, CONFIG_REDIS_TIMEOUT_MS),
        .prefix = config_text(c, CONFIG_REDIS_PREFIX),
        .report = report_redis,
        .report_data = s,
    };

    if (!*settings.url)
        return ST_OK;
    tier_metrics_init(&tiers, s->metrics);
    settings.seconds = tiers.seconds[TIER_REDIS];
    settings.evictions = tiers.evictions[TIER_REDIS];
    return redis_create(&settings, s->metrics, &s->redis, err);
}

static enum status create_store(struct services *s, struct err *err)
{
    const struct config *c = s->config;
    struct backend_options options = { .layout = backend_layout(c),
                                       .create = true,
                                       .metrics = s->metrics };
    enum status st = backend_open(c, &options, s->http, &s->store, err);

    if (st == ST_OK && config_bool(c, CONFIG_PERSISTENCE_CREATE_TABLE))
        st = store_create_table(s->store, clock_mono_ms() + CREATE_TABLE_MS, err);
    if (st == ST_OK)
        st = store_protect(s->store, (struct circuit_report){ report_breaker, s }, s->metrics, err);
    return st;
}

/* The process's memory, and what caches documents and places in it. */
static enum status create_caches(struct services *s, struct err *err)
{
    const struct config *c = s->config;
    struct documents_settings documents = {
        .accept = "application/geo+json",
        .timeout_ms = config_int(c, CONFIG_WEATHER_TIMEOUT_MS),
        .max_bytes = DOCUMENT_BYTES_MAX,
        .stale_s = STALE_S,
        .redis = s->redis,
        .breakers = { report_breaker, s },
    };
    struct shared_settings shared = { .ttl_days = (int)config_int(c, CONFIG_CACHE_TTL_DAYS),
                                      .redis = s->redis,
                                      .report = report_unwritten,
                                      .report_data = s };

    s->memory = memory_create((size_t)config_int(c, CONFIG_CACHE_MEMORY_BYTES));
    if (!s->memory)
        return err_no_memory(err);
    s->watch = tier_metrics_watch_create(s->memory, s->metrics);
    s->documents = documents_create(&documents, s->http, s->memory, s->metrics);
    s->shared = shared_create(&shared, s->memory, s->store, s->metrics);
    s->analytics = analytics_create(s->store, s->redis, s->metrics);
    return s->watch && s->documents && s->shared && s->analytics ? ST_OK : err_no_memory(err);
}

static enum status create_nws(struct services *s, struct err *err)
{
    const struct config *c = s->config;
    struct nws_settings settings = {
        .base_url = config_text(c, CONFIG_WEATHER_BASE_URL),
        .radar_url = config_bool(c, CONFIG_SCREENS_RADAR)
                         ? config_text(c, CONFIG_SCREENS_RADAR_BASE_URL)
                         : NULL,
        .geocoder_here_key = config_text(c, CONFIG_GEOCODER_HERE_API_KEY),
        .geocoder_here_url = config_text(c, CONFIG_GEOCODER_HERE_BASE_URL),
        .geocoders = config_list(c, CONFIG_GEOCODER_PROVIDERS),
        .report = report_upstream,
        .report_here = report_here,
        .report_data = s,
    };

    s->nws = nws_create(&settings, s->documents, s->shared, err);
    return s->nws ? ST_OK : err_no_memory(err);
}

static enum status create_amazon(struct services *s, struct err *err)
{
    struct amazon_settings settings = { .connect_to =
                                            config_text(s->config, CONFIG_ALEXA_API_CONNECT_TO),
                                        .report = { report_breaker, s },
                                        .metrics = s->metrics };

    bool address = config_bool(s->config, CONFIG_ALEXA_DEVICE_ADDRESS);
    bool units = config_bool(s->config, CONFIG_ALEXA_DEVICE_SETTINGS);

    s->amazon = amazon_create(&settings, s->http);
    if (s->amazon && address)
        s->addresses = amazon_addresses_create(s->amazon);
    if (s->amazon && units)
        s->device_units = device_units_create(s->amazon);
    return s->amazon && (s->addresses || !address) && (s->device_units || !units)
               ? ST_OK
               : err_no_memory(err);
}

static enum status create_all(struct services *s, struct err *err)
{
    enum status st = backend_http(s->config, &s->http, err);

    s->metrics = metrics_create();
    if (st == ST_OK && !s->metrics)
        st = err_no_memory(err);
    if (st == ST_OK)
        st = create_store(s, err);
    if (st == ST_OK)
        st = create_redis(s, err);
    if (st == ST_OK)
        st = create_caches(s, err);
    if (st == ST_OK)
        st = create_nws(s, err);
    if (st == ST_OK)
        st = create_amazon(s, err);
    s->skill = (struct skill){ .nws = s->nws,
                               .store = s->store,
                               .shared = s->shared,
                               .addresses = s->addresses,
                               .device_units = s->device_units,
                               .alerts = config_bool(s->config, CONFIG_ALERTS_ENABLED) };
    return st;
}

enum status services_create(const struct config *config, struct log *log,
                            struct services *ret_services, struct err *err)
{
    *ret_services = (struct services){ .config = config, .log = log };
    log_ids_choose_key(config);
    enum status st = create_all(ret_services, err);
    if (st != ST_OK)
        services_free(ret_services);
    return st;
}

void services_free(struct services *s)
{
    device_units_free(s->device_units);
    amazon_addresses_free(s->addresses);
    amazon_free(s->amazon);
    nws_free(s->nws);
    analytics_free(s->analytics);
    shared_free(s->shared);
    documents_free(s->documents);
    redis_free(s->redis);
    tier_metrics_watch_free(s->watch);
    memory_free(s->memory);
    store_free(s->store);
    http_free(s->http);
    metrics_free(s->metrics);
    *s = (struct services){ 0 };
}
