/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/certs/host.h -- a small certificate host: HTTPS on loopback, one request at a time.
 *
 * A page is served with its status and body after a pause, and counts its requests. One thread
 * serves one connection after the other and closes each. Pages may be changed while it runs. */
#ifndef CLIMACAST_TESTS_HOST_H
#define CLIMACAST_TESTS_HOST_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <sys/time.h>

#include "server/base/http.h"
#include "tests/unit/certs/pki.h"

enum { HOST_PAGES_MAX = 100, HOST_PATH_MAX = 100 };

struct host_page {
    char path[HOST_PATH_MAX];
    int status;
    struct buf body;
    int pause_ms; /* before the response */
    bool drip;    /* one byte every 50 ms */
    int requests;
};

struct host {
    int listener;
    char address[32]; /* "127.0.0.1:port" */
    SSL_CTX *ctx;
    pthread_t thread;
    atomic_bool stop;
    pthread_mutex_t lock; /* guards the pages */
    struct host_page pages[HOST_PAGES_MAX];
    size_t page_count;
    int other_requests; /* for unknown paths */
};

static inline struct host_page *host_find(struct host *h, const char *path)
{
    for (size_t i = 0; i < h->page_count; i++)
        if (strcmp(h->pages[i].path, path) == 0)
            return &h->pages[i];
    return NULL;
}

/* Add or replace a page. */
static inline void host_put(struct host *h, const char *path, int status, struct str body,
                            int pause_ms)
{
    pthread_mutex_lock(&h->lock);
    struct host_page *p = host_find(h, path);
    if (!p) {
        PKI_CHECK(h->page_count < HOST_PAGES_MAX && strlen(path) < HOST_PATH_MAX);
        p = &h->pages[h->page_count++];
        *p = (struct host_page){ .body = BUF_INIT(1 << 20) };
        snprintf(p->path, sizeof p->path, "%s", path);
    }
    p->status = status;
    p->pause_ms = pause_ms;
    p->drip = false;
    buf_reset(&p->body);
    buf_put(&p->body, body);
    pthread_mutex_unlock(&h->lock);
}

static inline void host_drip(struct host *h, const char *path)
{
    pthread_mutex_lock(&h->lock);
    host_find(h, path)->drip = true;
    pthread_mutex_unlock(&h->lock);
}

static inline int host_requests(struct host *h, const char *path)
{
    pthread_mutex_lock(&h->lock);
    struct host_page *p = host_find(h, path);
    int requests = p ? p->requests : h->other_requests;
    pthread_mutex_unlock(&h->lock);
    return requests;
}

/* The client has closed, or sent something unexpected. */
static inline bool host_client_left(const SSL *ssl)
{
    struct pollfd client = { .fd = SSL_get_fd(ssl), .events = POLLIN };

    return poll(&client, 1, 0) != 0;
}

static inline bool host_send(struct host *h, SSL *ssl, struct str s, size_t piece)
{
    for (size_t at = 0; at < s.n && !atomic_load(&h->stop); at += piece) {
        size_t n = s.n - at < piece ? s.n - at : piece;
        if (SSL_write(ssl, s.p + at, (int)n) <= 0)
            return false;
        if (piece == 1)
            clock_sleep_ms(50);
    }
    return true;
}

