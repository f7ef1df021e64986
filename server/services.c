/* SPDX-License-Identifier: Apache-2.0 */
/* server/services.c -- each part is handed its own small settings; none below reads the
 * configuration. */
#include "server/services.h"

#include "server/backend.h"
#include "server/base/clock.h"

enum {
    DOCUMENT_BYTES_MAX = 4 * 1024 * 1024,
    STALE_S = 2 * 3600,
    CREATE_TABLE_MS = 60 * 1000,
};

static void report_upstream(void *data, const struct err *err)
{
    struct services *p = data;

    log_err(p->log, LOG_WARNING, "upstream_error", err);
}

/* Told of each change once. */
static void report_redis(void *data, const struct err *state)
{
    struct services *p = data;
    const char *url = config_text(p->config, CONFIG_REDIS_URL);

    if (state->status == ST_OK)
        log_line(p->log, LOG_INFO, "redis_up",
                 LOG_TEXT("transport", *url == 'u' ? "unix socket" : "TCP"));
    else if (state->status == ST_TOO_LARGE)
        log_err(p->log, LOG_WARNING, "redis_read_only", state);
    else
        log_err(p->log, LOG_WARNING, "redis_down", state);
}

static enum status create_redis(struct services *p, struct err *err)
{
    const struct config *c = p->config;
    struct redis_settings settings = {
        .url = config_text(c, CONFIG_REDIS_URL),
        .timeout_ms = config_int(c, CONFIG_REDIS_TIMEOUT_MS),
        .prefix = config_text(c, CONFIG_REDIS_PREFIX),
        .report = report_redis,
        .report_data = p,
    };

    if (!*settings.url)
        return ST_OK;
    return redis_create(&settings, p->metrics, &p->redis, err);
}

static enum status create_nws(struct services *p, struct err *err)
{
    const struct config *c = p->config;
    struct nws_settings settings = {
        .base_url = config_text(c, CONFIG_WEATHER_BASE_URL),
        .geocoder_here_key = config_text(c, CONFIG_GEOCODER_HERE_API_KEY),
        .geocoder_here_url = config_text(c, CONFIG_GEOCODER_HERE_BASE_URL),
        .geocoders = config_list(c, CONFIG_GEOCODER_PROVIDERS),
        .report = report_upstream,
        .report_data = p,
    };

    p->nws = nws_create(&settings, p->documents, p->shared, err);
    return p->nws ? ST_OK : err_no_memory(err);
}

static enum status build(struct services *p, struct err *err)
{
    const struct config *c = p->config;
    struct backend_options store = { .layout = backend_layout(c), .create = true };
    enum status st = backend_http(c, &p->http, err);

    p->metrics = store.metrics = metrics_create();
    if (st == ST_OK)
        st = backend_open(c, &store, p->http, &p->store, err);
    if (st == ST_OK && config_bool(c, CONFIG_PERSISTENCE_CREATE_TABLE))
        st = store_create_table(p->store, clock_mono_ms() + CREATE_TABLE_MS, err);
    p->memory = memory_create((size_t)config_int(c, CONFIG_CACHE_MEMORY_BYTES));
    if (st == ST_OK && (!p->metrics || !p->memory))
        st = err_no_memory(err);
    if (st == ST_OK)
        st = create_redis(p, err);
    if (st != ST_OK)
        return st;
    struct documents_settings documents = {
        .accept = "application/geo+json",
        .timeout_ms = config_int(c, CONFIG_WEATHER_TIMEOUT_MS),
        .max_bytes = DOCUMENT_BYTES_MAX,
        .stale_s = STALE_S,
        .redis = p->redis,
    };
    struct shared_settings shared = { .ttl_days = (int)config_int(c, CONFIG_CACHE_TTL_DAYS),
                                      .redis = p->redis };
    p->watch = tier_metrics_watch_create(p->memory, p->metrics);
    p->documents = documents_create(&documents, p->http, p->memory, p->metrics);
    p->shared = shared_create(&shared, p->memory, p->store, p->metrics);
    if (!p->watch || !p->documents || !p->shared)
        return err_no_memory(err);
    p->analytics = analytics_create(p->store, p->redis, p->metrics);
    if (!p->analytics)
        return err_no_memory(err);
    st = create_nws(p, err);
    p->skill = (struct skill){ .nws = p->nws, .store = p->store, .shared = p->shared };
    return st;
}

enum status services_create(const struct config *config, struct log *log,
                            struct services *ret_parts, struct err *err)
{
    *ret_parts = (struct services){ .config = config, .log = log };
    enum status st = build(ret_parts, err);
    if (st != ST_OK)
        services_free(ret_parts);
    return st;
}

void services_free(struct services *p)
{
    nws_free(p->nws);
    analytics_free(p->analytics);
    shared_free(p->shared);
    documents_free(p->documents);
    redis_free(p->redis);
    tier_metrics_watch_free(p->watch);
    memory_free(p->memory);
    store_free(p->store);
    http_free(p->http);
    metrics_free(p->metrics);
    *p = (struct services){ 0 };
}

int64_t services_weather_now(const struct services *p)
{
    int64_t t;

    return config_instant(p->config, CONFIG_WEATHER_NOW, &t) ? t : clock_wall_s();
}
