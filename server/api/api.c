/* SPDX-License-Identifier: Apache-2.0 */
/* server/api/api.c -- one request: checks access, calls the endpoint, counts and logs. */
#include "server/api/api.h"

#include <stdlib.h>
#include <string.h>

#include "server/api/access.h"
#include "server/api/api_listener.h"
#include "server/api/mcp.h"
#include "server/api/v1.h"
#include "server/base/arena_pool.h"
#include "server/base/clock.h"
#include "server/listener/listen_socket.h"
#include "server/utterance/model_file.h"

enum {
    ARENA_MAX = 4 * 1024 * 1024, /* of one request */
    ARENAS_POOLED = 4,
    LINES_PER_SECOND = 20,
};

struct api {
    struct services *services;
    struct access *access;
    struct arena_pool *arenas;
    struct model *model; /* what can be said */
    struct api_listener *listener;
    struct metric_family *requests, *seconds;
    struct log_gate log_gate;
};

/* ---- counting and logging ---- */

static void count_request(struct api *a, const struct api_request *q, const char *endpoint,
                          const struct api_reply *reply, const struct turn_log *t)
{
    int64_t us = clock_mono_us() - q->started_us, suppressed;
    char client[IP_TEXT_BYTES];

    metric_add(metric_get(a->requests, endpoint, reply->result, NULL), 1);
    metric_observe(metric_get(a->seconds, endpoint, NULL, NULL), (double)us / 1e6);
    if (!log_enabled(a->services->log, LOG_INFO) ||
        !log_gate_open(&a->log_gate, LINES_PER_SECOND, &suppressed))
        return;
    log_line(a->services->log, LOG_INFO, "api_request", LOG_TEXT("endpoint", endpoint),
             LOG_TEXT("result", reply->result), LOG_INT("ms", (us + 500) / 1000),
             LOG_TEXT("intent", t->intent), LOG_TEXT("place", t->place),
             LOG_TEXT("reason", t->err.reason), LOG_TEXT("client", ip_format(&q->peer, client)),
             LOG_INT("suppressed", suppressed));
}

/* ---- one request ---- */

static bool is_mcp(const struct api_request *q)
{
    return str_eqz(q->path, "/mcp");
}

static bool is_get(struct str method)
{
    return str_eqz(method, "GET") || str_eqz(method, "HEAD");
}

static enum status answer_v1(struct api *a, const struct api_request *q,
                             const struct v1_endpoint *endpoint, const struct call *call,
                             struct api_reply *reply, struct turn_log *ret_log)
{
    const struct v1_request request = {
        .endpoint = endpoint, .query = q->query, .skill = &a->services->skill, .model = a->model
    };

    if (!is_get(q->method)) {
        api_reply_error(reply, API_method_not_allowed, STR("Only GET is allowed here."));
        reply->allow = "GET, HEAD";
        return ST_OK;
    }
    return v1_answer(&request, call, reply, ret_log);
}

static enum status answer_mcp(struct api *a, const struct api_request *q, const struct call *call,
                              struct api_reply *reply, struct turn_log *ret_log)
{
    const struct mcp_request request = { .skill = &a->services->skill,
                                         .model = a->model,
                                         .body = q->body,
                                         .version = q->protocol_version };

    if (!str_eqz(q->method, "POST")) {
        api_reply_error(reply, API_method_not_allowed, STR("Only POST is allowed here."));
        reply->allow = "POST";
        return ST_OK;
    }
    return mcp_answer(&request, call, reply, ret_log);
}

static enum status answer_admitted(struct api *a, const struct api_request *q, int64_t deadline,
                                   struct api_reply *reply, struct turn_log *ret_log)
{
    const struct v1_endpoint *endpoint = v1_find(q->path);
    struct call call = { .deadline = deadline,
                         .now = config_weather_now(a->services->config),
                         .began_us = q->started_us };
    enum status st = ST_OK;

