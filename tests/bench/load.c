/* SPDX-License-Identifier: Apache-2.0 */
/* tests/bench/load.c -- sends signed requests over TLS and measures the daemon.
 *
 *   load --port N --certs DIR --pid PID [--connections 16] [--requests 5000] [--kind metric]
 *        [--users 100] [--places 10] [--new full|resumed] [--screen yes] [--label TEXT]
 *
 * Each request has its own id, timestamp and signature, created before the measurement starts.
 * There is one blocking thread per connection. The number to look at is the daemon's CPU time per
 * request, which does not depend on the load generator. Loopback only. Prints one row of a table;
 * the exit status is 1 if any response was not 200. */
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "certs/signer.h"
#include "intents/weather/gazetteer.h"
#include "server/base/clock.h"
#include "server/base/str.h"

#define SKILL_ID "amzn1.ask.skill.00000000-0000-0000-0000-000000000000"

enum { CONNECTIONS_MAX = 1000, ANSWER_MAX = 128 * 1024, ZIP_STEP = 37 };

struct bench {
    int port, connections, requests, users, places;
    long pid;
    bool screen; /* the device shows documents */
    const char *certs, *kind, *renew, *label;
    SSL_CTX *tls;
    char **wire; /* complete requests: headers and body */
    size_t *sizes;
    int64_t *took_us;
    pthread_barrier_t connected; /* kept connections are open: the measurement begins */
    atomic_int next, failed;
};

static void die(const char *what)
{
    fprintf(stderr, "load: %s\n", what);
    exit(2);
}

/* ---- requests ---- */

/* What a device with a screen sends about itself. */
static const char viewport[] =
    "\"Viewports\":[{\"type\":\"APL\",\"id\":\"main\",\"shape\":\"RECTANGLE\",\"dpi\":160,"
    "\"presentationType\":\"STANDARD\",\"canRotate\":false,\"configuration\":{\"current\":{"
    "\"mode\":\"HUB\",\"video\":{\"codecs\":[\"H_264_42\",\"H_264_41\"]},\"size\":{\"type\":"
    "\"DISCRETE\",\"pixelWidth\":1024,\"pixelHeight\":600}}}}],\"Viewport\":{\"experiences\":[{"
    "\"arcMinuteWidth\":246,\"arcMinuteHeight\":144,\"canRotate\":false,\"canResize\":false}],"
    "\"mode\":\"HUB\",\"shape\":\"RECTANGLE\",\"pixelWidth\":1024,\"pixelHeight\":600,\"dpi\":160,"
    "\"currentPixelWidth\":1024,\"currentPixelHeight\":600,\"touch\":[\"SINGLE\"]},"
    "\"Extensions\":{\"available\":{\"aplext:backstack:10\":{}}},";

/* Its supportedInterfaces. */
static const char documents[] =
    "\"Alexa.Presentation.APL\":{\"runtime\":{\"maxVersion\":\"2024.3\"}}";

/* Slots of the intent without a value. */
static const char empty_slots[] =
    "\"leadin\":{\"name\":\"leadin\",\"confirmationStatus\":\"NONE\"},"
    "\"when_abs\":{\"name\":\"when_abs\",\"confirmationStatus\":\"NONE\"},"
    "\"when_pos\":{\"name\":\"when_pos\",\"confirmationStatus\":\"NONE\"},"
    "\"day\":{\"name\":\"day\",\"confirmationStatus\":\"NONE\"},"
    "\"month\":{\"name\":\"month\",\"confirmationStatus\":\"NONE\"},"
    "\"zip_conn\":{\"name\":\"zip_conn\",\"confirmationStatus\":\"NONE\"},"
    "\"zipcode\":{\"name\":\"zipcode\",\"confirmationStatus\":\"NONE\"},"
    "\"location\":{\"name\":\"location\",\"confirmationStatus\":\"NONE\"}}}";

static void put_metric(struct buf *b, const char *metric, const char *more)
{
    buf_printf(b,
               "\"name\":\"MetricIntent\",\"slots\":{\"metric\":{\"name\":\"metric\",\"value\":"
               "\"%s\",\"resolutions\":{\"resolutionsPerAuthority\":[{\"authority\":"
               "\"amzn1.er-authority.echo-sdk." SKILL_ID ".TYPE_METRIC\",\"status\":{\"code\":"
               "\"ER_SUCCESS_MATCH\"},\"values\":[{\"value\":{\"name\":\"%s\",\"id\":\"%s\"}}]}]},"
               "\"confirmationStatus\":\"NONE\",\"source\":\"USER\"},%s%s",
               metric, metric, metric, more, empty_slots);
}

/* The i-th of about a thousand ZIP codes from all over the country. */
static int zip_at(int i)
{
    static int codes[100000 / ZIP_STEP + 1], count;
    struct gazetteer_hit hit;
    char text[8];

    for (int code = count == 0 ? 501 : 100000; code < 100000; code += ZIP_STEP) {
        snprintf(text, sizeof text, "%05d", code);
        if (gazetteer_zip(str_of(text), &hit) && !hit.near)
            codes[count++] = code;
    }
    return codes[i % count];
}

