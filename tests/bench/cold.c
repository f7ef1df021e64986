/* SPDX-License-Identifier: Apache-2.0 */
/* tests/bench/cold.c -- what a question costs about a place whose documents are in no cache.
 *
 *   cold http://127.0.0.1:PORT STORE [QUESTIONS]     URL of the simulator; a SQLite file to create
 *
 * All runs in this process: each question is answered, and what it stores is written; then its
 * documents are fetched once more without being read. The difference is our own work: parsing and
 * distilling the documents, caching, storing, and the answer. Prints "whole, fetching, own, reading
 * the grid alone, KB of the grid": CPU time of all threads, user and system, in microseconds;
 * medians. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "intents/weather/gazetteer.h"
#include "intents/weather/grid.h"
#include "server/base/clock.h"
#include "server/request/pipeline.h"
#include "server/services/services.h"
#include "tests/bench/cpu_time.h"

enum {
    QUESTIONS_MAX = 1000,
    DOCUMENTS_MAX = 32,
    DOCUMENT_BYTES_MAX = 8 * 1024 * 1024,
    ARENA_MAX = 4 * 1024 * 1024,
    ZIP_STEP = 89,
    URL_SIZE = 400,
};

struct bench {
    const char *weather;
    struct services services;
    struct arena *arena;
    struct buf body, out;
    int zip;
    size_t grid_bytes;
    double grid_us; /* to read it */
};

static void die(const char *what)
{
    fprintf(stderr, "cold: %s\n", what);
    exit(2);
}

/* ---- the question ---- */

/* The next of about 400 ZIP codes from all over the country. */
static void next_place(struct bench *b)
{
    struct gazetteer_hit hit;
    char text[16];

    do {
        b->zip += ZIP_STEP;
        if (b->zip > 99999)
            die("there are no more places");
        snprintf(text, sizeof text, "%05d", b->zip);
    } while (!gazetteer_zip(str_of(text), &hit) || hit.near);
    buf_reset(&b->body);
    buf_printf(&b->body,
               "{\"version\":\"1.0\",\"context\":{\"System\":{\"application\":{\"applicationId\":"
               "\"a\"},\"user\":{\"userId\":\"bench\"}}},\"request\":{\"type\":\"IntentRequest\","
               "\"requestId\":\"r\",\"timestamp\":\"2026-01-01T00:00:00Z\",\"locale\":\"en-US\","
               "\"intent\":{\"name\":\"HoursIntent\",\"slots\":{\"time\":{\"name\":\"time\","
               "\"value\":\"17:00\"},\"zipcode\":{\"name\":\"zipcode\",\"value\":\"%s\"}}}}}",
               text);
}

static double answer(struct bench *b)
{
    struct envelope envelope;
    struct turn_log turn_log = { .outcome = "" };
    struct err err = ERR_NONE;
    double started = cpu_time_us(CLOCK_PROCESS_CPUTIME_ID);
    struct call call = { .arena = b->arena,
                         .deadline = clock_mono_ms() + PIPELINE_TURN_MS,
                         .now = config_weather_now(b->services.config) };

    if (envelope_parse(buf_str(&b->body), b->arena, &envelope, &err) != ST_OK)
        die(err.text);
    if (dispatch(&b->services.skill, &envelope, &call, &b->out, &turn_log) != ST_OK ||
        strcmp(turn_log.outcome, "answered") != 0)
        die("a question was not answered");
    if (!shared_flush(b->services.shared, clock_mono_ms() + PIPELINE_TURN_MS))
        die("what a question has stored is not written");
    arena_reset(b->arena);
    buf_reset(&b->out);
    return cpu_time_us(CLOCK_PROCESS_CPUTIME_ID) - started;
}

/* ---- its documents ---- */

static struct http_response ask_simulator(struct bench *b, const char *method)
{
    char url[URL_SIZE];
    struct http_request request = { .url = url,
                                    .method = method,
                                    .max_bytes = DOCUMENT_BYTES_MAX,
                                    .deadline = clock_mono_ms() + PIPELINE_TURN_MS };
    struct http_response response = { 0 };
    struct err err = ERR_NONE;

    snprintf(url, sizeof url, "%s/_sim/log", b->weather);
    if (http_call(b->services.http, &request, &response, &err) != ST_OK)
        die(err.text);
    return response;
}

static void forget_documents(struct bench *b)
{
    struct http_response response = ask_simulator(b, "DELETE");

    http_response_done(&response);
}

