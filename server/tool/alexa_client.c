/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/alexa_client.c -- derives the daemon's address, the trusted root and the signing key
 * from the configuration, and sends requests.
 *
 * A daemon on a loopback or wildcard address is requested as "localhost", the name in development
 * certificates, while the connection goes to the address itself. */
#include "server/tool/alexa_client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "certs/signer.h"
#include "certs/tls_probe.h"
#include "server/base/clock.h"
#include "server/base/host_port.h"
#include "server/listener/trusted_proxies.h"

enum { ANSWER_BYTES_MAX = 1024 * 1024, CALL_MS = 15000, PROBE_MS = 3000, URL_MAX = 1000 };

struct alexa_client {
    struct http *http;
    struct signer *signer; /* NULL when unsigned */
    char url[URL_MAX];
    bool proxy_header;                           /* the daemon expects one */
    char connect_to[300];                        /* overrides the URL's host and port unless "" */
    char unix_path[HOST_PORT_UNIX_PATH_MAX + 1]; /* the same with a unix socket */
    char dev[ALEXA_CLIENT_PATH_MAX], ca[ALEXA_CLIENT_PATH_MAX], chain_url[URL_MAX];
};

/* ---- where the daemon is ---- */

static bool is_wildcard(const char *host)
{
    return strcmp(host, "0.0.0.0") == 0 || strcmp(host, "::") == 0;
}

static enum status set_url(struct alexa_client *c, const char *url, const struct config *config,
                           struct err *err)
{
    const char *listen = config_list(config, CONFIG_SERVER_LISTEN)[0];
    const char *path = config_text(config, CONFIG_SERVER_PATH);
    const char *scheme = config_bool(config, CONFIG_SERVER_TLS) ? "https" : "http";
    char host[256];
    uint16_t port;

    if (url) {
        if (strlen(url) >= sizeof c->url ||
            (strncmp(url, "https://", 8) != 0 && strncmp(url, "http://", 7) != 0))
            return err_set(err, ST_INVALID, "%s: expected an https:// or http:// URL", url);
        (void)snprintf(c->url, sizeof c->url, "%s", url);
        return ST_OK;
    }
    if (host_port_unix_path(listen)) {
        (void)snprintf(c->unix_path, sizeof c->unix_path, "%s", host_port_unix_path(listen));
        c->proxy_header = config_bool(config, CONFIG_SERVER_PROXY_PROTOCOL);
        (void)snprintf(c->url, sizeof c->url, "%s://localhost%s", scheme, path);
        return ST_OK;
    }
    if (!host_port_split(listen, host, &port) || port == 0)
        return err_set(err, ST_INVALID,
                       "server.listen = %s has no port; pass the daemon's URL with --url", listen);
    if (is_wildcard(host))
        (void)snprintf(host, sizeof host, "%s", strchr(host, ':') ? "::1" : "127.0.0.1");
    bool v6 = strchr(host, ':');
    (void)snprintf(c->connect_to, sizeof c->connect_to, v6 ? "[%s]:%u" : "%s:%u", host, port);
    c->proxy_header = trusted_proxies_expect_header(config, host);
    if (host_port_is_loopback(host))
        (void)snprintf(c->url, sizeof c->url, "%s://localhost:%u%s", scheme, port, path);
    else
        (void)snprintf(c->url, sizeof c->url, "%s://%s%s", scheme, c->connect_to, path);
    return ST_OK;
}

/* ---- the trusted root and the signing key ---- */

static bool in_folder(char out[ALEXA_CLIENT_PATH_MAX], const char *folder, const char *name)
{
    int n = snprintf(out, ALEXA_CLIENT_PATH_MAX, "%s/%s", folder, name);

    return n > 0 && n < ALEXA_CLIENT_PATH_MAX && access(out, R_OK) == 0;
}

static enum status find_folder(struct alexa_client *c, const char *dev, const struct config *config,
                               struct err *err)
{
    const char *anchors = config_text(config, CONFIG_ALEXA_TRUST_ANCHORS);
    const char *slash = strrchr(anchors, '/');
    char near[ALEXA_CLIENT_PATH_MAX] = "", key[ALEXA_CLIENT_PATH_MAX];