/* A question about one of `places` places, by ZIP code. */
static void put_place(struct buf *b, int i, int places)
{
    buf_printf(b,
               "\"name\":\"MetricIntent\",\"slots\":{\"metric\":{\"name\":\"metric\",\"value\":"
               "\"temperature\"},\"zipcode\":{\"name\":\"zipcode\",\"value\":\"%05d\"}}}",
               zip_at(i % places));
}

/* A question about the seven days ahead. */
static void put_extreme(struct buf *b, int i)
{
    static const char *const extremes[] = { "coldest", "windiest", "wettest", "sunniest" };

    buf_printf(b,
               "\"name\":\"ExtremeIntent\",\"slots\":{\"extreme\":{\"name\":\"extreme\",\"value\":"
               "\"%s\"},\"unit\":{\"name\":\"unit\",\"value\":\"%s\"},%s",
               extremes[i % 4], i % 4 == 0 ? "night" : "day", empty_slots);
}

/* When it rains and when it stops. */
static void put_timing(struct buf *b, int i)
{
    buf_printf(b,
               "\"name\":\"TimingIntent\",\"slots\":{\"event\":{\"name\":\"event\",\"value\":"
               "\"%s\"},\"edge\":{\"name\":\"edge\",\"value\":\"%s\"},%s",
               i % 2 ? "rain" : "snow", i % 4 < 2 ? "start" : "stop", empty_slots);
}

/* The weather at a time of day. */
static void put_hours(struct buf *b, int i)
{
    buf_printf(b,
               "\"name\":\"HoursIntent\",\"slots\":{\"metric\":{\"name\":\"metric\",\"value\":"
               "\"%s\"},\"time\":{\"name\":\"time\",\"value\":\"%02d:00\"},%s",
               i % 2 ? "weather" : "temperature", i % 24, empty_slots);
}

/* "And the wind": with the session that the answer to "what's the temperature" left. */
static void put_follow(struct buf *b, int i)
{
    static const char *const metrics[] = { "wind", "relative humidity", "dewpoint", "temperature" };

    buf_printf(b,
               "\"name\":\"FollowIntent\",\"slots\":{\"metric\":{\"name\":\"metric\",\"value\":"
               "\"%s\"},%s",
               metrics[i % 4], empty_slots);
}

static const char follow_attributes[] =
    "\"topic\":{\"v\":1,\"intent\":\"MetricIntent\",\"slots\":{\"metric\":\"temperature\"}}";

static void put_intent(struct buf *b, const char *kind, int i, int places)
{
    static const char *const cities[] = { "boulder colorado", "seattle washington", "miami florida",
                                          "portland maine" };
    static const char *const metrics[] = { "temperature", "wind", "relative humidity", "dewpoint" };

    if (strcmp(kind, "launch") == 0) {
        buf_putz(b, "\"type\":\"LaunchRequest\"");
        return;
    }
    buf_putz(b, "\"type\":\"IntentRequest\",\"intent\":{\"confirmationStatus\":\"NONE\",");
    if (strcmp(kind, "setlocation") == 0)
        buf_printf(b,
                   "\"name\":\"SetLocationIntent\",\"slots\":{\"location\":{\"name\":\"location\","
                   "\"value\":\"%s\"}}}",
                   cities[i % 4]);
    else if (strcmp(kind, "place") == 0)
        put_place(b, i, places);
    else if (strcmp(kind, "extreme") == 0)
        put_extreme(b, i);
    else if (strcmp(kind, "timing") == 0)
        put_timing(b, i);
    else if (strcmp(kind, "hours") == 0)
        put_hours(b, i);
    else if (strcmp(kind, "hourly") == 0)
        buf_printf(b, "\"name\":\"HoursIntent\",\"slots\":{%s", empty_slots);
    else if (strcmp(kind, "follow") == 0)
        put_follow(b, i);
    else if (strcmp(kind, "weather") == 0)
        put_metric(b, "weather", "");
    else if (strcmp(kind, "week") == 0)
        put_metric(b, "extended forecast", "");
    else if (strcmp(kind, "alerts") == 0)
        put_metric(b, "alerts", "");
    else if (strcmp(kind, "forecast") == 0)
        put_metric(b, "forecast", "\"when_any\":{\"name\":\"when_any\",\"value\":\"tomorrow\"},");
    else
        put_metric(b, metrics[i % 4], "");
}

