/* SPDX-License-Identifier: Apache-2.0 */
/* server/listener/listeners.c -- opens the sockets, and applies to inherited ones the rules that
 * config_validate() applies to server.listen. */
#include "server/listener/listeners.h"

#include "server/base/host_port.h"
#include "server/listener/listen_socket.h"

static enum status check_inherited(const struct config *c, const int *fds, size_t count,
                                   struct err *err)
{
    bool tls =
        config_bool(c, CONFIG_SERVER_TLS) || config_list(c, CONFIG_SERVER_TRUSTED_PROXIES)[0];

    for (size_t i = 0; i < count; i++) {
        if (listen_socket_is_local(fds[i]))
            continue;
        if (!config_bool(c, CONFIG_ALEXA_VERIFY))
            return err_set(err, ST_INVALID,
                           "alexa.verify = \"no\": must be yes unless every inherited socket is "
                           "bound to a loopback address or a unix socket");
        if (!tls)
            return err_set(
                err, ST_INVALID,
                "server.tls = \"no\": must be yes unless every inherited socket is bound "
                "to a loopback address or a unix socket, or server.trusted_proxies names "
                "the proxy");
    }
    return ST_OK;
}

enum status listeners_open(const struct config *c, int fds[LISTENERS_MAX], size_t *ret_count,
                           bool *ret_inherited, struct err *err)
{
    enum status st = listen_socket_inherit(fds, LISTENERS_MAX, ret_count, err);

    *ret_inherited = *ret_count > 0;
    if (st != ST_OK || *ret_inherited)
        return st == ST_OK ? check_inherited(c, fds, *ret_count, err) : st;
    for (const char *const *at = config_list(c, CONFIG_SERVER_LISTEN); st == ST_OK && *at; at++) {
        st = listen_socket_open(*at, &fds[*ret_count], err);
        *ret_count += st == ST_OK;
    }
    if (st != ST_OK)
        (void)err_context(err, "server.listen");
    return st;
}

void listeners_log(const struct config *c, const int *fds, size_t count, bool inherited,
                   struct log *log)
{
    char name[LISTEN_SOCKET_NAME_SIZE];

    for (size_t i = 0; i < count; i++) {
        listen_socket_name(fds[i], name);
        log_line(log, LOG_INFO, "listening", LOG_TEXT("address", name),
                 LOG_TEXT("path", config_text(c, CONFIG_SERVER_PATH)),
                 LOG_TEXT("tls", config_bool(c, CONFIG_SERVER_TLS) ? "yes" : "no"),
                 LOG_TEXT("socket", inherited ? "inherited" : "own"));
    }
}

bool listeners_are_unix(const struct config *c)
{
    for (const char *const *at = config_list(c, CONFIG_SERVER_LISTEN); *at; at++)
        if (!host_port_unix_path(*at))
            return false;
    return true;
}