static inline void host_answer(struct host *h, SSL *ssl, const char *path)
{
    struct buf out = BUF_INIT(1 << 21);
    int pause_ms = 0;
    bool drip = false;

    pthread_mutex_lock(&h->lock);
    struct host_page *p = host_find(h, path);
    if (p) {
        p->requests++;
        pause_ms = p->pause_ms;
        drip = p->drip;
        buf_printf(&out, "HTTP/1.1 %d Because\r\nConnection: close\r\n", p->status);
        if (p->status / 100 == 3)
            buf_putz(&out, "Location: /echo.api/good.pem\r\n");
        buf_printf(&out, "Content-Length: %zu\r\n\r\n", p->body.n);
        buf_put(&out, buf_str(&p->body));
    } else {
        h->other_requests++;
        buf_putz(&out, "HTTP/1.1 404 Not here\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
    }
    pthread_mutex_unlock(&h->lock);
    int64_t end = clock_mono_ms() + pause_ms;
    while (clock_left_ms(end) > 0 && !atomic_load(&h->stop) && !host_client_left(ssl))
        clock_sleep_ms(clock_left_ms(end) < 10 ? clock_left_ms(end) : 10);
    (void)host_send(h, ssl, buf_str(&out), drip ? 1 : 4096);
    buf_free(&out);
}

static inline void host_serve(struct host *h, int fd)
{
    char request[4096], path[200] = "";
    size_t n = 0;
    SSL *ssl = SSL_new(h->ctx);
    struct timeval patience = { 5, 0 };

    (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    if (ssl && SSL_set_fd(ssl, fd) == 1 && SSL_accept(ssl) == 1) {
        int got = 1;
        request[0] = '\0';
        while (got > 0 && n < sizeof request - 1 && !strstr(request, "\r\n\r\n")) {
            got = SSL_read(ssl, request + n, (int)(sizeof request - 1 - n));
            n += got > 0 ? (size_t)got : 0;
            request[n] = '\0';
        }
        if (sscanf(request, "GET %199s HTTP/1.1", path) == 1)
            host_answer(h, ssl, path);
        (void)SSL_shutdown(ssl);
    }
    ERR_clear_error();
    SSL_free(ssl);
}

static inline void *host_run(void *data)
{
    struct host *h = data;

    while (!atomic_load(&h->stop)) {
        struct pollfd waiting = { .fd = h->listener, .events = POLLIN };
        if (poll(&waiting, 1, 20) <= 0)
            continue;
        int fd = accept(h->listener, NULL, NULL);
        if (fd < 0)
            continue;
        host_serve(h, fd);
        close(fd);
    }
    return NULL;
}

/* Serve under the certificate's name. */
static inline void host_start(struct host *h, X509 *cert, enum pki_key key)
{
    struct sockaddr_in where = { .sin_family = AF_INET };
    socklen_t length = sizeof where;

    memset(h, 0, sizeof *h);
    (void)signal(SIGPIPE, SIG_IGN);
    where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    h->listener = socket(AF_INET, SOCK_STREAM, 0);
    PKI_CHECK(h->listener >= 0);
    PKI_CHECK(bind(h->listener, (struct sockaddr *)&where, sizeof where) == 0);
    PKI_CHECK(listen(h->listener, 64) == 0);
    PKI_CHECK(getsockname(h->listener, (struct sockaddr *)&where, &length) == 0);
    snprintf(h->address, sizeof h->address, "127.0.0.1:%d", ntohs(where.sin_port));
    h->ctx = SSL_CTX_new(TLS_server_method());
    PKI_CHECK(h->ctx && SSL_CTX_use_certificate(h->ctx, cert) == 1 &&
              SSL_CTX_use_PrivateKey(h->ctx, pki_key(key)) == 1);
    PKI_CHECK(pthread_mutex_init(&h->lock, NULL) == 0);
    PKI_CHECK(pthread_create(&h->thread, NULL, host_run, h) == 0);
}

/* Serve as Amazon's certificate host, under a certificate that `root` has issued. */
static inline void host_start_s3(struct host *h, X509 *root)
{
    X509 *server = pki_issue((struct pki_spec){ .name = "host",
                                                .key = PKI_SERVER,
                                                .issuer = root,
                                                .signer = PKI_ROOT,
                                                .san = "DNS:s3.amazonaws.com" });

    host_start(h, server, PKI_SERVER);
    X509_free(server);
}

static inline void host_stop(struct host *h)
{
    atomic_store(&h->stop, true);
    PKI_CHECK(pthread_join(h->thread, NULL) == 0);
    close(h->listener);
    for (size_t i = 0; i < h->page_count; i++)
        buf_free(&h->pages[i].body);
    SSL_CTX_free(h->ctx);
    pthread_mutex_destroy(&h->lock);
}

/* An http client that trusts only this root, as with http.ca_bundle. */
static inline struct http *host_client(const struct pki_folder *folder, X509 *tls_root)
{
    char path[300];
    struct buf pem = BUF_INIT(1 << 16);
    struct err err = ERR_NONE;

    pki_put(&pem, tls_root, NULL);
    pki_write(folder, "tls-root.pem", buf_str(&pem));
    buf_free(&pem);
    struct http_settings settings = { .user_agent = "test",
                                      .ca_bundle = pki_path(folder, "tls-root.pem", path) };
    struct http *http = http_create(&settings, &err);
    if (!http)
        fprintf(stderr, "%s\n", err.text);
    PKI_CHECK(http);
    return http;
}

#endif
