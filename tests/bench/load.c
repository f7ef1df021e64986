/* SPDX-License-Identifier: Apache-2.0 */
/* tests/bench/load.c -- sends signed requests over TLS and measures the daemon.
 *
 *   load --port N --certs DIR --pid PID [--connections 16] [--requests 5000] [--kind metric]
 *        [--users 100] [--places N [--first N]] [--new full|resumed] [--screen yes]
 *        [--label TEXT]
 *
 * The requests (requests.h) are created before the measurement starts.
 * There is one blocking thread per connection. The number to look at is the daemon's CPU time per
 * request, which does not depend on the load generator. Loopback only. Prints one row of a table;
 * the exit status is 1 if any response was not 200. */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "server/base/clock.h"
#include "tests/bench/requests.h"

enum { CONNECTIONS_MAX = 1000, ANSWER_MAX = 128 * 1024 };

struct bench {
    int port, connections, requests;
    long pid;
    const char *renew, *label;
    struct bench_requests asked;
    SSL_CTX *tls;
    char **wire; /* complete requests: headers and body */
    size_t *sizes;
    int64_t *took_us;
    pthread_barrier_t connected; /* kept connections are open: the measurement begins */
    atomic_int next, failed;
};

/* ---- connections ---- */

static SSL *connect_tls(const struct bench *b, SSL_SESSION *session)
{
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)b->port) };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    SSL *ssl = SSL_new(b->tls);
    char host[] = "localhost"; /* the macro casts it to a pointer that is not const */
    SSL_set_tlsext_host_name(ssl, host);
    if (session)
        SSL_set_session(ssl, session);
    if (connect(fd, (struct sockaddr *)&to, sizeof to) != 0 || SSL_set_fd(ssl, fd) != 1 ||
        SSL_connect(ssl) != 1)
        bench_die("cannot connect");
    return ssl;
}

static void disconnect(SSL *ssl)
{
    if (!ssl)
        return;
    int fd = SSL_get_fd(ssl);
    SSL_shutdown(ssl);
    SSL_free(ssl);
    close(fd);
}

/* Sends a request. Returns the status of the response; 0 when the connection was closed instead. */
static int send_request(SSL *ssl, const char *wire, size_t n)
{
    static _Thread_local char answer[ANSWER_MAX + 1];
    size_t have = 0;
    if (SSL_write(ssl, wire, (int)n) != (int)n)
        return 0;
    for (;;) {
        int got = SSL_read(ssl, answer + have, (int)(ANSWER_MAX - have));
        if (got <= 0)
            return 0;
        have += (size_t)got;
        answer[have] = '\0';
        const char *end = strstr(answer, "\r\n\r\n"), *length = strstr(answer, "Content-Length: ");
        if (end && length && have >= (size_t)(end + 4 - answer) + strtoul(length + 16, NULL, 10))
            return (int)strtol(answer + strlen("HTTP/1.1 "), NULL, 10);
    }
}

/* Sends a request, on a busy machine perhaps over a connection that has been idle for so long that
 * the daemon has closed it: then once more over a new one, as Alexa does. */
static void ask(struct bench *b, SSL **ssl, int i)
{
    int status = send_request(*ssl, b->wire[i], b->sizes[i]);

    if (status == 0 && !b->renew) {
        disconnect(*ssl);
        *ssl = connect_tls(b, NULL);
        status = send_request(*ssl, b->wire[i], b->sizes[i]);
    }
    if (status != 200 && atomic_fetch_add(&b->failed, 1) == 0)
        fprintf(stderr, "load: the first response that was not 200: %d\n", status);
}

static void *run_connection(void *data)
{
    struct bench *b = data;
    SSL_SESSION *session = NULL;
    SSL *ssl = b->renew ? NULL : connect_tls(b, NULL);

    pthread_barrier_wait(&b->connected);
    for (int i; (i = atomic_fetch_add(&b->next, 1)) < b->requests;) {
        int64_t started = clock_mono_us();
        if (b->renew)
            ssl = connect_tls(b, session);
        ask(b, &ssl, i);
        b->took_us[i] = clock_mono_us() - started;
        if (!b->renew)
            continue;
        if (strcmp(b->renew, "resumed") == 0) {
            SSL_SESSION_free(session);
            session = SSL_get1_session(ssl);
        }
        disconnect(ssl);
    }
    if (!b->renew)
        disconnect(ssl);
    SSL_SESSION_free(session);
    return NULL;
}

/* ---- measuring ---- */