static bool is_grid(const char *path)
{
    const char *office = strstr(path, "/gridpoints/");

    return office && !strchr(office, '?') && !strchr(strchr(office + 12, '/') + 1, '/');
}

static void read_grid(struct bench *b, struct str body)
{
    struct object *grid = NULL;
    struct err err = ERR_NONE;
    double started = cpu_time_us(CLOCK_PROCESS_CPUTIME_ID);

    if (grid_decode(body, NULL, &grid, &err) != ST_OK)
        die(err.text);
    object_release(grid);
    b->grid_us = cpu_time_us(CLOCK_PROCESS_CPUTIME_ID) - started;
    b->grid_bytes = body.n;
}

/* Fetches what the simulator was asked for since forget_documents(). */
static double fetch_again(struct bench *b)
{
    static char urls[DOCUMENTS_MAX][URL_SIZE];
    static struct http_job jobs[DOCUMENTS_MAX];
    struct http_response log = ask_simulator(b, "GET");
    json_t *root = json_loadb(log.body.p, log.body.n, 0, NULL), *times;
    const char *path;
    size_t count = 0;
    double started, took;

    json_object_foreach (json_object_get(root, "paths"), path, times) {
        if (count == DOCUMENTS_MAX)
            die("too many documents");
        snprintf(urls[count], URL_SIZE, "%s%s", b->weather, path);
        jobs[count] = (struct http_job){
            .request = { .url = urls[count],
                         .max_bytes = DOCUMENT_BYTES_MAX,
                         .deadline = clock_mono_ms() + PIPELINE_TURN_MS,
                         .compressed = true },
        };
        count++;
    }
    started = cpu_time_us(CLOCK_PROCESS_CPUTIME_ID);
    http_call_all(b->services.http, jobs, count);
    took = cpu_time_us(CLOCK_PROCESS_CPUTIME_ID) - started;
    for (size_t i = 0; i < count; i++) {
        if (is_grid(urls[i]))
            read_grid(b, buf_str(&jobs[i].response.body));
        http_response_done(&jobs[i].response);
    }
    json_decref(root);
    http_response_done(&log);
    return took;
}

/* ---- both ---- */

static void start(struct bench *b, const char *store, struct config **ret_config)
{
    char base[URL_SIZE], path[URL_SIZE];
    const char *sets[] = { "persistence.backend=sqlite", base, path };
    struct config_sources sources = { .sets = sets, .set_count = 3 };
    struct err err = ERR_NONE;
    struct log *log = log_create(STDERR_FILENO, LOG_ERROR, false);

    snprintf(base, sizeof base, "weather.base_url=%s", b->weather);
    snprintf(path, sizeof path, "sqlite.path=%s", store);
    if (!log || config_load(&sources, ret_config, &err) != ST_OK ||
        services_create(*ret_config, log, &b->services, &err) != ST_OK)
        die(err.text);
    b->arena = arena_create(ARENA_MAX);
    b->body = BUF_INIT(64 * 1024);
    b->out = BUF_INIT(64 * 1024);
}

static void end(struct bench *b, struct config *config)
{
    struct log *log = b->services.log;

    arena_free(b->arena);
    buf_free(&b->body);
    buf_free(&b->out);
    services_free(&b->services);
    config_free(config);
    log_free(log);
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return x < y ? -1 : x > y;
}

static double median(double *numbers, size_t count)
{
    qsort(numbers, count, sizeof *numbers, by_size);
    return numbers[count / 2];
}

int main(int argc, char **argv)
{
    static double whole[QUESTIONS_MAX], fetching[QUESTIONS_MAX], own[QUESTIONS_MAX],
        grid[QUESTIONS_MAX];
    static struct bench b = { .zip = 501 };
    struct config *config = NULL;
    size_t questions = argc > 3 ? strtoul(argv[3], NULL, 10) : 100;

    if (argc < 3 || questions < 1 || questions > QUESTIONS_MAX)
        die("usage: cold URL-of-the-simulator STORE [QUESTIONS]");
    b.weather = argv[1];
    start(&b, argv[2], &config);
    for (size_t i = 0; i < questions; i++) {
        next_place(&b);
        forget_documents(&b);
        whole[i] = answer(&b);
        fetching[i] = fetch_again(&b);
        own[i] = whole[i] - fetching[i];
        grid[i] = b.grid_us;
    }
    printf("%.0f %.0f %.0f %.0f %zu\n", median(whole, questions), median(fetching, questions),
           median(own, questions), median(grid, questions), b.grid_bytes / 1024);
    end(&b, config);
    return 0;
}
