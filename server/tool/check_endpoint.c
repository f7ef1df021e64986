/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/check_endpoint.c -- `climacast doctor`: the way from Alexa to the daemon: name, port,
 * handshake, and an answer that is ours. */
#include <netdb.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "certs/probe.h"
#include "server/base/clock.h"
#include "server/base/host_port.h"
#include "server/base/json.h"
#include "server/tool/check.h"

enum { CALL_MS = 8000, BODY_MAX = 64 * 1024, HTTPS_PORT = 443 };

static const char no_host[] = "does not apply: there is no public name";

void check_dns(struct doctor_context *p, struct finding *f)
{
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *all = NULL;
    char list[200] = "", one[80];
    size_t used = 0;
    int rc;

    if (!p->host[0]) {
        finding_set(f, CHECK_OK, NULL, "%s", no_host);
        return;
    }
    rc = getaddrinfo(p->host, NULL, &hints, &all);
    for (const struct addrinfo *at = all; at && used < sizeof list - 80; at = at->ai_next)
        if (getnameinfo(at->ai_addr, at->ai_addrlen, one, sizeof one, NULL, 0, NI_NUMERICHOST) == 0)
            used +=
                (size_t)snprintf(list + used, sizeof list - used, "%s%s", used ? ", " : "", one);
    if (all)
        freeaddrinfo(all);
    if (rc != 0)
        finding_set(f, CHECK_FAIL, "add an A record (and AAAA) with this machine's public address",
                    "%s: %s", p->host, gai_strerror(rc));
    else
        finding_set(f, CHECK_OK, NULL, "%s is %s", p->host, list);
}

/* ---- is it ours that answers? ---- */

/* An unsigned {} is refused by our daemon, and by nobody else, with a 400 and {"error": ...}. */
static bool is_ours(const struct http_response *response)
{
    struct err ignored = ERR_NONE;
    json_t *body = NULL;
    bool ours = response->status == 400 &&
                json_parse(buf_str(&response->body), true, &body, &ignored) == ST_OK &&
                json_str(body, "error").n > 0;

    json_decref(body);
    return ours;
}

static enum status ask(struct doctor_context *p, const char *host, uint16_t port,
                       const char *connect_to, bool *ret_ours, long *ret_status, struct err *err)
{
    struct http_header type = { STR("Content-Type"), STR("application/json") };
    struct http_response response;
    char url[500];
    enum status st;

    (void)snprintf(url, sizeof url, strchr(host, ':') ? "https://[%s]:%u%s" : "https://%s:%u%s",
                   host, port, config_text(p->config, CONFIG_SERVER_PATH));
    struct http_request request = { .method = "POST",
                                    .url = url,
                                    .headers = &type,
                                    .header_count = 1,
                                    .body = STR("{}"),
                                    .max_bytes = BODY_MAX,
                                    .deadline = clock_mono_ms() + CALL_MS,
                                    .connect_to = connect_to };
    st = http_call(p->http, &request, &response, err);
    *ret_ours = st == ST_OK && is_ours(&response);
    *ret_status = response.status;
    http_response_done(&response);
    return st;
}

/* Where the daemon listens, as somebody on this machine reaches it. */
static bool local_address(const struct doctor_context *p, char host[256], uint16_t *ret_port)
{
    const char *listen = config_list(p->config, CONFIG_SERVER_LISTEN)[0];

    if (!listen || !host_port_split(listen, host, ret_port) || *ret_port == 0)
        return false;
    if (strcmp(host, "0.0.0.0") == 0)
        (void)snprintf(host, 256, "127.0.0.1");
    else if (strcmp(host, "::") == 0)
        (void)snprintf(host, 256, "::1");
    return true;
}

