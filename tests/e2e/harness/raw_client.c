/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/harness/raw_client.c -- TCP and TLS connections, byte by byte. */
#include "tests/e2e/harness/raw_client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/base/clock.h"

enum { TEXT_SIZE = 64 * 1024 };

struct raw_client {
    int fd;
    SSL *ssl;
    size_t n;
    char text[TEXT_SIZE + 1];
};

/* ---- TCP ---- */

int raw_client_connect(int port, const char *source)
{
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) },
                       from = { .sin_family = AF_INET };
    int on = 1, fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (fd < 0)
        return -1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (source) {
        /* The port is chosen at connect(), so that one address may have more connections than
         * ports. */
        setsockopt(fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
        inet_pton(AF_INET, source, &from.sin_addr);
        bind(fd, (struct sockaddr *)&from, sizeof from);
    }
    if (connect(fd, (struct sockaddr *)&to, sizeof to) == 0 || errno == EINPROGRESS)
        return fd;
    close(fd);
    return -1;
}

static bool wait_for(int fd, short events, int64_t deadline)
{
    struct pollfd p = { .fd = fd, .events = events };
    int64_t left = clock_left_ms(deadline);

    return poll(&p, 1, (int)left) > 0;
}

bool raw_client_is_closed(int fd, int64_t timeout_ms)
{
    int64_t deadline = clock_mono_ms() + timeout_ms;
    char dropped[4096];

    do {
        ssize_t n = recv(fd, dropped, sizeof dropped, MSG_DONTWAIT);
        if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
            return true;
    } while (wait_for(fd, POLLIN, deadline));
    return false;
}

/* ---- TLS ---- */

static SSL_CTX *context;

static void create_context(void)
{
    (void)signal(SIGPIPE, SIG_IGN); /* OpenSSL writes to a socket that may be closed */
    context = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_verify(context, SSL_VERIFY_NONE, NULL);
    SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
}

static SSL_CTX *client_context(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, create_context);
    return context;
}

size_t raw_client_hello(char *out, size_t size)
{
    SSL *ssl = SSL_new(client_context());
    BIO *in = BIO_new(BIO_s_mem()), *sent = BIO_new(BIO_s_mem());
    int n;

    SSL_set_bio(ssl, in, sent);
    SSL_connect(ssl);
    n = BIO_read(sent, out, (int)size);
    SSL_free(ssl);
    ERR_clear_error();
    return n > 0 ? (size_t)n : 0;
}

/* Should the call that returned `result` be repeated? Waits until it makes sense to. */
static bool wait_and_retry(struct raw_client *c, int result, int64_t deadline)
{
    int reason = SSL_get_error(c->ssl, result);

    ERR_clear_error();
    if (reason == SSL_ERROR_WANT_READ)
        return wait_for(c->fd, POLLIN, deadline);
    if (reason == SSL_ERROR_WANT_WRITE)
        return wait_for(c->fd, POLLOUT, deadline);
    return false;
}

struct raw_client *raw_client_open(int port, const char *source, int64_t timeout_ms)
{
    struct raw_client *c = calloc(1, sizeof *c);
    int64_t deadline = clock_mono_ms() + timeout_ms;
    int result = 0;

    if (!c)
        return NULL;
    c->fd = raw_client_connect(port, source);
    c->ssl = SSL_new(client_context());
    if (c->fd >= 0 && c->ssl && SSL_set_fd(c->ssl, c->fd) == 1 &&
        wait_for(c->fd, POLLOUT, deadline)) {
        do {
            result = SSL_connect(c->ssl);
        } while (result != 1 && wait_and_retry(c, result, deadline));
    }
    if (result == 1)
        return c;
    raw_client_close(c);
    return NULL;
}

void raw_client_close(struct raw_client *c)
{
    if (!c)
        return;
    SSL_free(c->ssl);
    if (c->fd >= 0)
        close(c->fd);
    ERR_clear_error();
    free(c);
}

bool raw_client_send(struct raw_client *c, const char *bytes, size_t n)
{
    int64_t deadline = clock_mono_ms() + 10000;

    while (n > 0) {
        int sent = SSL_write(c->ssl, bytes, (int)n);
        if (sent > 0) {
            bytes += sent;
            n -= (size_t)sent;
        } else if (!wait_and_retry(c, sent, deadline))
            return false;
    }
    return true;
}

bool raw_client_send_text(struct raw_client *c, const char *text)
{
    return raw_client_send(c, text, strlen(text));
}

/* Append what comes next. Returns false when nothing will come any more. */
static bool read_some(struct raw_client *c, int64_t deadline, bool *ret_closed)
{
    int got = SSL_read(c->ssl, c->text + c->n, (int)(TEXT_SIZE - c->n));

    if (got <= 0) {
        bool again = wait_and_retry(c, got, deadline);
        *ret_closed = !again && clock_left_ms(deadline) > 0;
        return again;
    }
    c->n += (size_t)got;
    c->text[c->n] = '\0';
    return c->n < TEXT_SIZE;
}

const char *raw_client_read(struct raw_client *c, int64_t timeout_ms, bool *ret_closed)
{
    int64_t deadline = clock_mono_ms() + timeout_ms;
    bool closed = false;

    c->n = 0;
    c->text[0] = '\0';
    while (read_some(c, deadline, &closed))
        ;
    if (ret_closed)
        *ret_closed = closed;
    return c->text;
}

/* Is the whole response there? */
static bool is_complete(const struct raw_client *c)
{
    const char *end = strstr(c->text, "\r\n\r\n"), *length = strstr(c->text, "Content-Length: ");

    return end && length && c->n >= (size_t)(end + 4 - c->text) + strtoul(length + 16, NULL, 10);
}

int raw_client_response(struct raw_client *c, int64_t timeout_ms)
{
    int64_t deadline = clock_mono_ms() + timeout_ms;
    bool closed;

    c->n = 0;
    c->text[0] = '\0';
    while (!is_complete(c) && read_some(c, deadline, &closed))
        ;
    return strncmp(c->text, "HTTP/1.1 ", 9) == 0 ? atoi(c->text + 9) : 0;
}

bool raw_client_update_keys(struct raw_client *c)
{
    bool asked =
        SSL_key_update(c->ssl, SSL_KEY_UPDATE_REQUESTED) == 1 && SSL_do_handshake(c->ssl) == 1;

    ERR_clear_error();
    return asked;
}

bool raw_client_drain(struct raw_client *c)
{
    int got;

    do {
        got = SSL_read(c->ssl, c->text, TEXT_SIZE);
    } while (got > 0);
    int reason = SSL_get_error(c->ssl, got);
    ERR_clear_error();
    return reason == SSL_ERROR_WANT_READ || reason == SSL_ERROR_WANT_WRITE;
}

const char *raw_client_text(const struct raw_client *c)
{
    return c->text;
}
