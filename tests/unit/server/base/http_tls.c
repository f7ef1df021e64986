/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/server/base/http_tls.c -- whom outbound HTTPS trusts.
 *
 * A server in this process has a self-signed certificate made for the run. A client with that
 * certificate as its CA bundle trusts it, for its name only. */
#include "tests/test.h"

#include <netinet/in.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "server/base/clock.h"
#include "server/base/http.h"

static const char NAME[] = "upstream.example";

static struct {
    char folder[64], bundle[96], connect_to[32];
    EVP_PKEY *key;
    X509 *cert;
    SSL_CTX *ctx;
    int listener;
    pthread_t thread;
    atomic_bool stop, cut; /* cut: close in the middle of the body, without an alert */
    atomic_int protocol;   /* the only TLS version offered */
} server;

static X509 *self_signed(EVP_PKEY *key)
{
    X509 *cert = X509_new();
    X509_NAME *name = X509_get_subject_name(cert);
    char alternative[64];
    X509_EXTENSION *extension;

    (void)snprintf(alternative, sizeof alternative, "DNS:%s", NAME);
    (void)X509_set_version(cert, 2);
    (void)ASN1_INTEGER_set(X509_get_serialNumber(cert), 1);
    (void)X509_gmtime_adj(X509_getm_notBefore(cert), -3600);
    (void)X509_gmtime_adj(X509_getm_notAfter(cert), 3600);
    (void)X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)NAME, -1, -1,
                                     0);
    (void)X509_set_issuer_name(cert, name);
    (void)X509_set_pubkey(cert, key);
    extension = X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, alternative);
    (void)X509_add_ext(cert, extension, -1);
    X509_EXTENSION_free(extension);
    (void)X509_sign(cert, key, EVP_sha256());
    return cert;
}

static void serve(int fd)
{
    const char *answer = server.cut ? "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello"
                                    : "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
    SSL *tls = SSL_new(server.ctx);
    char request[4096];

    (void)SSL_set_min_proto_version(tls, server.protocol);
    (void)SSL_set_max_proto_version(tls, server.protocol);
    (void)SSL_set_fd(tls, fd);
    if (SSL_accept(tls) == 1 && SSL_read(tls, request, sizeof request) > 0) {
        (void)SSL_write(tls, answer, (int)strlen(answer));
        if (!server.cut)
            (void)SSL_shutdown(tls);
    }
    SSL_free(tls);
    (void)close(fd);
}

