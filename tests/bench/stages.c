/* SPDX-License-Identifier: Apache-2.0 */
/* tests/bench/stages.c -- measures the CPU time from envelope to response, with everything in the
 * memory cache.
 *
 *   stages http://127.0.0.1:PORT      URL of the simulator, which is asked once to fill the cache
 *
 * Prints the median over ROUNDS of the thread's CPU time for several requests, and for the stages
 * that can be called separately. */
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "certs/signature.h"
#include "intents/alexa/ssml.h"
#include "intents/speech/normalize.h"
#include "intents/weather/place_words.h"
#include "intents/when.h"
#include "server/base/clock.h"
#include "server/base/zone.h"
#include "server/request/pipeline.h"
#include "server/services/services.h"
#include "tests/bench/cpu_time.h"

enum { ROUNDS = 2001, ARENA_MAX = 4 * 1024 * 1024, LONG_ANSWER = 8000 };

struct bench {
    struct services services;
    struct arena *arena;
    struct buf body, out;
    struct buf text; /* about LONG_ANSWER characters */
    struct signature_key *key;
    struct signature signature; /* of the body */
    const struct zone *zone;
};

static void die(const char *what)
{
    fprintf(stderr, "stages: %s\n", what);
    exit(1);
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

static void measure(struct bench *b, const char *label, void (*stage)(struct bench *b))
{
    static double took[ROUNDS];

    for (int i = 0; i < ROUNDS; i++) {
        arena_reset(b->arena);
        double started = cpu_time_us(CLOCK_THREAD_CPUTIME_ID);
        stage(b);
        took[i] = cpu_time_us(CLOCK_THREAD_CPUTIME_ID) - started;
    }
    qsort(took, ROUNDS, sizeof took[0], by_size);
    printf("| %-44s | %8.1f | %8.1f |\n", label, took[ROUNDS / 2], took[ROUNDS * 99 / 100]);
}

static void make_body(struct bench *b, const char *metric, const char *when, const char *place)
{
    buf_reset(&b->body);
    buf_printf(
        &b->body,
        "{\"version\":\"1.0\",\"session\":{\"new\":true,\"sessionId\":\"s\",\"application\":{"
        "\"applicationId\":\"a\"},\"attributes\":{},\"user\":{\"userId\":\"bench\"}},"
        "\"context\":{\"System\":{\"application\":{\"applicationId\":\"a\"},\"user\":{\"userId\":"
        "\"bench\"},\"apiAccessToken\":\"");
    for (int k = 0; k < 1200; k++)
        buf_putc(&b->body, (char)('A' + k % 26));
    buf_printf(
        &b->body,
        "\"}},\"request\":{\"type\":\"IntentRequest\",\"requestId\":\"r\",\"timestamp\":"
        "\"2026-01-01T00:00:00Z\",\"locale\":\"en-US\",\"intent\":{\"name\":\"MetricIntent\","
        "\"slots\":{\"metric\":{\"name\":\"metric\",\"value\":\"%s\"},\"when_any\":{\"name\":"
        "\"when_any\",\"value\":\"%s\"},\"location\":{\"name\":\"location\",\"value\":\"%s\"}}}}}",
        metric, when, place);
}

static void run_turn(struct bench *b, bool may_wait)
{
    struct envelope envelope;
    struct turn_log turn_log;
    struct err err = ERR_NONE;
    struct call call = { .arena = b->arena,
                         .deadline = may_wait ? clock_mono_ms() + PIPELINE_TURN_MS : NO_WAIT,
                         .now = config_weather_now(b->services.config) };

    buf_reset(&b->out);
    if (envelope_parse(buf_str(&b->body), b->arena, &envelope, &err) != ST_OK)
        die(err.text);
    if (dispatch(&b->services.skill, &envelope, &call, &b->out, &turn_log) != ST_OK)
        die("the data is not in memory");
}

static void stage_turn(struct bench *b)
{
    run_turn(b, false);
}

static void stage_envelope(struct bench *b)
{
    struct envelope envelope;

    if (envelope_parse(buf_str(&b->body), b->arena, &envelope, NULL) != ST_OK)
        die("envelope");
}

/* With a key made just now, as long as Alexa's. */
static void sign_body(struct bench *b)
{
    EVP_PKEY *key = EVP_RSA_gen(2048);
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    struct err err = ERR_NONE;

    b->signature.n = sizeof b->signature.bytes;
    if (!key || !ctx || signature_key_create(key, &b->key, &err) != ST_OK ||
        EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, key) != 1 ||
        EVP_DigestSign(ctx, b->signature.bytes, &b->signature.n, (const unsigned char *)b->body.p,
                       b->body.n) != 1)
        die("cannot sign");
    EVP_MD_CTX_free(ctx);
    EVP_PKEY_free(key);
}

