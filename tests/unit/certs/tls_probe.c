/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/certs/tls_probe.c -- handshakes with servers that behave, warn, abort, or say
 * nothing. */
#include "tests/test.h"

#include <netinet/in.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>

#include "certs/tls_probe.h"
#include "tests/unit/certs/pki.h"

enum behavior { ACCEPTS, WARNS, ABORTS, NO_TLS, SILENT };

static struct server {
    enum behavior behavior;
    int listener;
    uint16_t port;
    pthread_t thread;
} server;

static int on_name(SSL *ssl, int *alert, void *data)
{
    (void)ssl, (void)data;
    *alert = SSL_AD_UNRECOGNIZED_NAME;
    return server.behavior == WARNS    ? SSL_TLSEXT_ERR_ALERT_WARNING
           : server.behavior == ABORTS ? SSL_TLSEXT_ERR_ALERT_FATAL
                                       : SSL_TLSEXT_ERR_OK;
}

static SSL_CTX *make_context(void)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
    X509 *own = pki_issue(
        (struct pki_spec){ .name = "own", .key = PKI_SERVER, .san = "DNS:skill.example.org" });

    CHECK(ctx && SSL_CTX_use_certificate(ctx, own) == 1 &&
          SSL_CTX_use_PrivateKey(ctx, pki_key(PKI_SERVER)) == 1);
    SSL_CTX_set_tlsext_servername_callback(ctx, on_name);
    X509_free(own);
    return ctx;
}

static void serve_one(SSL_CTX *ctx, int fd)
{
    char byte;

    if (server.behavior == NO_TLS) {
        (void)!write(fd, "HTTP/1.1 400 Bad Request\r\n\r\n", 28);
    } else if (server.behavior == SILENT) {
        while (read(fd, &byte, 1) > 0)
            ;
    } else {
        SSL *ssl = SSL_new(ctx);
        SSL_set_fd(ssl, fd);
        if (SSL_accept(ssl) == 1)
            (void)SSL_read(ssl, &byte, 1);
        SSL_free(ssl);
    }
    (void)close(fd);
}

static void *serve(void *data)
{
    SSL_CTX *ctx = data;
    int fd;

    while ((fd = accept(server.listener, NULL, NULL)) >= 0)
        serve_one(ctx, fd);
    SSL_CTX_free(ctx);
    return NULL;
}

static void server_start(enum behavior behavior)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    socklen_t n = sizeof at;

    (void)signal(SIGPIPE, SIG_IGN);
    server.behavior = behavior;
    server.listener = socket(AF_INET, SOCK_STREAM, 0);
    CHECK(bind(server.listener, (struct sockaddr *)&at, sizeof at) == 0);
    CHECK(listen(server.listener, 5) == 0);
    CHECK(getsockname(server.listener, (struct sockaddr *)&at, &n) == 0);
    server.port = ntohs(at.sin_port);
    CHECK(pthread_create(&server.thread, NULL, serve, make_context()) == 0);
}

static void server_stop(void)
{
    CHECK(shutdown(server.listener, SHUT_RDWR) == 0);
    pthread_join(server.thread, NULL);
    (void)close(server.listener);
}

static enum status probe_with(enum behavior behavior, int64_t timeout_ms, struct tls_probe *ret,
                              struct err *err)
{
    enum status st;

    *ret = (struct tls_probe){ .protocol = "" };
    *err = ERR_NONE;
    server_start(behavior);
    st = tls_probe("127.0.0.1", server.port, "skill.example.org", clock_mono_ms() + timeout_ms, ret,
                   err);
    server_stop();
    return st;
}

TEST(a_server_that_knows_the_name_sends_no_warning)
{
    struct tls_probe p;
    struct err err;

    CHECK_INT(probe_with(ACCEPTS, 5000, &p, &err), ST_OK);
    CHECK(!p.unrecognized_name);
    CHECK_STR(p.protocol, "TLSv1.3");
}

TEST(the_warning_unrecognized_name_is_noticed)
{
    struct tls_probe p;
    struct err err;

    CHECK_INT(probe_with(WARNS, 5000, &p, &err), ST_OK);
    CHECK(p.unrecognized_name);
    CHECK_INT(probe_with(ABORTS, 5000, &p, &err), ST_OK);
    CHECK(p.unrecognized_name);
}

TEST(a_server_without_tls_is_unavailable)
{
    struct tls_probe p;
    struct err err;

    CHECK_INT(probe_with(NO_TLS, 5000, &p, &err), ST_UNAVAILABLE);
    CHECK(strstr(err.text, "handshake"));
    CHECK_INT(probe_with(SILENT, 300, &p, &err), ST_TIMEOUT);
    /* the server is gone */
    err = ERR_NONE;
    CHECK_INT(tls_probe("127.0.0.1", server.port, "x", clock_mono_ms() + 3000, &p, &err),
              ST_UNAVAILABLE);
    CHECK(strstr(err.text, "refused"));
    err = ERR_NONE;
    CHECK_INT(tls_probe("no such host", 1, "x", clock_mono_ms() + 3000, &p, &err), ST_UNAVAILABLE);
}

TESTS(a_server_that_knows_the_name_sends_no_warning, the_warning_unrecognized_name_is_noticed,
      a_server_without_tls_is_unavailable)