static void *listen_on(void *data)
{
    (void)data;
    while (!server.stop) {
        struct pollfd p = { .fd = server.listener, .events = POLLIN };
        if (poll(&p, 1, 20) <= 0)
            continue;
        int fd = accept(server.listener, NULL, NULL);
        if (fd >= 0) {
            struct timeval limit = { .tv_sec = 5 };
            (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
            serve(fd);
        }
    }
    return NULL;
}

static int start(void **state)
{
    struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
    const char *folder = getenv("TMPDIR");
    socklen_t size = sizeof at;
    FILE *file;

    (void)state;
    (void)snprintf(server.folder, sizeof server.folder, "%s/climacast-tls-XXXXXX",
                   folder && strlen(folder) < 30 ? folder : "/tmp");
    if (!mkdtemp(server.folder))
        return -1;
    (void)snprintf(server.bundle, sizeof server.bundle, "%s/ca.pem", server.folder);
    server.key = EVP_EC_gen("P-256");
    server.cert = self_signed(server.key);
    file = fopen(server.bundle, "w");
    if (!file)
        return -1;
    (void)PEM_write_X509(file, server.cert);
    (void)fclose(file);
    server.protocol = TLS1_2_VERSION;
    server.ctx = SSL_CTX_new(TLS_server_method());
    SSL_CTX_set_security_level(server.ctx, 0); /* needed for TLS 1.1 */
    (void)SSL_CTX_use_certificate(server.ctx, server.cert);
    (void)SSL_CTX_use_PrivateKey(server.ctx, server.key);
    server.listener = socket(AF_INET, SOCK_STREAM, 0);
    if (bind(server.listener, (struct sockaddr *)&at, sizeof at) != 0 ||
        listen(server.listener, 16) != 0 ||
        getsockname(server.listener, (struct sockaddr *)&at, &size) != 0)
        return -1;
    (void)snprintf(server.connect_to, sizeof server.connect_to, "127.0.0.1:%d", ntohs(at.sin_port));
    return pthread_create(&server.thread, NULL, listen_on, NULL);
}

static int tear_down(void **state)
{
    (void)state;
    server.stop = true;
    (void)pthread_join(server.thread, NULL);
    (void)close(server.listener);
    SSL_CTX_free(server.ctx);
    X509_free(server.cert);
    EVP_PKEY_free(server.key);
    (void)unlink(server.bundle);
    return rmdir(server.folder);
}

static enum status ask(const char *url, const char *bundle, bool system_roots, struct err *err)
{
    struct http_settings settings = { .ca_bundle = bundle, .system_roots = system_roots };
    struct http *h = http_create(&settings, NULL);
    struct http_request q = { .url = url,
                              .max_bytes = 1000,
                              .deadline = clock_mono_ms() + 10000,
                              .connect_to = server.connect_to };
    struct http_response r;
    enum status st;

    CHECK(h);
    st = http_call(h, &q, &r, err);
    if (st == ST_OK)
        CHECK_SLICE(buf_str(&r.body), "hello");
    http_response_done(&r);
    http_free(h);
    return st;
}

TEST(a_certificate_in_the_bundle_is_trusted_for_its_name)
{
    CHECK_INT(ask("https://upstream.example/", server.bundle, true, NULL), ST_OK);
    CHECK_INT(ask("https://upstream.example/", server.bundle, false, NULL), ST_OK);
    CHECK_INT(ask("https://UPSTREAM.example:8443/", server.bundle, false, NULL), ST_OK);
    server.protocol = TLS1_3_VERSION;
    CHECK_INT(ask("https://upstream.example/", server.bundle, true, NULL), ST_OK);
    server.protocol = TLS1_2_VERSION;
}

TEST(another_name_is_not_trusted)
{
    struct err err = ERR_NONE;

    CHECK_INT(ask("https://other.example/", server.bundle, true, &err), ST_UNAVAILABLE);
    CHECK(strstr(err.text, "https://other.example: "));
    CHECK_INT(ask("https://127.0.0.1/", server.bundle, true, NULL), ST_UNAVAILABLE);
}

TEST(an_unknown_certificate_is_not_trusted)
{
    CHECK_INT(ask("https://upstream.example/", NULL, true, NULL), ST_UNAVAILABLE);
    CHECK_INT(ask("https://upstream.example/", "", true, NULL), ST_UNAVAILABLE);
    CHECK_INT(ask("https://upstream.example/", NULL, false, NULL), ST_UNAVAILABLE);
}

TEST(tls_before_1_2_is_refused)
{
    server.protocol = TLS1_1_VERSION;
    CHECK_INT(ask("https://upstream.example/", server.bundle, true, NULL), ST_UNAVAILABLE);
    server.protocol = TLS1_2_VERSION;
}

TEST(a_truncated_body_is_an_error)
{
    struct err err = ERR_NONE;

    server.cut = true;
    CHECK_INT(ask("https://upstream.example/", server.bundle, true, &err), ST_UNAVAILABLE);
    CHECK(strstr(err.text, "connection lost"));
    server.cut = false;
}

TEST(an_unreadable_bundle_fails_at_creation)
{
    struct http_settings settings = { .ca_bundle = "/nonexistent/ca.pem", .system_roots = true };
    struct err err = ERR_NONE;

    CHECK(!http_create(&settings, &err));
    CHECK_INT(err.status, ST_SYSTEM);
    CHECK(strstr(err.text, "/nonexistent/ca.pem"));
}

/* Requests go straight to the test server, whatever proxy the machine uses. */
static int set_up(void **state)
{
    (void)unsetenv("https_proxy");
    (void)unsetenv("HTTPS_PROXY");
    (void)unsetenv("all_proxy");
    (void)unsetenv("ALL_PROXY");
    return start(state);
}

TESTS_WITH(set_up, tear_down, a_certificate_in_the_bundle_is_trusted_for_its_name,
           another_name_is_not_trusted, an_unknown_certificate_is_not_trusted,
           tls_before_1_2_is_refused, a_truncated_body_is_an_error,
           an_unreadable_bundle_fails_at_creation)
