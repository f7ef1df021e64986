/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/harness/load_client.c -- clients on their own threads that send requests.
 *
 * Each client signs its own requests; only the envelopes are built one at a time. Note that libcurl
 * silently resends a request when a reused connection is closed before the first byte of a
 * response, as any HTTP client may. If the first copy had been served, the second one would be
 * rejected as replayed and count as failed. */
#include "tests/e2e/harness/load_client.h"

#include <curl/curl.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "server/base/clock.h"
#include "server/base/str.h"
#include "tests/e2e/harness/envelope.h"
#include "tests/test.h"

enum { CLIENTS_MAX = 256, TIMEOUT_MS = 20000, TIMES_MAX = 200000 };

struct load_client {
    struct load_client_settings settings;
    char url[100], root[400], key[400];
    pthread_mutex_t lock; /* guards envelopes and counts */
    struct load_client_counts counts;
    double *times; /* milliseconds of each request, up to TIMES_MAX */
    size_t time_count;
    atomic_bool stop;
    size_t clients;
    pthread_t threads[CLIENTS_MAX];
    atomic_size_t next, next_request;
    int64_t started_ms;
};

/* Some requests are answered from memory, some need the simulator. */
static json_t *next_request(size_t number)
{
    static const char *const cities[] = { "boulder colorado", "seattle washington", "miami florida",
                                          "austin texas" };
    char user[40];

    snprintf(user, sizeof user, "user-load-%zu", number % 50);
    if (number % 3 == 0)
        return envelope_launch(user);
    return envelope_intent(user, "MetricIntent", "metric", "temperature", "location",
                           cities[number % 4], NULL);
}

static size_t append_data(char *data, size_t size, size_t n, void *to)
{
    struct buf *b = to;

    buf_put(b, (struct str){ data, size * n });
    return size * n;
}

static struct curl_slist *signed_headers(EVP_PKEY *key, const char *body)
{
    unsigned char raw[1024];
    char encoded[1400], header[1500];
    size_t n = sizeof raw;
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();

    EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key);
    EVP_DigestSign(ctx, raw, &n, (const unsigned char *)body, strlen(body));
    EVP_MD_CTX_free(ctx);
    EVP_EncodeBlock((unsigned char *)encoded, raw, (int)n);
    snprintf(header, sizeof header, "Signature-256: %s", encoded);
    struct curl_slist *list = curl_slist_append(NULL, "Content-Type: application/json");
    list = curl_slist_append(list,
                             "SignatureCertChainUrl: https://s3.amazonaws.com/echo.api/good.pem");
    return curl_slist_append(list, header);
}

/* Returns false when the connection was refused and that was expected. */
static bool send_one(struct load_client *l, CURL *c, EVP_PKEY *key, size_t number)
{
    char error[CURL_ERROR_SIZE] = "";
    struct buf body = BUF_INIT(64 * 1024);
    long status = 0;

    pthread_mutex_lock(&l->lock);
    json_t *envelope = l->settings.request ? l->settings.request(number) : next_request(number);
    char *text = json_dumps(envelope, JSON_COMPACT);
    json_decref(envelope);
    pthread_mutex_unlock(&l->lock);
    struct curl_slist *headers = signed_headers(key, text);
    curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(c, CURLOPT_POSTFIELDS, text);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, &body);
    curl_easy_setopt(c, CURLOPT_ERRORBUFFER, error);
    int64_t sent_ms = clock_mono_ms(), began = clock_mono_us();
    CURLcode code = curl_easy_perform(c);
    double ms = (double)(clock_mono_us() - began) / 1000;
    curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
    bool refused = l->settings.ends_when_refused && code == CURLE_COULDNT_CONNECT;
    bool right = code == CURLE_OK && status == 200 &&
                 (!l->settings.is_right || l->settings.is_right(number, sent_ms, buf_z(&body)));
    pthread_mutex_lock(&l->lock);
    if (l->time_count < TIMES_MAX)
        l->times[l->time_count++] = ms;
    if (right)
        l->counts.answered++;
    else if (!refused && l->counts.failed++ == 0)
        snprintf(l->counts.first_failure, sizeof l->counts.first_failure, "%ld %.100s %.150s",
                 status, error[0] ? error : curl_easy_strerror(code), buf_z(&body));
    pthread_mutex_unlock(&l->lock);
    curl_slist_free_all(headers);
    free(text);
    buf_free(&body);
    return !refused;
}