static void stage_signature(struct bench *b)
{
    if (signature_verify(b->key, buf_str(&b->body), &b->signature, NULL) != ST_OK)
        die("signature");
}

static void stage_when(struct bench *b)
{
    struct when_words words = { .when_any = STR("monday night") };
    struct when when;

    when_parse(&words, b->zone, config_weather_now(b->services.config), b->arena, &when, NULL);
}

static void stage_where(struct bench *b)
{
    struct gazetteer_query query;

    place_words_parse(b->arena, STR("boulder colorado"), STR_NONE, &query, NULL);
}

static void stage_speakable(struct bench *b)
{
    struct buf out = BUF_INIT(64 * 1024);

    normalize_text(&out, buf_str(&b->text));
    buf_free(&out);
}

static void stage_ssml(struct bench *b)
{
    struct buf out = BUF_INIT(64 * 1024);

    ssml_speak(&out, buf_str(&b->text), 110, 90);
    buf_free(&out);
}

static void start(struct bench *b, const char *weather, struct config **ret_config)
{
    char base[300];
    const char *sets[] = { "persistence.backend=memory", base };
    struct config_sources sources = { .sets = sets, .set_count = 2 };
    struct err err = ERR_NONE;
    struct log *log = log_create(STDERR_FILENO, LOG_ERROR, false);

    snprintf(base, sizeof base, "weather.base_url=%s", weather);
    if (!log || config_load(&sources, ret_config, &err) != ST_OK ||
        services_create(*ret_config, log, &b->services, &err) != ST_OK)
        die(err.text);
    b->arena = arena_create(ARENA_MAX);
    b->zone = zone_get(STR("America/Denver"));
    b->body = BUF_INIT(64 * 1024);
    b->out = BUF_INIT(64 * 1024);
    b->text = BUF_INIT(64 * 1024);
    while (b->text.n < LONG_ANSWER)
        buf_putz(&b->text, "* WHAT...NORTHWEST WINDS 20 TO 30 MPH WITH GUSTS UP TO 45 MPH EXPECTED "
                           "FROM 330PM MDT THIS AFTERNOON & TONIGHT. ");
}

static void measure_request(struct bench *b, const char *label, const char *metric,
                            const char *when, const char *place)
{
    make_body(b, metric, when, place);
    arena_reset(b->arena);
    run_turn(b, true); /* fills the cache */
    measure(b, label, stage_turn);
}

int main(int argc, char **argv)
{
    static struct bench b;
    struct config *config = NULL;

    if (argc != 2)
        die("usage: stages URL-of-the-simulator");
    signal(SIGPIPE, SIG_IGN);
    start(&b, argv[1], &config);
    printf(
        "| pure part, everything in memory              | median us CPU | p99 |\n|---|---|---|\n");
    measure_request(&b, "envelope to response: temperature now", "temperature", "",
                    "boulder colorado");
    measure_request(&b, "envelope to response: forecast for tomorrow", "forecast", "tomorrow",
                    "boulder colorado");
    measure_request(&b, "envelope to response: alerts, long", "alerts", "", "honolulu hawaii");
    make_body(&b, "forecast", "tomorrow", "boulder colorado");
    sign_body(&b);
    measure(&b, "verify: the signature", stage_signature);
    measure(&b, "parse: the envelope", stage_envelope);
    measure(&b, "when: words for time", stage_when);
    measure(&b, "where: words for place", stage_where);
    measure(&b, "speech: 8,000 characters made speakable", stage_speakable);
    measure(&b, "serialize: 8,000 characters as SSML", stage_ssml);
    struct log *log = b.services.log;
    signature_key_free(b.key);
    arena_free(b.arena);
    services_free(&b.services);
    config_free(config);
    log_free(log);
    buf_free(&b.body);
    buf_free(&b.out);
    buf_free(&b.text);
    return 0;
}
