/* SPDX-License-Identifier: Apache-2.0 */
/* certs/tls_probe.c -- TLS handshakes with a server, for diagnosis. */
#include "certs/tls_probe.h"

#include <limits.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <stdio.h>
#include <unistd.h>

#include "certs/pem.h"
#include "server/base/client_socket.h"

static enum status connect_to_host(const char *host, uint16_t port, int64_t deadline, int *ret_fd,
                                   struct err *err)
{
    struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *all = NULL;
    char service[8];
    enum status st;
    int rc;

    (void)snprintf(service, sizeof service, "%u", port);
    rc = getaddrinfo(host, service, &hints, &all);
    if (rc != 0)
        return err_set(err, ST_UNAVAILABLE, "%s", gai_strerror(rc));
    st = client_socket_connect_any(all, INT_MAX, deadline, ret_fd, err);
    freeaddrinfo(all);
    return st;
}

static void on_alert(const SSL *ssl, int where, int value)
{
    struct tls_probe *p = SSL_get_app_data(ssl);

    if ((where & SSL_CB_READ_ALERT) == SSL_CB_READ_ALERT &&
        (value & 0xff) == SSL_AD_UNRECOGNIZED_NAME)
        p->unrecognized_name = true;
}

static enum status shake_hands(SSL *ssl, int fd, int64_t deadline, struct err *err)
{
    for (;;) {
        int rc = SSL_connect(ssl), why = SSL_get_error(ssl, rc);
        enum status st;
        if (rc == 1)
            return ST_OK;
        if (why != SSL_ERROR_WANT_READ && why != SSL_ERROR_WANT_WRITE)
            return err_set(err, ST_UNAVAILABLE, "the TLS handshake was aborted (%s)",
                           why == SSL_ERROR_SYSCALL ? "closed" : pem_openssl_error());
        st = client_socket_wait(fd, why == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, deadline, err);
        if (st != ST_OK)
            return st;
    }
}

static enum status probe_once(const char *host, uint16_t port, const char *name, int version,
                              int64_t deadline, struct tls_probe *p, struct err *err)
{
    SSL_CTX *ctx = NULL;
    SSL *ssl = NULL;
    char server_name[256]; /* a copy: OpenSSL's macro needs it writable */
    int fd = -1;
    enum status st = connect_to_host(host, port, deadline, &fd, err);

    if (st != ST_OK)
        return st;
    (void)snprintf(server_name, sizeof server_name, "%s", name);
    ctx = SSL_CTX_new(TLS_client_method());
    ssl = ctx ? SSL_new(ctx) : NULL;
    if (!ssl || SSL_set_fd(ssl, fd) != 1 || SSL_set_max_proto_version(ssl, version) != 1 ||
        SSL_set_tlsext_host_name(ssl, server_name) != 1 || SSL_set_app_data(ssl, p) != 1) {
        st = err_no_memory(err);
    } else {
        SSL_set_info_callback(ssl, on_alert);
        st = shake_hands(ssl, fd, deadline, err);
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

enum status tls_probe(const char *host, uint16_t port, const char *name, int64_t deadline,
                      struct tls_probe *ret_probe, struct err *err)
{
    struct tls_probe p = { .unrecognized_name = false };
    enum status old = probe_once(host, port, name, TLS1_2_VERSION, deadline, &p, NULL);
    enum status st = probe_once(host, port, name, 0, deadline, &p, err);

    if (st == ST_OK || p.unrecognized_name || old == ST_OK)
        *ret_probe = p;
    return p.unrecognized_name ? ST_OK : st;
}