/* Sleep until this client's next turn, `turn_ms` after the last one or a multiple of that. */
static void await_turn(struct load_client *l, int64_t *at_ms, double turn_ms)
{
    int64_t now = clock_mono_ms();

    if (turn_ms <= 0)
        return;
    while (*at_ms < now)
        *at_ms += (int64_t)turn_ms;
    while (!atomic_load(&l->stop) && clock_left_ms(*at_ms) > 0)
        clock_sleep_ms(clock_left_ms(*at_ms) < 50 ? clock_left_ms(*at_ms) : 50);
}

static void *run_client(void *data)
{
    struct load_client *l = data;
    size_t number = atomic_fetch_add(&l->next, 1);
    double turn_ms =
        l->settings.per_second > 0 ? 1000.0 * (double)l->clients / l->settings.per_second : 0;
    int64_t at_ms = l->started_ms + (int64_t)(turn_ms * (double)number / (double)l->clients);
    FILE *f = fopen(l->key, "re");
    EVP_PKEY *key = f ? PEM_read_PrivateKey(f, NULL, NULL, NULL) : NULL;
    CURL *c = curl_easy_init();

    if (f)
        fclose(f);
    assert_non_null(key);
    curl_easy_setopt(c, CURLOPT_URL, l->url);
    curl_easy_setopt(c, CURLOPT_CAINFO, l->root);
    curl_easy_setopt(c, CURLOPT_SSL_VERIFYHOST, 0L); /* a reload may change the name */
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, append_data);
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, (long)TIMEOUT_MS);
    curl_easy_setopt(c, CURLOPT_FORBID_REUSE, number < l->settings.persistent ? 0L : 1L);
    await_turn(l, &at_ms, turn_ms);
    while (!atomic_load(&l->stop) && send_one(l, c, key, atomic_fetch_add(&l->next_request, 1)))
        await_turn(l, &at_ms, turn_ms);
    curl_easy_cleanup(c);
    EVP_PKEY_free(key);
    return NULL;
}

struct load_client *load_client_start(const struct load_client_settings *settings)
{
    struct load_client *l = calloc(1, sizeof *l);
    const struct world *w = settings->world;

    assert_non_null(l);
    curl_global_init(CURL_GLOBAL_DEFAULT);
    l->settings = *settings;
    l->clients = settings->persistent + settings->fresh;
    l->started_ms = clock_mono_ms();
    l->times = calloc(TIMES_MAX, sizeof *l->times);
    assert_non_null(l->times);
    assert_true(l->clients <= CLIENTS_MAX);
    snprintf(l->url, sizeof l->url, "https://127.0.0.1:%d/alexa", w->port);
    snprintf(l->root, sizeof l->root, "%s/root.pem", w->certs);
    snprintf(l->key, sizeof l->key, "%s/signing.key", w->certs);
    pthread_mutex_init(&l->lock, NULL);
    for (size_t i = 0; i < l->clients; i++)
        assert_int_equal(pthread_create(&l->threads[i], NULL, run_client, l), 0);
    return l;
}

long load_client_answered(struct load_client *l)
{
    pthread_mutex_lock(&l->lock);
    long n = l->counts.answered;
    pthread_mutex_unlock(&l->lock);
    return n;
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

static void sum_up_times(struct load_client *l)
{
    size_t n = l->time_count;

    if (n == 0)
        return;
    qsort(l->times, n, sizeof *l->times, by_size);
    l->counts.median_ms = l->times[n / 2];
    l->counts.p99_ms = l->times[n * 99 / 100];
    l->counts.max_ms = l->times[n - 1];
}

struct load_client_counts load_client_stop(struct load_client *l)
{
    atomic_store(&l->stop, true);
    for (size_t i = 0; i < l->clients; i++)
        pthread_join(l->threads[i], NULL);
    sum_up_times(l);
    struct load_client_counts counts = l->counts;
    free(l->times);
    pthread_mutex_destroy(&l->lock);
    free(l);
    return counts;
}