static void put_body(struct buf *b, const struct bench *bench, int i, const char *now)
{
    bool follows = strcmp(bench->kind, "follow") == 0;

    buf_printf(
        b,
        "{\"version\":\"1.0\",\"session\":{\"new\":%s,\"sessionId\":\"amzn1.echo-api.session.%"
        "d\","
        "\"application\":{\"applicationId\":\"" SKILL_ID "\"},\"attributes\":{%s},\"user\":{"
        "\"userId\":\"amzn1.ask.account.BENCH%d\"}},\"context\":{%s\"System\":{\"application\":{"
        "\"applicationId\":\"" SKILL_ID "\"},\"user\":{\"userId\":\"amzn1.ask.account.BENCH%d\"},"
        "\"device\":{\"deviceId\":\"amzn1.ask.device.1\",\"supportedInterfaces\":{%s}},"
        "\"apiEndpoint\":\"https://api.amazonalexa.com\",\"apiAccessToken\":\"",
        follows ? "false" : "true", i, follows ? follow_attributes : "", i % bench->users, viewport,
        i % bench->users, bench->screen ? documents : "");
    for (int k = 0; k < 1200; k++) /* as long as Alexa's token */
        buf_putc(b, (char)('A' + (k * 7 + i) % 26));
    buf_printf(b,
               "\"}},\"request\":{\"requestId\":\"amzn1.echo-api.request.%lld.%ld.%d\","
               "\"timestamp\":\"%s\",\"locale\":\"en-US\",",
               (long long)clock_mono_us(), (long)getpid(), i, now);
    put_intent(b, bench->kind, i, bench->places);
    buf_putz(b, "}}");
}

static void make_requests(struct bench *b)
{
    char key[600], now[32];
    struct err err = ERR_NONE;
    struct signer *signer = NULL;
    time_t t = time(NULL);
    struct tm tm;

    snprintf(key, sizeof key, "%.500s/signing.key", b->certs);
    gmtime_r(&t, &tm);
    strftime(now, sizeof now, "%Y-%m-%dT%H:%M:%SZ", &tm);
    if (signer_open(key, &signer, &err) != ST_OK)
        die(err.text);
    for (int i = 0; i < b->requests; i++) {
        struct buf body = BUF_INIT(64 * 1024), signature = BUF_INIT(4096),
                   wire = BUF_INIT(128 * 1024);
        put_body(&body, b, i, now);
        if (signer_sign(signer, buf_str(&body), &signature, &err) != ST_OK)
            die(err.text);
        buf_printf(&wire,
                   "POST /alexa HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                   "SignatureCertChainUrl: https://s3.amazonaws.com/echo.api/good.pem\r\n"
                   "Signature-256: %s\r\nContent-Length: %zu\r\n\r\n",
                   buf_z(&signature), body.n);
        buf_put(&wire, buf_str(&body));
        b->wire[i] = buf_take(&wire, &b->sizes[i]);
        buf_free(&body);
        buf_free(&signature);
    }
    signer_free(signer);
}

/* ---- connections ---- */

static SSL *connect_tls(const struct bench *b, SSL_SESSION *session)
{
    struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)b->port) };
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), on = 1;

    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    SSL *ssl = SSL_new(b->tls);
    SSL_set_tlsext_host_name(ssl, "localhost");
    if (session)
        SSL_set_session(ssl, session);
    if (connect(fd, (struct sockaddr *)&to, sizeof to) != 0 || SSL_set_fd(ssl, fd) != 1 ||
        SSL_connect(ssl) != 1)
        die("cannot connect");
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
        die("no such process");
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
        die("cannot start threads");
    for (int i = 0; i < b->connections; i++)
        if (pthread_create(&threads[i], NULL, run_connection, b) != 0)
            die("cannot start threads");
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
            b->certs = value;
        else if (strcmp(name, "--pid") == 0)
            b->pid = atol(value);
        else if (strcmp(name, "--connections") == 0)
            b->connections = atoi(value);
        else if (strcmp(name, "--requests") == 0)
            b->requests = atoi(value);
        else if (strcmp(name, "--users") == 0)
            b->users = atoi(value);
        else if (strcmp(name, "--places") == 0)
            b->places = atoi(value);
        else if (strcmp(name, "--kind") == 0)
            b->kind = value;
        else if (strcmp(name, "--new") == 0)
            b->renew = value;
        else if (strcmp(name, "--screen") == 0)
            b->screen = strcmp(value, "yes") == 0;
        else if (strcmp(name, "--label") == 0)
            b->label = value;
        else
            die("unknown option");
    }
    if (b->port <= 0 || !b->certs || b->connections < 1 || b->connections > CONNECTIONS_MAX ||
        b->users < 1 || b->places < 1 || b->requests < 1 || b->requests > 1000000)
        die("see the head of tests/bench/load.c");
}

int main(int argc, char **argv)
{
    struct bench b = { .connections = 16,
                       .requests = 5000,
                       .users = 100,
                       .places = 10,
                       .kind = "metric",
                       .label = "" };
    char root[600];

    signal(SIGPIPE, SIG_IGN);
    options(argc, argv, &b);
    size_t n = (size_t)b.requests;
    b.wire = calloc(n, sizeof *b.wire);
    b.sizes = calloc(n, sizeof *b.sizes);
    b.took_us = calloc(n, sizeof *b.took_us);
    b.tls = SSL_CTX_new(TLS_client_method());
    snprintf(root, sizeof root, "%.500s/root.pem", b.certs);
    if (!b.wire || !b.sizes || !b.took_us || !b.tls ||
        SSL_CTX_load_verify_locations(b.tls, root, NULL) != 1)
        die("no memory, or no root.pem");
    SSL_CTX_set_verify(b.tls, SSL_VERIFY_PEER, NULL);
    make_requests(&b);
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
