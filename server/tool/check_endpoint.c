/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/check_endpoint.c -- `climacast doctor`: the path from Alexa to the daemon: DNS,
 * ports, TLS handshake, and whether our daemon is what answers. */
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "certs/tls_probe.h"
#include "server/base/clock.h"
#include "server/base/host_port.h"
#include "server/base/json.h"
#include "server/listener/trusted_proxies.h"
#include "server/tool/check.h"

enum { CALL_MS = 8000, BODY_MAX = 64 * 1024, HTTPS_PORT = 443 };

static const char no_host[] = "not applicable: no public name";

void check_dns(struct doctor_context *ctx, struct finding *f)
{
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *all = NULL;
    char list[200] = "", one[80];
    size_t used = 0;
    int rc;

    if (!ctx->host[0]) {
        finding_set(f, CHECK_OK, NULL, "%s", no_host);
        return;
    }
    rc = getaddrinfo(ctx->host, NULL, &hints, &all);
    for (const struct addrinfo *at = all; at && used < sizeof list - 80; at = at->ai_next)
        if (getnameinfo(at->ai_addr, at->ai_addrlen, one, sizeof one, NULL, 0, NI_NUMERICHOST) == 0)
            used +=
                (size_t)snprintf(list + used, sizeof list - used, "%s%s", used ? ", " : "", one);
    if (all)
        freeaddrinfo(all);
    if (rc != 0)
        finding_set(f, CHECK_FAIL, "add an A (and AAAA) record for this machine's public address",
                    "%s: %s", ctx->host, gai_strerror(rc));
    else
        finding_set(f, CHECK_OK, NULL, "%s resolves to %s", ctx->host, list);
}

/* ---- is it our daemon? ---- */

/* Only our daemon answers an unsigned {} with a 400 and {"error": ...}. */
static bool is_our_daemon(const struct http_response *response)
{
    struct err ignored = ERR_NONE;
    json_t *body = NULL;
    bool ours = response->status == 400 &&
                json_parse(buf_str(&response->body), true, &body, &ignored) == ST_OK &&
                json_str(body, "error").n > 0;

    json_decref(body);
    return ours;
}

/* Where to send it. */
struct probe_target {
    const char *scheme, *host;
    uint16_t port;
    const char *connect_to, *unix_path; /* as in struct http_request */
    bool proxy_header;
};

static enum status probe_daemon(struct doctor_context *ctx, const struct probe_target *to,
                                bool *ret_ours, long *ret_status, struct err *err)
{
    struct http_header type = { STR("Content-Type"), STR("application/json") };
    struct http_response response;
    char url[500];
    enum status st;

    (void)snprintf(url, sizeof url, strchr(to->host, ':') ? "%s://[%s]:%u%s" : "%s://%s:%u%s",
                   to->scheme, to->host, to->port, config_text(ctx->config, CONFIG_SERVER_PATH));
    struct http_request request = { .method = "POST",
                                    .url = url,
                                    .headers = &type,
                                    .header_count = 1,
                                    .body = STR("{}"),
                                    .max_bytes = BODY_MAX,
                                    .deadline = clock_mono_ms() + CALL_MS,
                                    .connect_to = to->connect_to,
                                    .unix_path = to->unix_path,
                                    .proxy_header = to->proxy_header };
    st = http_call(ctx->http, &request, &response, err);
    *ret_ours = st == ST_OK && is_our_daemon(&response);
    *ret_status = response.status;
    http_response_done(&response);
    return st;
}

/* The address at which this machine reaches the daemon. */
static bool local_address(const struct doctor_context *ctx, char host[256], uint16_t *ret_port)
{
    const char *listen = config_list(ctx->config, CONFIG_SERVER_LISTEN)[0];

    if (!listen || !host_port_split(listen, host, ret_port) || *ret_port == 0)
        return false;
    if (strcmp(host, "0.0.0.0") == 0)
        (void)snprintf(host, 256, "127.0.0.1");
    else if (strcmp(host, "::") == 0)
        (void)snprintf(host, 256, "::1");
    return true;
}

