/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/server.c -- the listeners: receives requests and selects the response.
 *
 * There is a thread per connection, at most 200, so faults can simply block. The order is: control
 * requests, documents put by a test, recordings or the certificate folder, generated weather. */
#include "tests/sim/server.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <gnutls/gnutls.h>
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/clock.h"
#include "server/base/time_text.h"
#include "tests/sim/amazon.h"
#include "tests/sim/control.h"
#include "tests/sim/s3.h"

enum { BODY_MAX = 8 * 1024 * 1024, CONNECTIONS_MAX = 200, TIMEOUT_S = 120 };

struct server {
    struct server_settings settings;
    struct MHD_Daemon *daemon;
    int port;
};

struct request {
    char raw[TARGET_MAX + 1];
    bool too_long, begun;
    struct buf body;
};

/* ---- responses ---- */

static const char *request_header(struct MHD_Connection *connection, const char *name)
{
    const char *value = MHD_lookup_connection_value(connection, MHD_HEADER_KIND, name);

    return value ? value : "";
}

/* As from a CDN: the rest of a caching period that started at an arbitrary time. */
static void put_freshness(struct reply *reply, int64_t period, const char *target)
{
    uint64_t phase = weather_hash(strlen(target), (uint64_t)target[strlen(target) / 2], 5);

    if (period <= 0)
        return;
    int64_t left = period - (clock_wall_s() + (int64_t)(phase % 86400)) % period;
    if (reply->status == 200) {
        snprintf(reply->cache_control, sizeof reply->cache_control,
                 "public, max-age=%lld, s-maxage=%lld", (long long)left,
                 (long long)(period == 86400 ? 120 : period));
        reply->fresh_s = (int)left;
    } else {
        snprintf(reply->cache_control, sizeof reply->cache_control,
                 "private, must-revalidate, max-age=86400");
    }
}

static void serve_generated(const struct route_target *parsed, struct reply *reply)
{
    struct doc_response response = { 0 };

    route_request(&parsed->request, &response);
    char *text = json_is_string(response.json)
                     ? strdup(json_string_value(response.json))
                     : json_dumps(response.json, JSON_INDENT(4) | JSON_REAL_PRECISION(16));
    json_decref(response.json);
    reply->status = text ? (unsigned)response.status : 500;
    reply->body = text;
    reply->size = text ? strlen(text) : 0;
    snprintf(reply->type, sizeof reply->type, "%s",
             response.type ? response.type : "application/geo+json");
    snprintf(reply->location, sizeof reply->location, "%s", response.location);
    if (response.last_modified)
        time_format_http(response.last_modified, reply->last_modified);
    put_freshness(reply, response.period_s, parsed->target);
}

/* The caching period of the real service, for recordings without headers. */
static int64_t usual_period(const char *target)
{
    static const struct {
        const char *part;
        int64_t period_s;
    } rows[] = {
        { "/alerts", 30 },       { "/observations", 300 }, { "/stations", 86400 },
        { "/gridpoints", 3600 }, { "/products", 300 },     { "/radio", 300 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (strstr(target, rows[i].part))
            return rows[i].period_s;
    return 86400;
}

static void serve_recorded(const struct recording *recording, const struct route_target *parsed,
                           bool flags, struct reply *reply)
{
    struct recording_response r;

    recording_get(recording, parsed->target, &parsed->request, flags, &r);
    reply->status = (unsigned)r.status;
    reply->body = r.body;
    reply->size = r.size;
    snprintf(reply->type, sizeof reply->type, "%s", r.type);
    snprintf(reply->cache_control, sizeof reply->cache_control, "%s", r.cache_control);
    snprintf(reply->last_modified, sizeof reply->last_modified, "%s", r.last_modified);
    snprintf(reply->location, sizeof reply->location, "%s", r.location);
    if (!r.cache_control[0])
        put_freshness(reply, usual_period(parsed->target), parsed->target);
}

static void serve_weather(const struct server *server, struct MHD_Connection *connection,
                          const struct route_target *parsed, struct reply *reply)
{
    size_t size;
    int status;
    bool geocoder =
        parsed->request.part_count > 0 && strcmp(parsed->request.parts[0], "geocode") == 0;

    if (!geocoder && !request_header(connection, "User-Agent")[0]) {
        reply_text(reply, 403, "text/html", "<html><body><h1>Access Denied</h1></body></html>\n");
        return;
    }
    char *body = state_document_get(server->settings.state, parsed->target, &status, &size);
    if (body) {
        reply->status = (unsigned)status;
        reply->body = body;
        reply->size = size;
        snprintf(reply->type, sizeof reply->type, "%s",
                 status == 200 ? "application/geo+json" : "application/problem+json");
    } else if (server->settings.recording && !geocoder) {
        bool flags = request_header(connection, "Feature-Flags")[0] != '\0';
        serve_recorded(server->settings.recording, parsed, flags, reply);
    } else {
        serve_generated(parsed, reply);
    }
}

/* ---- Amazon's services ---- */

static enum MHD_Result collect_header(void *data, enum MHD_ValueKind kind, const char *name,
                                      const char *value)
{
    char lower[100];
    size_t n = 0;

    (void)kind;
    for (; name[n] && n + 1 < sizeof lower; n++)
        lower[n] = (char)tolower((unsigned char)name[n]);
    lower[n] = '\0';
    json_object_set_new(data, lower, json_string(value ? value : ""));
    return MHD_YES;
}

/* The name in the TLS handshake. */
static void read_sni(struct MHD_Connection *connection, char *out, size_t size)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_GNUTLS_SESSION);
    unsigned type;

    if (!info || gnutls_server_name_get(info->tls_session, out, &size, &type, 0) != 0)
        out[0] = '\0';
}