void check_listener(struct doctor_context *p, struct finding *f)
{
    char host[256], where[300];
    uint16_t port;
    bool ours = false;
    long status = 0;
    struct probe probe = { .protocol = "" };
    struct err err = ERR_NONE;
    const char *name = p->host[0] ? p->host : "localhost";

    if (!local_address(p, host, &port)) {
        finding_set(f, CHECK_WARN, "give server.listen a port", "server.listen names no port");
        return;
    }
    (void)snprintf(where, sizeof where, strchr(host, ':') ? "[%s]:%u" : "%s:%u", host, port);
    (void)setenv("no_proxy", "*", 1); /* from here on: our own way in is not behind our way out */
    if (probe_server(host, port, name, clock_mono_ms() + CALL_MS, &probe, &err) != ST_OK) {
        if (strstr(err.text, "refused"))
            finding_set(f, CHECK_WARN,
                        "start it: systemctl start climacast (journalctl -u climacast "
                        "tells why it does not)",
                        "nothing listens on %s: the daemon is not running", where);
        else
            finding_set(f, CHECK_FAIL,
                        "stop the other program, or set server.listen to another port",
                        "%s is taken by something that is not the daemon: %s", where, err.text);
        return;
    }
    if (ask(p, name, port, where, &ours, &status, &err) != ST_OK)
        finding_set(f, CHECK_WARN, "see the lines about the certificate",
                    "%s answers, but we do not trust its certificate: %s", where, err.text);
    else if (!ours)
        finding_set(f, CHECK_FAIL, "stop the other program, or set server.listen to another port",
                    "%s is taken by something that is not the daemon (it answers %ld)", where,
                    status);
    else
        finding_set(f, CHECK_OK, NULL, "the daemon answers on %s (%s)", where, probe.protocol);
    p->daemon_answers = ours;
}

/* ---- from outside ---- */

/* Alexa calls port 443 only: ours, or that of a proxy in front. */
void check_port_443(struct doctor_context *p, struct finding *f)
{
    bool ours = false;
    long status = 0;
    struct err err = ERR_NONE;
    enum status st;

    if (!p->host[0]) {
        finding_set(f, CHECK_OK, NULL, "%s", no_host);
        return;
    }
    st = ask(p, p->host, p->host_port, NULL, &ours, &status, &err);
    p->public_answers = ours;
    if (st == ST_OK && ours && p->host_port == HTTPS_PORT)
        finding_set(f, CHECK_OK, NULL, "the daemon answers at https://%s%s", p->host,
                    config_text(p->config, CONFIG_SERVER_PATH));
    else if (st == ST_OK && ours)
        finding_set(f, CHECK_WARN, "Alexa calls port 443 only: let that port lead here",
                    "the daemon answers on port %u", p->host_port);
    else if (st == ST_OK)
        finding_set(f, CHECK_FAIL,
                    "let the proxy pass server.path on with body and headers as they are, and set "
                    "server.path to the same",
                    "https://%s:%u%s is answered with %ld, and not by the daemon", p->host,
                    p->host_port, config_text(p->config, CONFIG_SERVER_PATH), status);
    else
        finding_set(
            f, CHECK_WARN,
            "open port 443 in the firewall and let it lead to server.listen (climacast.socket, "
            "or a proxy); try from outside, too, for some networks cannot call themselves",
            "%s", err.text);
}

void check_server_name(struct doctor_context *p, struct finding *f)
{
    struct probe probe = { .protocol = "" };
    struct err err = ERR_NONE;

    if (!p->host[0])
        finding_set(f, CHECK_OK, NULL, "%s", no_host);
    else if (probe_server(p->host, p->host_port, p->host, clock_mono_ms() + CALL_MS, &probe,
                          &err) != ST_OK)
        finding_set(f, CHECK_WARN, "see the line \"port-443\"", "not looked at: %s", err.text);
    else if (probe.unrecognized_name)
        finding_set(f, CHECK_FAIL,
                    "set the proxy up for that very name (nginx: server_name, Apache: ServerName)",
                    "%s is greeted with the warning unrecognized_name, at which Alexa hangs up",
                    p->host);
    else
        finding_set(f, CHECK_OK, NULL, "%s is greeted without a warning (%s)", p->host,
                    probe.protocol);
}

void check_ready(struct doctor_context *p, struct finding *f)
{
    const char *admin = config_list(p->config, CONFIG_ADMIN_LISTEN)[0];
    struct http_response response;
    struct err err = ERR_NONE;
    char url[300];

    if (!admin) {
        finding_set(f, CHECK_OK, NULL, "not asked, for admin.listen is empty");
        return;
    }
    (void)snprintf(url, sizeof url, "http://%s/readyz", admin);
    struct http_request request = { .url = url,
                                    .max_bytes = BODY_MAX,
                                    .deadline = clock_mono_ms() + CALL_MS };
    if (http_call(p->http, &request, &response, &err) != ST_OK)
        finding_set(f, CHECK_WARN, "start the daemon", "the daemon does not answer on %s", admin);
    else if (response.status == 200)
        finding_set(f, CHECK_OK, NULL, "the daemon says that it is");
    else
        finding_set(f, CHECK_FAIL, "see what it says, and the lines above",
                    "the daemon says that it is not: %.*s",
                    STR_ARG(str_trim(buf_str(&response.body))));
    http_response_done(&response);
}