/* The daemon is where `where` says, or another program is. */
static void set_listener_finding(bool ours, const char *where, const char *protocol, long status,
                                 struct finding *f)
{
    if (ours)
        finding_set(f, CHECK_OK, NULL, "the daemon answers on %s (%s)", where, protocol);
    else
        finding_set(f, CHECK_FAIL, "stop the other program, or set server.listen to another port",
                    "%s is in use by another program (it returned %ld)", where, status);
}

static const char start_daemon[] =
    "systemctl start climacast (see journalctl -u climacast if that fails)";

/* With server.tls = no. */
static void check_plain_listener(struct doctor_context *ctx, const char *where,
                                 const struct probe_target *to, struct finding *f)
{
    struct err err = ERR_NONE;
    bool ours = false;
    long status = 0;

    if (probe_daemon(ctx, to, &ours, &status, &err) == ST_OK)
        set_listener_finding(ours, where, "plain HTTP, for a proxy", status, f);
    else
        finding_set(f, CHECK_WARN, start_daemon, "no plain HTTP on %s: %s", where, err.text);
}

static void check_tls_listener(struct doctor_context *ctx, const char *host, const char *where,
                               const struct probe_target *to, struct finding *f)
{
    struct tls_probe probe = { .protocol = "" };
    struct err err = ERR_NONE;
    bool ours = false;
    long status = 0;

    /* The probe cannot send a PROXY header. */
    if (to->proxy_header)
        (void)snprintf(probe.protocol, sizeof probe.protocol, "PROXY, TLS");
    else if (tls_probe(host, to->port, to->host, clock_mono_ms() + CALL_MS, &probe, &err) !=
             ST_OK) {
        if (strstr(err.text, "refused"))
            finding_set(f, CHECK_WARN, start_daemon,
                        "nothing listens on %s; the daemon is not running", where);
        else
            finding_set(f, CHECK_FAIL,
                        "stop the other program, or set server.listen to another port",
                        "%s is in use by another program: %s", where, err.text);
        return;
    }
    if (probe_daemon(ctx, to, &ours, &status, &err) == ST_OK)
        set_listener_finding(ours, where, probe.protocol, status, f);
    else if (check_is_for_proxy(ctx))
        finding_set(f, CHECK_OK, NULL, "%s speaks %s, with a certificate that only its proxy sees",
                    where, probe.protocol);
    else
        finding_set(f, CHECK_WARN, "see \"certificate\" and \"chain\"",
                    "%s answers with an untrusted certificate: %s", where, err.text);
}

void check_listener(struct doctor_context *ctx, struct finding *f)
{
    const char *listen = config_list(ctx->config, CONFIG_SERVER_LISTEN)[0];
    bool plain = !config_bool(ctx->config, CONFIG_SERVER_TLS);
    char host[256], where[300];
    struct probe_target to = { .scheme = plain ? "http" : "https",
                               .host = ctx->host[0] ? ctx->host : "localhost",
                               .connect_to = where };

    (void)setenv("no_proxy", "*", 1); /* from here on: our own endpoint is not behind a proxy */
    if (listen && host_port_unix_path(listen)) {
        to = (struct probe_target){ .scheme = to.scheme,
                                    .host = "localhost",
                                    .port = HTTPS_PORT,
                                    .unix_path = host_port_unix_path(listen),
                                    .proxy_header =
                                        config_bool(ctx->config, CONFIG_SERVER_PROXY_PROTOCOL) };
        check_plain_listener(ctx, listen, &to, f);
        return;
    }
    if (!local_address(ctx, host, &to.port)) {
        finding_set(f, CHECK_WARN, "add a port to server.listen", "server.listen has no port");
        return;
    }
    (void)snprintf(where, sizeof where, strchr(host, ':') ? "[%s]:%u" : "%s:%u", host, to.port);
    to.proxy_header = trusted_proxies_expect_header(ctx->config, host);
    if (plain)
        check_plain_listener(ctx, where, &to, f);
    else
        check_tls_listener(ctx, host, where, &to, f);
}

/* ---- from the outside ---- */

/* Ask for https://host, once; needs `host`. */
static void ask_public_endpoint(struct doctor_context *ctx)
{
    const struct probe_target to = { .scheme = "https", .host = ctx->host, .port = ctx->host_port };

    if (ctx->public_tried)
        return;
    ctx->public_tried = true;
    (void)setenv("no_proxy", "*", 1);
    ctx->public_status =
        probe_daemon(ctx, &to, &ctx->public_ours, &ctx->public_http_status, &ctx->public_err);
}

