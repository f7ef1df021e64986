/* SPDX-License-Identifier: Apache-2.0 */
/* cache/documents.c -- upstream documents: hit, miss, revalidated, stale, failed.
 *
 * One call goes through these steps, each of which may decide a want:
 *     look     in memory: fresh, or asked in vain a moment ago
 *     claim    without waiting, every flight that nobody leads yet
 *     lead     those together: recall what another process has fetched, ask, ask once more what
 *              failed, keep, and land every flight; wait for other processes last
 *     follow   the flights of others, one by one
 * Waiting comes last, so two callers that each lead what the other follows cannot lock up. */
#include "cache/documents.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache/documents_internal.h"
#include "server/base/clock.h"
#include "server/base/random.h"

enum {
    TRIES = 2,             /* of one document in one turn */
    PAUSE_LEAST_MS = 100,  /* before the second, when the service itself is unwell */
    PAUSE_SPREAD_MS = 200, /* so that not all come back at once */
    TRY_LEAST_MS = 50,     /* with less time a second try is not worth its call */
    POLL_LEAST_MS = 15,    /* between two looks at what another process may have fetched */
    POLL_SPREAD_MS = 20,
};

static const char *const outcome_names[OUTCOMES] = { "hit",         "shared", "miss",
                                                     "revalidated", "stale",  "failed" };
static const char *const answer_names[ANSWERS] = { "none", "timeout", "2xx", "304",
                                                   "3xx",  "404",     "4xx", "5xx" };

/* ---- created and freed ---- */

struct documents *documents_create(const struct documents_settings *settings, struct http *http,
                                   struct memory *memory, struct metrics *metrics)
{
    struct documents *d = calloc(1, sizeof *d);

    if (!d)
        return NULL;
    d->flights = flight_create();
    if (!d->flights || pthread_mutex_init(&d->lock, NULL) != 0) {
        flight_free(d->flights);
        free(d);
        return NULL;
    }
    d->settings = *settings;
    d->http = http;
    d->memory = memory;
    d->requests = metrics_family(metrics, METRIC_COUNTER, "climacast_document_requests_total",
                                 "label,outcome", "Weather documents asked of the cache.");
    d->responses = metrics_family(metrics, METRIC_COUNTER, "climacast_upstream_responses_total",
                                  "label,code", "Answers of upstream services.");
    d->seconds = metrics_family(metrics, METRIC_HISTOGRAM, "climacast_upstream_seconds", "label",
                                "Time until upstream had answered.");
    tier_metrics_init(&d->tiers, metrics);
    return d;
}

void documents_free(struct documents *d)
{
    if (!d)
        return;
    flight_free(d->flights);
    (void)pthread_mutex_destroy(&d->lock);
    free(d);
}

static struct counts *counts_find(struct documents *d, const char *label)
{
    size_t known = d->count;

    for (size_t i = 0; i < known; i++)
        if (strncmp(d->counts[i].label, label, sizeof d->counts[i].label - 1) == 0)
            return &d->counts[i];
    return NULL;
}

/* NULL: too many labels; they go uncounted. */
static struct counts *counts_of(struct documents *d, const char *label)
{
    struct counts *c = counts_find(d, label);

    if (c)
        return c;
    (void)pthread_mutex_lock(&d->lock);
    c = counts_find(d, label);
    if (!c && d->count < DOCUMENT_LABELS_MAX) {
        c = &d->counts[d->count];
        (void)snprintf(c->label, sizeof c->label, "%s", label);
        for (size_t i = 0; i < OUTCOMES; i++)
            c->outcomes[i] = metric_get(d->requests, label, outcome_names[i], NULL);
        for (size_t i = 0; i < ANSWERS; i++)
            c->answers[i] = metric_get(d->responses, label, answer_names[i], NULL);
        c->seconds = metric_get(d->seconds, label, NULL, NULL);
        d->count++;
    }
    (void)pthread_mutex_unlock(&d->lock);
    return c;
}

/* ---- leading ---- */

static void land(struct documents *d, struct ask *a, bool ok)
{
    fleet_release(d, a);
    if (a->leading)
        flight_finish(d->flights, str_of(a->want->url), ok);
    a->leading = false;
}

/* Ask all of `asks` at once; the time is that of the slowest. */
static void ask_all(struct documents *d, struct ask **asks, size_t count_asks,
                    struct http_job *jobs, int64_t deadline)
{
    int64_t began = clock_mono_us();
    double seconds;

