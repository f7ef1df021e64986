/* SPDX-License-Identifier: Apache-2.0 */
/* certs/probe.c -- see the header. */
#include "certs/probe.h"

#include <errno.h>
#include <netdb.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "certs/pem.h"
#include "server/base/clock.h"

/* ---- a connection ---- */

static enum status wait_for(int fd, short events, int64_t deadline, struct err *err)
{
    struct pollfd p = { .fd = fd, .events = events };
    int n;

    do
        n = poll(&p, 1, (int)clock_left_ms(deadline));
    while (n < 0 && errno == EINTR);
    return n > 0 ? ST_OK : err_set(err, ST_TIMEOUT, "no answer in time");
}

static enum status connect_one(const struct addrinfo *at, int64_t deadline, int *ret_fd,
                               struct err *err)
{
    int fd = socket(at->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), fault = 0;
    socklen_t n = sizeof fault;
    enum status st = ST_OK;

    if (fd < 0)
        return err_set(err, ST_SYSTEM, "no socket: %s", strerror(errno));
    if (connect(fd, at->ai_addr, at->ai_addrlen) != 0 && errno != EINPROGRESS)
        fault = errno;
    else
        st = wait_for(fd, POLLOUT, deadline, err);
    if (st == ST_OK && fault == 0 && getsockopt(fd, SOL_SOCKET, SO_ERROR, &fault, &n) != 0)
        fault = errno;
    if (st == ST_OK && fault != 0)
        st = err_set(err, ST_UNAVAILABLE, "%s", strerror(fault));
    if (st == ST_OK)
        *ret_fd = fd;
    else
        (void)close(fd);
    return st;
}

static enum status connect_to(const char *host, uint16_t port, int64_t deadline, int *ret_fd,
                              struct err *err)
{
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *all = NULL;
    char service[8];
    enum status st = ST_UNAVAILABLE;
    int rc;

    (void)snprintf(service, sizeof service, "%u", port);
    rc = getaddrinfo(host, service, &hints, &all);
    if (rc != 0)
        return err_set(err, ST_UNAVAILABLE, "%s", gai_strerror(rc));
    for (const struct addrinfo *at = all; st != ST_OK && at; at = at->ai_next) {
        err_clear(err);
        st = connect_one(at, deadline, ret_fd, err);
    }
    freeaddrinfo(all);
    return st;
}

/* ---- a handshake ---- */

static void on_info(const SSL *ssl, int where, int value)
{
    struct probe *p = SSL_get_app_data(ssl);

    if ((where & SSL_CB_READ_ALERT) == SSL_CB_READ_ALERT &&
        (value & 0xff) == SSL_AD_UNRECOGNIZED_NAME)
        p->unrecognized_name = true;
}

static enum status shake(SSL *ssl, int fd, int64_t deadline, struct err *err)
{
    for (;;) {
        int rc = SSL_connect(ssl), why = SSL_get_error(ssl, rc);
        enum status st;
        if (rc == 1)
            return ST_OK;
        if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE)
            return err_set(err, ST_UNAVAILABLE, "the TLS handshake was broken off (%s)",
                           why == SSL_ERROR_SYSCALL ? "closed" : pem_openssl_error());
        st = wait_for(fd, why == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, deadline, err);
        if (st != ST_OK)
            return st;
    }
}

static enum status probe_once(const char *host, uint16_t port, const char *name, int version,
                              int64_t deadline, struct probe *p, struct err *err)
{
    SSL_CTX *ctx = NULL;
    SSL *ssl = NULL;
    char asked[256]; /* OpenSSL's macro wants it writable */
    int fd = -1;
    enum status st = connect_to(host, port, deadline, &fd, err);

    if (st != ST_OK)
        return st;
    (void)snprintf(asked, sizeof asked, "%s", name);
    ctx = SSL_CTX_new(TLS_client_method());
    ssl = ctx ? SSL_new(ctx) : NULL;
    if (!ssl || SSL_set_fd(ssl, fd) != 1 || SSL_set_max_proto_version(ssl, version) != 1 ||
        SSL_set_tlsext_host_name(ssl, asked) != 1 || SSL_set_app_data(ssl, p) != 1) {
        st = err_no_memory(err);
    } else {
        SSL_set_info_callback(ssl, on_info);
        st = shake(ssl, fd, deadline, err);
    }
    if (st == ST_OK) {
        (void)snprintf(p->protocol, sizeof p->protocol, "%s", SSL_get_version(ssl));
        (void)SSL_shutdown(ssl);
    }
    SSL_free(ssl);
    SSL_CTX_free(ctx);
    ERR_clear_error();
    (void)close(fd);
    return st;
}

enum status probe_server(const char *host, uint16_t port, const char *name, int64_t deadline,
                         struct probe *ret_probe, struct err *err)
{
    struct probe p = { .unrecognized_name = false };
    enum status old = probe_once(host, port, name, TLS1_2_VERSION, deadline, &p, NULL);
    enum status st = probe_once(host, port, name, 0, deadline, &p, err);

    if (st == ST_OK || p.unrecognized_name || old == ST_OK)
        *ret_probe = p;
    return p.unrecognized_name ? ST_OK : st;
}