bool check_is_for_proxy(struct doctor_context *ctx)
{
    const struct config *c = ctx->config;

    if (config_list(c, CONFIG_SERVER_TRUSTED_PROXIES)[0] &&
        !config_bool(c, CONFIG_SERVER_PROXY_PROTOCOL))
        return true;
    if (!ctx->host[0])
        return false;
    ask_public_endpoint(ctx);
    return ctx->public_status == ST_OK && ctx->public_ours;
}

/* Alexa connects only to port 443, of the daemon or of a proxy in front of it. */
void check_port_443(struct doctor_context *ctx, struct finding *f)
{
    if (!ctx->host[0]) {
        finding_set(f, CHECK_OK, NULL, "%s", no_host);
        return;
    }
    ask_public_endpoint(ctx);
    enum status st = ctx->public_status;
    bool ours = ctx->public_ours;
    if (st == ST_OK && ours && ctx->host_port == HTTPS_PORT)
        finding_set(f, CHECK_OK, NULL, "the daemon answers at https://%s%s", ctx->host,
                    config_text(ctx->config, CONFIG_SERVER_PATH));
    else if (st == ST_OK && ours)
        finding_set(f, CHECK_WARN, "forward port 443 here; Alexa connects to no other port",
                    "the daemon answers on port %u", ctx->host_port);
    else if (st == ST_OK)
        finding_set(f, CHECK_FAIL,
                    "make the proxy forward server.path with body and headers unchanged, and set "
                    "server.path to the same path",
                    "https://%s:%u%s returns %ld, and not from the daemon", ctx->host,
                    ctx->host_port, config_text(ctx->config, CONFIG_SERVER_PATH),
                    ctx->public_http_status);
    else
        finding_set(
            f, CHECK_WARN,
            "open port 443 in the firewall and forward it to server.listen (climacast.socket or "
            "a proxy); also try from outside, as some routers cannot loop back",
            "%s", ctx->public_err.text);
}

void check_server_name(struct doctor_context *ctx, struct finding *f)
{
    struct tls_probe probe = { .protocol = "" };
    struct err err = ERR_NONE;

    if (!ctx->host[0])
        finding_set(f, CHECK_OK, NULL, "%s", no_host);
    else if (tls_probe(ctx->host, ctx->host_port, ctx->host, clock_mono_ms() + CALL_MS, &probe,
                       &err) != ST_OK)
        finding_set(f, CHECK_WARN, "see \"port-443\"", "skipped: %s", err.text);
    else if (probe.unrecognized_name)
        finding_set(f, CHECK_FAIL,
                    "configure the proxy for that name (nginx: server_name, Apache: ServerName)",
                    "the server for %s sends unrecognized_name; Alexa aborts the handshake",
                    ctx->host);
    else
        finding_set(f, CHECK_OK, NULL, "the server for %s sends no TLS warning (%s)", ctx->host,
                    probe.protocol);
}

void check_ready(struct doctor_context *ctx, struct finding *f)
{
    const char *admin = config_list(ctx->config, CONFIG_ADMIN_LISTEN)[0];
    struct http_response response;
    struct err err = ERR_NONE;
    char url[300];

    if (!admin) {
        finding_set(f, CHECK_OK, NULL, "skipped: admin.listen is empty");
        return;
    }
    (void)snprintf(url, sizeof url, "http://%s/readyz", admin);
    struct http_request request = { .url = url,
                                    .max_bytes = BODY_MAX,
                                    .deadline = clock_mono_ms() + CALL_MS };
    if (http_call(ctx->http, &request, &response, &err) != ST_OK)
        finding_set(f, CHECK_WARN, "start the daemon", "the daemon does not answer on %s", admin);
    else if (response.status == 200)
        finding_set(f, CHECK_OK, NULL, "the daemon is ready");
    else
        finding_set(f, CHECK_FAIL, "see the message and the failed checks above",
                    "the daemon is not ready: %.*s", STR_ARG(str_trim(buf_str(&response.body))));
    http_response_done(&response);
}
