/* SPDX-License-Identifier: Apache-2.0 */
/* server/config/config_rules.c -- the rules between configuration keys that a daemon must keep. */
#include <string.h>

#include "server/base/host_port.h"
#include "server/base/secret.h"
#include "server/config/config.h"
#include "server/config/secret_file.h"

/* Only processes of this machine can connect to it. */
static bool is_all_local(const struct config *c, enum config_key key)
{
    char host[HOST_PORT_HOST_SIZE];
    uint16_t port;

    for (const char *const *at = config_list(c, key); *at; at++)
        if (!host_port_unix_path(*at) &&
            (!host_port_split(*at, host, &port) || !host_port_is_loopback(host)))
            return false;
    return true;
}

static enum status check_tls(const struct config *c, struct err *err)
{
    bool has_proxies = config_list(c, CONFIG_SERVER_TRUSTED_PROXIES)[0];

    if (config_bool(c, CONFIG_SERVER_PROXY_PROTOCOL) && !has_proxies)
        return config_value_error(c, CONFIG_SERVER_PROXY_PROTOCOL, err,
                                  "needs server.trusted_proxies, whose PROXY headers to believe");
    if (!config_bool(c, CONFIG_SERVER_TLS)) {
        if (!has_proxies && !is_all_local(c, CONFIG_SERVER_LISTEN))
            return config_value_error(
                c, CONFIG_SERVER_TLS, err,
                "must be yes unless every server.listen address is a loopback address or a unix "
                "socket, or server.trusted_proxies names the proxy");
        return ST_OK;
    }
    if (!*config_text(c, CONFIG_SERVER_CERTIFICATE))
        return config_value_error(c, CONFIG_SERVER_CERTIFICATE, err,
                                  "must name a PEM file, because Alexa requires HTTPS (behind a "
                                  "proxy that has one: server.tls = no)");
    if (!*config_text(c, CONFIG_SERVER_PRIVATE_KEY))
        return config_value_error(c, CONFIG_SERVER_PRIVATE_KEY, err,
                                  "must name a PEM file, the certificate's private key");
    return ST_OK;
}

static enum status check_api(const struct config *c, struct err *err)
{
    bool remote = config_bool(c, CONFIG_API_ALLOW_REMOTE);

    if (!remote && !is_all_local(c, CONFIG_API_LISTEN))
        return config_value_error(c, CONFIG_API_LISTEN, err,
                                  "must be a loopback address unless api.allow_remote = yes");
    if (remote && config_bool(c, CONFIG_API_OPEN))
        return config_value_error(c, CONFIG_API_OPEN, err,
                                  "must be no with api.allow_remote = yes: behind a proxy every "
                                  "caller would count as one of this machine");
    return ST_OK;
}

/* What pushed alerts need. */
static enum status check_alerts(const struct config *c, struct err *err)
{
    struct buf secret = BUF_INIT(SECRET_FILE_MAX);
    struct err why = ERR_NONE;
    enum status st;

    if (!config_bool(c, CONFIG_ALERTS_ENABLED))
        return ST_OK;
    if (!*config_text(c, CONFIG_ALERTS_CLIENT_ID))
        return config_value_error(c, CONFIG_ALERTS_CLIENT_ID, err,
                                  "must be set with alerts.enabled = yes: the client id of the "
                                  "console's Permissions page");
    if (!*config_text(c, CONFIG_ALERTS_CLIENT_SECRET_FILE))
        return config_value_error(c, CONFIG_ALERTS_CLIENT_SECRET_FILE, err,
                                  "must be set with alerts.enabled = yes: a file with the client "
                                  "secret of the console's Permissions page");
    st = secret_file_read(config_text(c, CONFIG_ALERTS_CLIENT_SECRET_FILE), &secret, &why);
    if (secret.p)
        secret_wipe(secret.p, secret.n);
    buf_free(&secret);
    return st == ST_OK ? ST_OK
                       : config_value_error(c, CONFIG_ALERTS_CLIENT_SECRET_FILE, err, why.text);
}

enum status config_validate(const struct config *c, struct err *err)
{
    bool verify = config_bool(c, CONFIG_ALEXA_VERIFY);

    if (!verify && !is_all_local(c, CONFIG_SERVER_LISTEN))
        return config_value_error(
            c, CONFIG_ALEXA_VERIFY, err,
            "must be yes unless every server.listen address is a loopback address or a unix "
            "socket");
    if (verify && !config_list(c, CONFIG_ALEXA_SKILL_IDS)[0])
        return config_value_error(
            c, CONFIG_ALEXA_SKILL_IDS, err,
            "must list the skill ids to accept (amzn1.ask.skill...) unless alexa.verify = no");
    if (!config_bool(c, CONFIG_ADMIN_ALLOW_REMOTE) && !is_all_local(c, CONFIG_ADMIN_LISTEN))
        return config_value_error(c, CONFIG_ADMIN_LISTEN, err,
                                  "must be a loopback address unless admin.allow_remote = yes");
    enum status st = check_api(c, err);
    if (st == ST_OK)
        st = check_tls(c, err);
    for (const char *const *p = config_list(c, CONFIG_GEOCODER_PROVIDERS); st == ST_OK && *p; p++)
        if (strcmp(*p, "here") == 0 && !*config_text(c, CONFIG_GEOCODER_HERE_API_KEY))
            return config_value_error(c, CONFIG_GEOCODER_PROVIDERS, err,
                                      "`here` needs geocoder.here_api_key");
    return st == ST_OK ? check_alerts(c, err) : st;
}