static enum MHD_Result respond_as_amazon(const struct server *server,
                                         struct MHD_Connection *connection, const char *method,
                                         const struct request *request)
{
    char name[TARGET_MAX + 300], sni[256] = "";
    json_t *headers = json_object();
    struct reply reply = { 0 };

    MHD_get_connection_values(connection, MHD_HEADER_KIND, collect_header, headers);
    read_sni(connection, sni, sizeof sni);
    struct amazon_call call = { .method = method,
                                .target = request->raw,
                                .host = request_header(connection, "Host"),
                                .sni = sni,
                                .headers = headers,
                                .body = buf_str(&request->body) };
    snprintf(name, sizeof name, "amazon:%.200s%s", call.host, request->raw);
    state_log(server->settings.state, name);
    struct fault fault = state_fault_take(server->settings.state, name);
    amazon_sim_respond(server->settings.amazon, &call, &fault, &reply);
    json_decref(headers);
    return reply_send(server->settings.state, connection, &fault, &reply);
}

static enum MHD_Result respond(const struct server *server, struct MHD_Connection *connection,
                               const char *method, const struct request *request)
{
    struct route_target *parsed = calloc(1, sizeof *parsed);
    struct reply reply = { 0 };
    struct fault fault = { .kind = FAULT_NONE };
    struct state *state = server->settings.state;
    bool s3 = server->settings.role == SERVER_CERTIFICATES;

    if (!parsed)
        return MHD_NO;
    bool good = !request->too_long && route_parse(parsed, request->raw);
    parsed->request.seed = state_seed(state);
    parsed->request.now = state_now(state);
    const char *first = good && parsed->request.part_count > 0 ? parsed->request.parts[0] : "";
    if (!s3 && strcmp(first, "_sim") == 0) {
        control_handle(state, server->settings.amazon, method, &parsed->request,
                       buf_str(&request->body), &reply);
    } else {
        char name[TARGET_MAX + 4];
        snprintf(name, sizeof name, "%s%s", s3 ? "s3:" : "", good ? parsed->target : "malformed");
        state_log(state, name);
        fault = state_fault_take(state, name);
        if (!good)
            reply_text(&reply, 400, "text/plain", "malformed target\n");
        else if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0)
            reply_text(&reply, 405, "text/plain", "method not allowed\n");
        else if (s3)
            s3_respond(server->settings.chains, parsed->target, &reply, &fault);
        else
            serve_weather(server, connection, parsed, &reply);
    }
    free(parsed);
    return reply_send(state, connection, &fault, &reply);
}

/* ---- callbacks of libmicrohttpd ---- */

static void *on_target(void *data, const char *target, struct MHD_Connection *connection)
{
    (void)data;
    (void)connection;
    struct request *r = calloc(1, sizeof *r);
    if (!r)
        return NULL;
    r->body = BUF_INIT(BODY_MAX);
    r->too_long = strlen(target) > TARGET_MAX;
    if (!r->too_long)
        snprintf(r->raw, sizeof r->raw, "%s", target);
    return r;
}