    if (slash && slash - anchors < ALEXA_CLIENT_PATH_MAX)
        (void)snprintf(near, sizeof near, "%.*s", (int)(slash - anchors), anchors);
    if (dev && !in_folder(key, dev, "signing.key"))
        return err_set(err, ST_INVALID,
                       "--dev %s: no signing.key there (certs/dev/make.sh makes one)", dev);
    if (!dev && near[0] && in_folder(key, near, "signing.key"))
        dev = near;
    if (!dev && in_folder(key, "build/certs", "signing.key"))
        dev = "build/certs";
    (void)snprintf(c->dev, sizeof c->dev, "%s", dev ? dev : "");
    return ST_OK;
}

static enum status load_key(struct alexa_client *c, const struct alexa_client_settings *s,
                            struct err *err)
{
    char key[ALEXA_CLIENT_PATH_MAX];
    const char *path = s->key;

    (void)snprintf(c->chain_url, sizeof c->chain_url, "%s",
                   s->chain_url ? s->chain_url : ALEXA_CLIENT_CHAIN_HOST "good.pem");
    if (!path && c->dev[0] && in_folder(key, c->dev, "signing.key"))
        path = key;
    return path && !s->unsign ? signer_open(path, &c->signer, err) : ST_OK;
}

static enum status connect_http(struct alexa_client *c, const char *ca, const struct config *config,
                                struct err *err)
{
    if (ca)
        (void)snprintf(c->ca, sizeof c->ca, "%s", ca);
    else if (!c->dev[0] || !in_folder(c->ca, c->dev, "root.pem"))
        (void)snprintf(c->ca, sizeof c->ca, "%s", config_text(config, CONFIG_HTTP_CA_BUNDLE));
    struct http_settings settings = { .user_agent = "climacast-tool/" CLIMACAST_VERSION,
                                      .ca_bundle = c->ca,
                                      .system_roots = true };
    if (strstr(c->url, "//localhost:") || c->unix_path[0] || strstr(c->url, "//127.") ||
        strstr(c->url, "//[::1]"))
        setenv("no_proxy", "*", 1); /* never reach this machine through a proxy */
    c->http = http_create(&settings, err);
    return c->http ? ST_OK : ST_INVALID;
}

enum status alexa_client_create(const struct alexa_client_settings *settings,
                                const struct config *config, struct alexa_client **ret_client,
                                struct err *err)
{
    struct alexa_client *c = calloc(1, sizeof *c);
    enum status st = c ? ST_OK : err_no_memory(err);

    if (st == ST_OK)
        st = set_url(c, settings->url, config, err);
    if (st == ST_OK)
        st = find_folder(c, settings->dev, config, err);
    if (st == ST_OK)
        st = load_key(c, settings, err);
    if (st == ST_OK)
        st = connect_http(c, settings->ca, config, err);
    if (st == ST_OK)
        *ret_client = c;
    else
        alexa_client_free(c);
    return st;
}

void alexa_client_free(struct alexa_client *c)
{
    if (!c)
        return;
    http_free(c->http);
    signer_free(c->signer);
    free(c);
}

const char *alexa_client_url(const struct alexa_client *c)
{
    return c->url;
}

const char *alexa_client_unix_path(const struct alexa_client *c)
{
    return c->unix_path;
}

bool alexa_client_sends_proxy_header(const struct alexa_client *c)
{
    return c->proxy_header;
}

const char *alexa_client_ca(const struct alexa_client *c)
{
    return c->ca;
}

const char *alexa_client_dev(const struct alexa_client *c)
{
    return c->dev;
}

bool alexa_client_signs(const struct alexa_client *c)
{
    return c->signer;
}

const char *alexa_client_chain_url(const struct alexa_client *c)
{
    return c->chain_url;
}

/* ---- sending ---- */

enum status alexa_client_sign(const struct alexa_client *c, struct str body, struct buf *out,
                              struct err *err)
{
    if (!c->signer)
        return err_set(err, ST_INVALID, "no signing key; pass --dev DIR or --key FILE");
    return signer_sign(c->signer, body, out, err);
}