    call.arena = arena_pool_take(a->arenas);
    if (!call.arena)
        return err_no_memory(NULL);
    if (!endpoint && !is_mcp(q))
        api_reply_error(reply, API_not_found, STR("There is nothing at this path."));
    else if (q->body_too_large)
        api_reply_error(reply, API_too_large, STR("The body is larger than 1 MB."));
    else if (endpoint)
        st = answer_v1(a, q, endpoint, &call, reply, ret_log);
    else
        st = answer_mcp(a, q, &call, reply, ret_log);
    arena_pool_give(a->arenas, call.arena);
    return st;
}

static const char *door_name(const struct api_request *q)
{
    const struct v1_endpoint *endpoint = v1_find(q->path);

    return endpoint ? v1_name(endpoint) : is_mcp(q) ? "mcp" : "other";
}

static enum status handle_request(void *data, struct api_request *q, int64_t deadline,
                                  struct api_reply *reply)
{
    struct api *a = data;
    const struct access_request asked = { .host = q->host,
                                          .origin = q->origin,
                                          .authorization = q->authorization,
                                          .repeated = q->repeated,
                                          .strict_origin = is_mcp(q),
                                          .peer = q->peer,
                                          .own = q->own };
    struct turn_log log = { .intent = "" };
    enum status st = q->admitted ? ST_OK : access_check(a->access, &asked, deadline, reply);

    if (st == ST_WOULD_WAIT)
        return st;
    q->admitted = st == ST_OK;
    if (q->admitted)
        st = answer_admitted(a, q, deadline, reply, &log);
    if (st == ST_WOULD_WAIT)
        return st;
    if (st != ST_OK && st != ST_DENIED)
        api_reply_error(reply, API_weather_unavailable, STR("Please try again in a little while."));
    count_request(a, q, door_name(q), reply, &log);
    return ST_OK;
}

/* ---- create and free ---- */

static enum status start_listening(struct api *a, const char *address, struct err *err)
{
    struct api_listener_settings settings = { .handle = handle_request, .data = a };
    char name[LISTEN_SOCKET_NAME_SIZE];
    enum status st = listen_socket_open(address, &settings.fd, err);

    if (st != ST_OK)
        return err_context(err, "api.listen");
    listen_socket_name(settings.fd, name);
    log_line(a->services->log, LOG_INFO, "api_listening", LOG_TEXT("address", name));
    return api_listener_create(&settings, &a->listener, err);
}

static enum status load_model(struct api *a, struct err *err)
{
    char path[MODEL_PATH_BYTES];

    if (!model_file_find(path))
        return err_set(err, ST_INVALID,
                       "api.listen: cannot find the interaction model next to this program");
    return model_load(path, &a->model, err);
}

enum status api_create(struct services *services, struct api **ret_api, struct err *err)
{
    const struct config *c = services->config;
    const char *address = config_list(c, CONFIG_API_LISTEN)[0];
    const struct access_settings settings = { .store = services->store,
                                              .open = config_bool(c, CONFIG_API_OPEN),
                                              .per_minute =
                                                  config_int(c, CONFIG_API_RATE_PER_MINUTE) };
    struct api *a;
    enum status st;

    *ret_api = NULL;
    if (!address)
        return ST_OK;
    a = calloc(1, sizeof *a);
    if (!a)
        return err_no_memory(err);
    a->services = services;
    a->access = access_create(&settings);
    a->arenas = arena_pool_create(ARENA_MAX, ARENAS_POOLED);
    a->requests = metrics_family(services->metrics, METRIC_COUNTER, "climacast_api_requests_total",
                                 "endpoint,result",
                                 "Requests of the JSON API and the MCP server, by result.");
    a->seconds = metrics_family(services->metrics, METRIC_HISTOGRAM, "climacast_api_seconds",
                                "endpoint", "Seconds from the request to the response of the API.");
    st = a->access && a->arenas ? load_model(a, err) : err_no_memory(err);
    if (st == ST_OK)
        st = start_listening(a, address, err);
    if (st == ST_OK)
        *ret_api = a;
    else
        api_free(a);
    return st;
}

void api_free(struct api *a)
{
    if (!a)
        return;
    api_listener_free(a->listener);
    model_free(a->model);
    access_free(a->access);
    arena_pool_free(a->arenas);
    free(a);
}