static enum MHD_Result on_request(void *data, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *upload,
                                  size_t *upload_size, void **con_cls)
{
    struct request *r = *con_cls;

    (void)url;
    (void)version;
    if (!r)
        return MHD_NO;
    if (!r->begun) { /* only the headers have arrived */
        r->begun = true;
        return MHD_YES;
    }
    if (*upload_size > 0) {
        buf_put(&r->body, (struct str){ upload, *upload_size });
        *upload_size = 0;
        return MHD_YES;
    }
    const struct server *server = data;
    if (server->settings.role == SERVER_AMAZON)
        return respond_as_amazon(server, connection, method, r);
    return respond(server, connection, method, r);
}

static void on_completed(void *data, struct MHD_Connection *connection, void **con_cls,
                         enum MHD_RequestTerminationCode code)
{
    struct request *r = *con_cls;

    (void)data;
    (void)connection;
    (void)code;
    if (r)
        buf_free(&r->body);
    free(r);
    *con_cls = NULL;
}

/* ---- starting and stopping ---- */

union address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
};

static enum status parse_listen(const char *text, union address *ret_address, struct err *err)
{
    struct str s = str_of(text);
    union address a = { 0 };
    char host[64] = "";
    int64_t port = -1;
    size_t colon = s.n;

    while (colon > 0 && s.p[colon - 1] != ':')
        colon--;
    if (colon == 0 || !str_to_i64(str_sub(s, colon, s.n), &port) || port < 0 || port > 65535)
        return err_set(err, ST_INVALID, "%s: expected address:port", text);
    struct str name = str_sub(s, 0, colon - 1);
    bool v6 = str_starts(name, STR("[")) && str_ends(name, STR("]"));
    if (v6)
        name = str_sub(name, 1, name.n - 1);
    snprintf(host, sizeof host, "%.*s", STR_ARG(name));
    if (v6) {
        a.v6.sin6_family = AF_INET6;
        a.v6.sin6_port = htons((uint16_t)port);
        if (inet_pton(AF_INET6, host, &a.v6.sin6_addr) != 1 || strcmp(host, "::1") != 0)
            return err_set(err, ST_INVALID, "%s: not a loopback address", text);
    } else {
        a.v4.sin_family = AF_INET;
        a.v4.sin_port = htons((uint16_t)port);
        if (inet_pton(AF_INET, host, &a.v4.sin_addr) != 1 || strncmp(host, "127.", 4) != 0)
            return err_set(err, ST_INVALID, "%s: not a loopback address", text);
    }
    *ret_address = a;
    return ST_OK;
}

static struct MHD_Daemon *listen_at(struct server *server, const union address *address)
{
    const struct server_settings *s = &server->settings;
    unsigned flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION;
    struct MHD_OptionItem tls[] = {
        { MHD_OPTION_HTTPS_MEM_CERT, 0, s3_option(s->certificate_pem) },
        { MHD_OPTION_HTTPS_MEM_KEY, 0, s3_option(s->key_pem) },
        { MHD_OPTION_END, 0, NULL },
    };

    if (s->role != SERVER_WEATHER)
        flags |= MHD_USE_TLS;
    else
        tls[0].option = MHD_OPTION_END;
    if (address->any.sa_family == AF_INET6)
        flags |= MHD_USE_IPv6;
    return MHD_start_daemon(
        flags, 0, NULL, NULL, on_request, server, MHD_OPTION_SOCK_ADDR, &address->any,
        MHD_OPTION_URI_LOG_CALLBACK, on_target, NULL, MHD_OPTION_NOTIFY_COMPLETED, on_completed,
        NULL, MHD_OPTION_CONNECTION_LIMIT, (unsigned)CONNECTIONS_MAX, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)TIMEOUT_S, MHD_OPTION_ARRAY, tls, MHD_OPTION_END);
}

enum status server_start(const struct server_settings *settings, struct server **ret_server,
                         struct err *err)
{
    union address address;
    enum status st = parse_listen(settings->listen, &address, err);

    if (st != ST_OK)
        return st;
    struct server *server = calloc(1, sizeof *server);
    if (!server)
        return err_no_memory(err);
    server->settings = *settings;
    server->daemon = listen_at(server, &address);
    const union MHD_DaemonInfo *info =
        server->daemon ? MHD_get_daemon_info(server->daemon, MHD_DAEMON_INFO_BIND_PORT) : NULL;
    if (!info) {
        server_stop(server);
        return err_set(err, ST_SYSTEM, "cannot listen on %s", settings->listen);
    }
    server->port = info->port;
    *ret_server = server;
    return ST_OK;
}

int server_port(const struct server *server)
{
    return server->port;
}

void server_stop(struct server *server)
{
    if (!server)
        return;
    if (server->daemon)
        MHD_stop_daemon(server->daemon);
    free(server);
}
