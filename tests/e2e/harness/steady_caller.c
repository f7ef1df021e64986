/* SPDX-License-Identifier: Apache-2.0 */
/* tests/e2e/harness/steady_caller.c -- a thread per kind of connection, each with a schedule. */
#include "tests/e2e/harness/steady_caller.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "server/base/clock.h"
#include "tests/e2e/harness/raw_client.h"
#include "tests/e2e/harness/wire.h"
#include "tests/test.h"

enum { SAMPLES_MAX = 100000, TIMEOUT_MS = 8000, REQUEST_MAX = 64 * 1024 };

enum kind { KEPT, FRESH, KINDS };

struct line {
    struct steady_caller *caller;
    enum kind kind;
    pthread_t thread;
    struct raw_client *client;
    float *samples;
    long answered, lost;
    char first_loss[150];
};

struct steady_caller {
    int port;
    int64_t period_us;
    struct wire *wire;
    atomic_bool stop;
    struct line lines[KINDS];
};

static void sleep_until_us(int64_t due_us)
{
    struct timespec t = { .tv_sec = due_us / 1000000, .tv_nsec = due_us % 1000000 * 1000 };

    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &t, NULL) != 0)
        ;
}

static void note_loss(struct line *l, const char *what, int status)
{
    if (l->lost++ == 0)
        snprintf(l->first_loss, sizeof l->first_loss, "%s connection: %s, status %d %.90s",
                 l->kind == KEPT ? "kept" : "new", what, status,
                 l->client ? raw_client_text(l->client) : "");
}

/* Returns whether it was answered. */
static bool ask(struct line *l, const struct buf *request)
{
    int status = 0;

    if (!l->client)
        l->client = raw_client_open(l->caller->port, NULL, TIMEOUT_MS);
    if (!l->client)
        note_loss(l, "cannot connect", 0);
    else if (!raw_client_send(l->client, buf_z(request), request->n))
        note_loss(l, "cannot send", 0);
    else if ((status = raw_client_response(l->client, TIMEOUT_MS)) != 200)
        note_loss(l, "no answer", status);
    if (l->client && (l->kind == FRESH || status != 200 ||
                      strstr(raw_client_text(l->client), "Connection: close"))) {
        raw_client_close(l->client);
        l->client = NULL;
    }
    return status == 200;
}

static void *run_line(void *data)
{
    struct line *l = data;
    char user[40];
    int64_t due = clock_mono_us() + l->caller->period_us * (1 + (int64_t)l->kind) / KINDS;

    for (long i = 0; !atomic_load(&l->caller->stop); i++) {
        struct buf request = BUF_INIT(REQUEST_MAX);
        snprintf(user, sizeof user, "user-steady-%ld", i % 20);
        wire_put_question(l->caller->wire, user, SKILL_ID, &request);
        sleep_until_us(due);
        if (ask(l, &request) && l->answered < SAMPLES_MAX)
            l->samples[l->answered++] = (float)(clock_mono_us() - due) / 1000;
        due += l->caller->period_us;
        buf_free(&request);
    }
    raw_client_close(l->client);
    return NULL;
}

struct steady_caller *steady_caller_start(const struct world *w, int per_second)
{
    struct steady_caller *s = calloc(1, sizeof *s);

    assert_non_null(s);
    s->port = w->port;
    s->period_us = 1000000 / per_second;
    s->wire = wire_open(w);
    for (int i = 0; i < KINDS; i++) {
        struct line *l = &s->lines[i];
        l->caller = s;
        l->kind = (enum kind)i;
        l->samples = malloc(SAMPLES_MAX * sizeof *l->samples);
        assert_non_null(l->samples);
        assert_int_equal(pthread_create(&l->thread, NULL, run_line, l), 0);
    }
    return s;
}

static int compare_samples(const void *a, const void *b)
{
    float x = *(const float *)a, y = *(const float *)b;

    return x < y ? -1 : x > y;
}

static struct steady_figures summarize(struct line *l)
{
    struct steady_figures f = { .answered = l->answered, .lost = l->lost };
    size_t n = (size_t)l->answered;

    if (n == 0)
        return f;
    qsort(l->samples, n, sizeof *l->samples, compare_samples);
    f.p50_ms = (double)l->samples[n / 2];
    f.p99_ms = (double)l->samples[n * 99 / 100];
    f.max_ms = (double)l->samples[n - 1];
    return f;
}

struct steady_results steady_caller_stop(struct steady_caller *s)
{
    struct steady_results r = { .first_loss = "" };

    atomic_store(&s->stop, true);
    for (int i = 0; i < KINDS; i++) {
        struct line *l = &s->lines[i];
        pthread_join(l->thread, NULL);
        *(i == KEPT ? &r.kept : &r.fresh) = summarize(l);
        if (!r.first_loss[0])
            snprintf(r.first_loss, sizeof r.first_loss, "%s", l->first_loss);
        free(l->samples);
    }
    wire_close(s->wire);
    free(s);
    return r;
}
