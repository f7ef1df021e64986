/* SPDX-License-Identifier: Apache-2.0 */
/* server/config_rules.c -- the rules between configuration keys that a daemon must keep. */
#include <string.h>

#include "server/base/host_port.h"
#include "server/config.h"

static bool is_all_loopback(const struct config *c, enum config_key key)
{
    char host[HOST_PORT_HOST_SIZE];
    uint16_t port;

    for (const char *const *at = config_list(c, key); *at; at++)
        if (!host_port_split(*at, host, &port) || !host_port_is_loopback(host))
            return false;
    return true;
}

enum status config_validate(const struct config *c, struct err *err)
{
    bool verify = config_bool(c, CONFIG_ALEXA_VERIFY);

    if (!verify && !is_all_loopback(c, CONFIG_SERVER_LISTEN))
        return config_value_error(
            c, CONFIG_ALEXA_VERIFY, err,
            "must be yes unless every server.listen address is a loopback address");
    if (verify && !config_list(c, CONFIG_ALEXA_SKILL_IDS)[0])
        return config_value_error(
            c, CONFIG_ALEXA_SKILL_IDS, err,
            "must list the skill ids to accept (amzn1.ask.skill...) unless alexa.verify = no");
    if (!config_bool(c, CONFIG_ADMIN_ALLOW_REMOTE) && !is_all_loopback(c, CONFIG_ADMIN_LISTEN))
        return config_value_error(c, CONFIG_ADMIN_LISTEN, err,
                                  "must be a loopback address unless admin.allow_remote = yes");
    if (!*config_text(c, CONFIG_SERVER_CERTIFICATE))
        return config_value_error(c, CONFIG_SERVER_CERTIFICATE, err,
                                  "must name a PEM file, because Alexa requires HTTPS");
    if (!*config_text(c, CONFIG_SERVER_PRIVATE_KEY))
        return config_value_error(c, CONFIG_SERVER_PRIVATE_KEY, err,
                                  "must name a PEM file, the certificate's private key");
    for (const char *const *p = config_list(c, CONFIG_GEOCODER_PROVIDERS); *p; p++)
        if (strcmp(*p, "here") == 0 && !*config_text(c, CONFIG_GEOCODER_HERE_API_KEY))
            return config_value_error(c, CONFIG_GEOCODER_PROVIDERS, err,
                                      "`here` needs geocoder.here_api_key");
    return ST_OK;
}