/* CPU time of all threads of the process so far; unlike in /proc, not rounded to 10 ms. */
static double cpu_seconds(long pid)
{
    clockid_t clock;
    struct timespec t = { 0, 0 };

    if (clock_getcpuclockid((pid_t)pid, &clock) != 0 || clock_gettime(clock, &t) != 0)
        bench_die("no such process");
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double resident_mb(long pid)
{
    char path[64], line[200];
    long kb = 0;

    snprintf(path, sizeof path, "/proc/%ld/status", pid);
    FILE *f = fopen(path, "re");
    while (f && fgets(line, sizeof line, f))
        sscanf(line, "VmRSS: %ld", &kb);
    if (f)
        fclose(f);
    return (double)kb / 1024;
}

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return x < y ? -1 : x > y;
}

static void report(struct bench *b, double seconds, double cpu)
{
    qsort(b->took_us, (size_t)b->requests, sizeof *b->took_us, by_size);
    printf("| %-34s | %8.0f | %8.2f | %8.2f | %8.0f | %6.1f |\n", b->label, b->requests / seconds,
           (double)b->took_us[b->requests / 2] / 1000,
           (double)b->took_us[b->requests * 99 / 100] / 1000, cpu * 1e6 / b->requests,
           resident_mb(b->pid));
}

static void run(struct bench *b)
{
    pthread_t threads[CONNECTIONS_MAX];

    if (pthread_barrier_init(&b->connected, NULL, (unsigned)b->connections + 1) != 0)
        bench_die("cannot start threads");
    for (int i = 0; i < b->connections; i++)
        if (pthread_create(&threads[i], NULL, run_connection, b) != 0)
            bench_die("cannot start threads");
    pthread_barrier_wait(&b->connected);
    double cpu = cpu_seconds(b->pid);
    int64_t started = clock_mono_us();
    for (int i = 0; i < b->connections; i++)
        pthread_join(threads[i], NULL);
    double seconds = (double)(clock_mono_us() - started) / 1e6;
    report(b, seconds, cpu_seconds(b->pid) - cpu);
    pthread_barrier_destroy(&b->connected);
}

static void options(int argc, char **argv, struct bench *b)
{
    for (int i = 1; i + 1 < argc; i += 2) {
        const char *name = argv[i], *value = argv[i + 1];
        if (strcmp(name, "--port") == 0)
            b->port = atoi(value);
        else if (strcmp(name, "--certs") == 0)
            b->asked.certs = value;
        else if (strcmp(name, "--pid") == 0)
            b->pid = atol(value);
        else if (strcmp(name, "--connections") == 0)
            b->connections = atoi(value);
        else if (strcmp(name, "--requests") == 0)
            b->requests = atoi(value);
        else if (strcmp(name, "--users") == 0)
            b->asked.users = atoi(value);
        else if (strcmp(name, "--places") == 0)
            b->asked.places = atoi(value);
        else if (strcmp(name, "--first") == 0)
            b->asked.first = atoi(value);
        else if (strcmp(name, "--kind") == 0)
            b->asked.kind = value;
        else if (strcmp(name, "--new") == 0)
            b->renew = value;
        else if (strcmp(name, "--screen") == 0)
            b->asked.screen = strcmp(value, "yes") == 0;
        else if (strcmp(name, "--label") == 0)
            b->label = value;
        else
            bench_die("unknown option");
    }
    if (b->port <= 0 || !b->asked.certs || b->connections < 1 || b->connections > CONNECTIONS_MAX ||
        b->asked.users < 1 || b->asked.places < 0 || b->asked.first < 0 || b->requests < 1 ||
        b->requests > 1000000)
        bench_die("see the head of tests/bench/load.c");
}

int main(int argc, char **argv)
{
    struct bench b = { .connections = 16,
                       .requests = 5000,
                       .label = "",
                       .asked = { .users = 100, .kind = "metric" } };
    char root[600];

    signal(SIGPIPE, SIG_IGN);
    options(argc, argv, &b);
    size_t n = (size_t)b.requests;
    b.wire = calloc(n, sizeof *b.wire);
    b.sizes = calloc(n, sizeof *b.sizes);
    b.took_us = calloc(n, sizeof *b.took_us);
    b.tls = SSL_CTX_new(TLS_client_method());
    snprintf(root, sizeof root, "%.500s/root.pem", b.asked.certs);
    if (!b.wire || !b.sizes || !b.took_us || !b.tls ||
        SSL_CTX_load_verify_locations(b.tls, root, NULL) != 1)
        bench_die("no memory, or no root.pem");
    SSL_CTX_set_verify(b.tls, SSL_VERIFY_PEER, NULL);
    bench_requests_create(&b.asked, b.requests, b.wire, b.sizes);
    run(&b);
    int failed = atomic_load(&b.failed);
    if (failed > 0)
        fprintf(stderr, "load: %d responses were not 200\n", failed);
    for (size_t i = 0; i < n; i++)
        free(b.wire[i]);
    free(b.wire);
    free(b.sizes);
    free(b.took_us);
    SSL_CTX_free(b.tls);
    return failed > 0;
}