/* Does the server speak TLS? `at`: its URL after "https://" or "http://". */
static bool speaks_tls(struct str at)
{
    struct str authority = str_sub(at, 0, str_index(at, '/'));
    struct tls_probe probe;
    char text[300], host[HOST_PORT_HOST_SIZE];
    uint16_t port;

    (void)snprintf(text, sizeof text, "%.*s", STR_ARG(authority));
    return host_port_split(text, host, &port) &&
           tls_probe(host, port, host, clock_mono_ms() + PROBE_MS, &probe, NULL) == ST_OK;
}

/* Does it speak HTTP without TLS? */
static bool speaks_plain_http(const struct alexa_client *c, struct str at)
{
    char url[URL_MAX];
    struct http_response response = { .status = 0 };
    struct http_request request = { .url = url,
                                    .max_bytes = ANSWER_BYTES_MAX,
                                    .deadline = clock_mono_ms() + PROBE_MS,
                                    .connect_to = c->connect_to[0] ? c->connect_to : NULL };
    bool speaks;

    (void)snprintf(url, sizeof url, "http://%.*s", STR_ARG(at));
    speaks = http_call(c->http, &request, &response, NULL) == ST_OK;
    http_response_done(&response);
    return speaks;
}

/* Explains a call that failed because its URL has the other scheme. False when it hasn't. */
static bool explain_scheme(const struct alexa_client *c, const char *url, struct err *err)
{
    struct str at = str_of(url);
    bool plain = str_starts(at, STR("http://"));

    at = str_sub(at, strlen(plain ? "http://" : "https://"), at.n);
    if (speaks_tls(at) != plain || (!plain && !speaks_plain_http(c, at)))
        return false;
    (void)err_reason(err, ST_UNAVAILABLE, plain ? "plain_http" : "no_tls", "%s: this port %s", url,
                     plain ? "speaks TLS" : "does not speak TLS");
    return true;
}

enum status alexa_client_send(const struct alexa_client *c, const struct alexa_client_call *call,
                              struct http_response *ret_response, struct err *err)
{
    struct http_header headers[ALEXA_CLIENT_HEADERS_MAX] = {
        { STR("Content-Type"), STR("application/json; charset=utf-8") }
    };
    size_t count = 1;

    for (size_t i = 0; i < call->header_count && count < ALEXA_CLIENT_HEADERS_MAX; i++)
        headers[count++] = call->headers[i];
    struct http_request request = {
        .method = call->method ? call->method : "POST",
        .url = call->url ? call->url : c->url,
        .headers = headers,
        .header_count = count,
        .body = call->body,
        .max_bytes = ANSWER_BYTES_MAX,
        .deadline = clock_mono_ms() + CALL_MS,
        .connect_to = c->connect_to[0] ? c->connect_to : NULL,
        .unix_path = c->unix_path[0] ? c->unix_path : NULL,
        .proxy_header = c->proxy_header,
    };
    struct err why = ERR_NONE;
    enum status st = http_call(c->http, &request, ret_response, &why);
    if (st != ST_OK && explain_scheme(c, request.url, err))
        return ST_UNAVAILABLE;
    return st == ST_OK ? st : err_reason(err, st, why.reason, "%s", why.text);
}

enum status alexa_client_post(const struct alexa_client *c, struct str body,
                              struct http_response *ret_response, struct err *err)
{
    struct buf signature = BUF_INIT(4096);
    struct http_header headers[2];
    struct alexa_client_call call = { .headers = headers, .body = body };
    enum status st = ST_OK;

    *ret_response = (struct http_response){ .status = 0 };
    if (c->signer) {
        st = alexa_client_sign(c, body, &signature, err);
        headers[call.header_count++] =
            (struct http_header){ STR("SignatureCertChainUrl"), str_of(c->chain_url) };
        headers[call.header_count++] =
            (struct http_header){ STR("Signature-256"), buf_str(&signature) };
    }
    if (st == ST_OK)
        st = alexa_client_send(c, &call, ret_response, err);
    buf_free(&signature);
    return st;
}