    for (size_t i = 0; i < count_asks; i++)
        ask_request(d, asks[i], deadline, &jobs[i].request);
    http_call_all(d->http, jobs, count_asks);
    seconds = (double)(clock_mono_us() - began) / 1e6;
    for (size_t i = 0; i < count_asks; i++) {
        ask_take(d, asks[i], &jobs[i], seconds);
        http_response_done(&jobs[i].response);
        if (asks[i]->decided)
            land(d, asks[i], true);
    }
}

/* A short rest before the second try when the service is unwell; false: no time for one. */
static bool rest(struct ask **asks, size_t count_asks, int64_t deadline)
{
    int64_t pause = 0;

    for (size_t i = 0; i < count_asks; i++)
        if (asks[i]->unwell)
            pause = PAUSE_LEAST_MS + (int64_t)(random_u64() % (PAUSE_SPREAD_MS + 1));
    if (clock_left_ms(deadline) < pause + TRY_LEAST_MS)
        return false;
    if (pause > 0)
        clock_sleep_ms(pause);
    return true;
}

/* Give up on one. A call that this turn's deadline cut short says nothing about upstream. */
static void give_up(struct documents *d, struct ask *a, bool cut_short)
{
    if (a->told_not) {
        document_forget_here(d, a->want->url);
        if (!a->want->memory_only)
            fleet_forget(d, a->want->url);
    }
    if (a->failure.status != ST_SYSTEM && !(cut_short && a->failure.status == ST_TIMEOUT)) {
        document_failure_keep(d, a->want->url, &a->failure);
        fleet_fail(d, a);
    }
    land(d, a, false);
    ask_decide_failed(d, a);
}

/* Fetch `asks`; every one is decided afterwards and no flight is led any more. */
static void ask_upstream(struct documents *d, struct ask **asks, size_t count_asks,
                         int64_t deadline)
{
    struct http_job *jobs = calloc(count_asks ? count_asks : 1, sizeof *jobs);
    bool cut_short = false;

    for (int attempt = 0; jobs && attempt < TRIES && count_asks > 0; attempt++) {
        size_t again = 0;
        cut_short = clock_left_ms(deadline) < d->settings.timeout_ms;
        memset(jobs, 0, count_asks * sizeof *jobs);
        ask_all(d, asks, count_asks, jobs, deadline);
        for (size_t i = 0; i < count_asks; i++) {
            if (asks[i]->again && attempt + 1 < TRIES)
                asks[again++] = asks[i];
            else if (!asks[i]->decided)
                give_up(d, asks[i], cut_short);
        }
        count_asks = again;
        if (again > 0 && !rest(asks, again, deadline))
            break;
        fleet_renew(d, asks, again, deadline);
    }
    for (size_t i = 0; i < count_asks; i++) { /* no time for a second try, or no memory */
        if (!jobs)
            asks[i]->failure.status = err_no_memory(&asks[i]->failure.err);
        give_up(d, asks[i], cut_short);
    }
    free(jobs);
}

/* Land what is decided, and move up the rest, in front those that are ours to ask. How many. */
static size_t sort(struct documents *d, struct ask **asks, size_t *count_asks)
{
    size_t ours = 0, rest = 0;

    for (size_t i = 0; i < *count_asks; i++) {
        struct ask *a = asks[i];
        if (a->decided) {
            land(d, a, true);
            continue;
        }
        asks[rest++] = a;
        if (a->ours) {
            asks[rest - 1] = asks[ours];
            asks[ours++] = a;
        }
    }
    *count_asks = rest;
    return ours;
}

/* The same by way of Redis, when there is one. What another process is fetching is waited for, but
 * no longer than leaves as much time to fetch it ourselves. */
static void lead(struct documents *d, struct ask **asks, size_t count_asks, int64_t deadline)
{
    int64_t patience = clock_mono_ms() + clock_left_ms(deadline) / 2;

    fleet_recall(d, asks, count_asks, deadline);
    (void)sort(d, asks, &count_asks);
    while (count_asks > 0) {
        size_t ours;
        fleet_claim(d, asks, count_asks, clock_left_ms(patience) == 0, deadline);
        ours = sort(d, asks, &count_asks);
        ask_upstream(d, asks, ours, deadline);
        asks += ours;
        count_asks -= ours;
        if (count_asks > 0)
            clock_sleep_ms(POLL_LEAST_MS + (int64_t)(random_u64() % (POLL_SPREAD_MS + 1)));
    }
}

/* ---- following ---- */

/* Ask alone, leading or not. */
static void ask_alone(struct documents *d, struct ask *a, int64_t deadline)
{
    struct ask *one[] = { a };

    if (clock_left_ms(deadline) > 0) {
        lead(d, one, 1, deadline);
    } else {
        land(d, a, false);
        ask_decide_late(d, a);
    }
}

/* Somebody else is at it: wait, and see what he found. */
static void follow(struct documents *d, struct ask *a, int64_t deadline)
{
    enum flight_role role = flight_join(d->flights, str_of(a->want->url), deadline);

    if (role == FLIGHT_TIMEOUT) {
        ask_decide_late(d, a);
        return;
    }
    a->leading = role == FLIGHT_LEADER; /* he has just landed, or was never there */
    ask_look(d, a);
    /* He asked while we waited: his failure is as new as ours would be. */
    if (!a->decided && role == FLIGHT_FAILED &&
        document_failure_recall(d, a->want->url, &a->failure))
        ask_decide_failed(d, a);
    if (a->decided)
        land(d, a, true);
    else
        ask_alone(d, a, deadline); /* what he found could not be kept, or he had no time */
}

/* Take the lead of all undecided that nobody is at. */
static size_t claim(struct documents *d, struct ask *asks, size_t count_asks, struct ask **ret_led)
{
    size_t led = 0;

    for (size_t i = 0; i < count_asks; i++) {
        struct ask *a = &asks[i];
        if (a->decided || !flight_try(d->flights, str_of(a->want->url)))
            continue;
        a->leading = true;
        ask_look(d, a); /* it may have landed since we looked */
        if (a->decided)
            land(d, a, true);
        else
            ret_led[led++] = a;
    }
    return led;
}

static void fetch(struct documents *d, struct ask *asks, size_t count_asks, int64_t deadline)
{
    struct ask **led = calloc(count_asks, sizeof *led);

    if (led && clock_left_ms(deadline) > 0)
        lead(d, led, claim(d, asks, count_asks, led), deadline);
    for (size_t i = 0; i < count_asks; i++)
        if (!asks[i].decided && clock_left_ms(deadline) > 0)
            follow(d, &asks[i], deadline);
        else if (!asks[i].decided)
            ask_decide_late(d, &asks[i]);
    free(led);
}

/* ---- calls ---- */

/* False: decided without a look. */
static bool begin(struct documents *d, struct ask *a, const struct document_request *want,
                  int64_t deadline, struct document *result)
{
    *result = (struct document){ .status = ST_WOULD_WAIT };
    *a = (struct ask){ .want = want, .result = result, .deadline = deadline };
    if (strlen(want->url) > DOCUMENT_URL_MAX) {
        result->status = err_set(&result->err, ST_INVALID, "%s: the URL is too long", want->label);
        a->decided = true;
        return false;
    }
    a->began_us = clock_mono_us();
    a->counts = counts_of(d, want->label);
    return true;
}

/* A miss of one who may not wait is counted when he comes back and may. */
static void look(struct documents *d, struct ask *a)
{
    ask_look(d, a);
    if (a->decided || deadline_may_wait(a->deadline))
        tier_metrics_count(&d->tiers, TIER_MEMORY, a->decided ? TIER_HIT : TIER_MISS);
}

void documents_get(struct documents *d, const struct document_request *wants, size_t count_wants,
                   int64_t deadline, struct document *ret_documents)
{
    struct ask *asks = calloc(count_wants ? count_wants : 1, sizeof *asks);
    size_t undecided = 0;

    if (!asks) {
        for (size_t i = 0; i < count_wants; i++)
            ret_documents[i] = (struct document){ .status = ST_SYSTEM };
        return;
    }
    for (size_t i = 0; i < count_wants; i++) {
        if (begin(d, &asks[i], &wants[i], deadline, &ret_documents[i]))
            look(d, &asks[i]);
        undecided += !asks[i].decided;
    }
    if (deadline_may_wait(deadline) && undecided > 0)
        fetch(d, asks, count_wants, deadline);
    for (size_t i = 0; i < count_wants; i++)
        object_release(asks[i].kept);
    free(asks);
}

void documents_release(struct document *documents, size_t count_documents)
{
    for (size_t i = 0; i < count_documents; i++) {
        object_release(documents[i].object);
        documents[i].object = NULL;
    }
}
