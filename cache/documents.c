/* SPDX-License-Identifier: Apache-2.0 */
/* cache/documents.c -- an HTTP cache of upstream documents: the steps of documents_get().
 *
 * Each step may complete a request:
 *     lookup   in memory: a fresh document, or a recent failure
 *     claim    become the leader of every flight that has none, without waiting
 *     lead     those together: look in Redis, request the rest from upstream, retry once, store;
 *              last, wait for other instances
 *     follow   wait for the flights that other threads lead, one after the other
 *
 * All waiting comes after the leading, so two callers that each lead what the other follows cannot
 * deadlock. */
#include "cache/documents.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache/documents_internal.h"
#include "server/base/clock.h"
#include "server/base/random.h"

enum {
    ATTEMPTS_MAX = 2,         /* for one document in one call */
    RETRY_PAUSE_MIN_MS = 100, /* when upstream is overloaded or failing */
    RETRY_PAUSE_SPREAD_MS = 200,
    RETRY_TIME_MIN_MS = 50, /* with less time left, a second attempt is pointless */
    POLL_MIN_MS = 15,       /* between two looks at what another instance may have fetched */
    POLL_SPREAD_MS = 20,
};

static const char *const outcome_names[DOCUMENT_OUTCOMES] = {
    [DOCUMENT_HIT] = "hit",     [DOCUMENT_SHARED] = "shared",
    [DOCUMENT_MISS] = "miss",   [DOCUMENT_REVALIDATED] = "revalidated",
    [DOCUMENT_STALE] = "stale", [DOCUMENT_FAILED] = "failed",
};
static const char *const response_names[UPSTREAM_RESPONSES] = {
    [UPSTREAM_NO_RESPONSE] = "none", [UPSTREAM_TIMEOUT] = "timeout",  [UPSTREAM_OK] = "2xx",
    [UPSTREAM_NOT_MODIFIED] = "304", [UPSTREAM_REDIRECT] = "3xx",     [UPSTREAM_NOT_FOUND] = "404",
    [UPSTREAM_CLIENT_ERROR] = "4xx", [UPSTREAM_SERVER_ERROR] = "5xx",
};

/* ---- creating and freeing ---- */

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
                                 "label,outcome", "Weather documents requested from the cache.");
    d->responses = metrics_family(metrics, METRIC_COUNTER, "climacast_upstream_responses_total",
                                  "label,code", "Responses of upstream services.");
    d->seconds = metrics_family(metrics, METRIC_HISTOGRAM, "climacast_upstream_seconds", "label",
                                "Duration of upstream requests.");
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

static struct document_metrics *find_label(struct documents *d, const char *label)
{
    size_t count = d->label_count;

    for (size_t i = 0; i < count; i++)
        if (strncmp(d->labels[i].label, label, sizeof d->labels[i].label - 1) == 0)
            return &d->labels[i];
    return NULL;
}

/* Returns NULL when there are too many labels; further ones are not counted. */
static struct document_metrics *label_metrics(struct documents *d, const char *label)
{
    struct document_metrics *m = find_label(d, label);

    if (m)
        return m;
    (void)pthread_mutex_lock(&d->lock);
    m = find_label(d, label);
    if (!m && d->label_count < DOCUMENT_LABELS_MAX) {
        m = &d->labels[d->label_count];
        (void)snprintf(m->label, sizeof m->label, "%s", label);
        for (size_t i = 0; i < DOCUMENT_OUTCOMES; i++)
            m->outcomes[i] = metric_get(d->requests, label, outcome_names[i], NULL);
        for (size_t i = 0; i < UPSTREAM_RESPONSES; i++)
            m->responses[i] = metric_get(d->responses, label, response_names[i], NULL);
        m->seconds = metric_get(d->seconds, label, NULL, NULL);
        d->label_count++;
    }
    (void)pthread_mutex_unlock(&d->lock);
    return m;
}

/* ---- leading ---- */

/* Release the lock in Redis and the flight, if they are held. */
static void finish_flight(struct documents *d, struct fetch *f, bool ok)
{
    documents_shared_unlock(d, f);
    if (f->leads_flight)
        flight_finish(d->flights, str_of(f->request->url), ok);
    f->leads_flight = false;
}

/* Request all of them from upstream in parallel. The time measured is that of the slowest. */
static void request_all(struct documents *d, struct fetch **fetches, size_t count,
                        struct http_job *jobs, int64_t deadline)
{
    int64_t began = clock_mono_us();
    double seconds;

    for (size_t i = 0; i < count; i++)
        documents_upstream_request(d, fetches[i], deadline, &jobs[i].request);
    http_call_all(d->http, jobs, count);
    seconds = (double)(clock_mono_us() - began) / 1e6;
    for (size_t i = 0; i < count; i++) {
        documents_upstream_take(d, fetches[i], &jobs[i], seconds);
        http_response_done(&jobs[i].response);
        if (fetches[i]->complete)
            finish_flight(d, fetches[i], true);
    }
}

/* Pause before the second attempt if upstream is overloaded or failing. Returns false when there is
 * no time for a second attempt. */
static bool pause_before_retry(struct fetch **fetches, size_t count, int64_t deadline)
{
    int64_t pause_ms = 0;

    for (size_t i = 0; i < count; i++)
        if (fetches[i]->retry_later)
            pause_ms = RETRY_PAUSE_MIN_MS + (int64_t)(random_u64() % (RETRY_PAUSE_SPREAD_MS + 1));
    if (clock_left_ms(deadline) < pause_ms + RETRY_TIME_MIN_MS)
        return false;
    if (pause_ms > 0)
        clock_sleep_ms(pause_ms);
    return true;
}

/* A timeout caused by the caller's deadline (`cut_short`) says nothing about upstream and is not
 * cached. */
static void give_up(struct documents *d, struct fetch *f, bool cut_short)
{
    if (f->gone) {
        documents_memory_forget(d, f->request->url);
        if (!f->request->memory_only)
            documents_shared_forget(d, f->request->url, f->deadline);
    }
    if (f->failure.status != ST_SYSTEM && !(cut_short && f->failure.status == ST_TIMEOUT)) {
        documents_memory_put_failure(d, f->request->url, &f->failure);
        documents_shared_put_failure(d, f);
    }
    finish_flight(d, f, false);
    fetch_complete_failed(d, f);
}

/* Complete all of them by asking upstream, and finish their flights. */
static void ask_upstream(struct documents *d, struct fetch **fetches, size_t count,
                         int64_t deadline)
{
    struct http_job *jobs = calloc(count ? count : 1, sizeof *jobs);
    bool cut_short = false;

    for (int attempt = 0; jobs && attempt < ATTEMPTS_MAX && count > 0; attempt++) {
        size_t retries = 0;
        cut_short = clock_left_ms(deadline) < d->settings.timeout_ms;
        memset(jobs, 0, count * sizeof *jobs);
        request_all(d, fetches, count, jobs, deadline);
        for (size_t i = 0; i < count; i++) {
            if (fetches[i]->retryable && attempt + 1 < ATTEMPTS_MAX)
                fetches[retries++] = fetches[i];
            else if (!fetches[i]->complete)
                give_up(d, fetches[i], cut_short);
        }
        count = retries;
        if (count > 0 && !pause_before_retry(fetches, count, deadline))
            break;
        documents_shared_extend_locks(d, fetches, count, deadline);
    }
    for (size_t i = 0; i < count; i++) { /* no time for a second attempt, or no memory */
        if (!jobs)
            fetches[i]->failure.status = err_no_memory(&fetches[i]->failure.err);
        give_up(d, fetches[i], cut_short);
    }
    free(jobs);
}

/* Finish the flights of those that are complete and remove them; move those that this instance
 * fetches to the front, and return their number. */
static size_t partition(struct documents *d, struct fetch **fetches, size_t *count)
{
    size_t to_fetch = 0, left = 0;

    for (size_t i = 0; i < *count; i++) {
        struct fetch *f = fetches[i];
        if (f->complete) {
            finish_flight(d, f, true);
            continue;
        }
        fetches[left++] = f;
        if (f->is_fetcher) {
            fetches[left - 1] = fetches[to_fetch];
            fetches[to_fetch++] = f;
        }
    }
    *count = left;
    return to_fetch;
}

/* Complete all of them, by Redis or by asking upstream. Another instance that is asking is waited
 * for, but only while there is as much time left to ask upstream after all. */
static void lead(struct documents *d, struct fetch **fetches, size_t count, int64_t deadline)
{
    int64_t impatient_at = clock_mono_ms() + clock_left_ms(deadline) / 2;

    documents_shared_lookup(d, fetches, count, deadline);
    (void)partition(d, fetches, &count);
    while (count > 0) {
        size_t to_fetch;
        documents_shared_claim(d, fetches, count, clock_left_ms(impatient_at) == 0, deadline);
        to_fetch = partition(d, fetches, &count);
        ask_upstream(d, fetches, to_fetch, deadline);
        fetches += to_fetch;
        count -= to_fetch;
        if (count > 0)
            clock_sleep_ms(POLL_MIN_MS + (int64_t)(random_u64() % (POLL_SPREAD_MS + 1)));
    }
}

/* ---- following ---- */

static void lead_one(struct documents *d, struct fetch *f, int64_t deadline)
{
    struct fetch *one[] = { f };

    if (clock_left_ms(deadline) > 0) {
        lead(d, one, 1, deadline);
    } else {
        finish_flight(d, f, false);
        fetch_complete_timed_out(d, f);
    }
}

/* Wait for the thread that leads the flight, and use what it found. */
static void follow(struct documents *d, struct fetch *f, int64_t deadline)
{
    enum flight_role role = flight_join(d->flights, str_of(f->request->url), deadline);

    if (role == FLIGHT_TIMEOUT) {
        fetch_complete_timed_out(d, f);
        return;
    }
    f->leads_flight = role == FLIGHT_LEADER; /* the other thread has finished in the meantime */
    fetch_lookup(d, f);
    /* The leader asked while this thread waited, so its failure is as new as ours would be. */
    if (!f->complete && role == FLIGHT_FAILED &&
        documents_memory_get_failure(d, f->request->url, &f->failure))
        fetch_complete_failed(d, f);
    if (f->complete)
        finish_flight(d, f, true);
    else
        lead_one(d, f, deadline); /* its document was not cacheable, or it ran out of time */
}

/* Become the leader of every flight that has none. Returns their number. */
static size_t claim_flights(struct documents *d, struct fetch *fetches, size_t count,
                            struct fetch **ret_led)
{
    size_t led = 0;

    for (size_t i = 0; i < count; i++) {
        struct fetch *f = &fetches[i];
        if (f->complete || !flight_try(d->flights, str_of(f->request->url)))
            continue;
        f->leads_flight = true;
        fetch_lookup(d, f); /* another leader may have finished since the first lookup */
        if (f->complete)
            finish_flight(d, f, true);
        else
            ret_led[led++] = f;
    }
    return led;
}

static void complete_all(struct documents *d, struct fetch *fetches, size_t count, int64_t deadline)
{
    struct fetch **led = calloc(count, sizeof *led);

    if (led && clock_left_ms(deadline) > 0)
        lead(d, led, claim_flights(d, fetches, count, led), deadline);
    for (size_t i = 0; i < count; i++)
        if (!fetches[i].complete && clock_left_ms(deadline) > 0)
            follow(d, &fetches[i], deadline);
        else if (!fetches[i].complete)
            fetch_complete_timed_out(d, &fetches[i]);
    free(led);
}

/* ---- calls ---- */

/* Returns false if the request is invalid, which completes it. */
static bool start_fetch(struct documents *d, struct fetch *f,
                        const struct document_request *request, int64_t deadline,
                        struct document *result)
{
    *result = (struct document){ .status = ST_WOULD_WAIT };
    *f = (struct fetch){ .request = request, .result = result, .deadline = deadline };
    if (strlen(request->url) > DOCUMENT_URL_MAX) {
        result->status =
            err_set(&result->err, ST_INVALID, "%s: the URL is too long", request->label);
        f->complete = true;
        return false;
    }
    f->began_us = clock_mono_us();
    f->metrics = label_metrics(d, request->label);
    return true;
}

/* A miss with NO_WAIT is not counted: the caller comes back with a deadline, and then it is. */
static void first_lookup(struct documents *d, struct fetch *f)
{
    fetch_lookup(d, f);
    if (f->complete || deadline_may_wait(f->deadline))
        tier_metrics_count(&d->tiers, TIER_MEMORY, f->complete ? TIER_HIT : TIER_MISS);
}

void documents_get(struct documents *d, const struct document_request *requests, size_t count,
                   int64_t deadline, struct document *ret_documents)
{
    struct fetch *fetches = calloc(count ? count : 1, sizeof *fetches);
    size_t incomplete = 0;

    if (!fetches) {
        for (size_t i = 0; i < count; i++)
            ret_documents[i] = (struct document){ .status = ST_SYSTEM };
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (start_fetch(d, &fetches[i], &requests[i], deadline, &ret_documents[i]))
            first_lookup(d, &fetches[i]);
        incomplete += !fetches[i].complete;
    }
    if (deadline_may_wait(deadline) && incomplete > 0)
        complete_all(d, fetches, count, deadline);
    for (size_t i = 0; i < count; i++)
        object_release(fetches[i].cached);
    free(fetches);
}

void documents_release(struct document *documents, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        object_release(documents[i].object);
        documents[i].object = NULL;
    }
}

void documents_forget(struct documents *d, const char *url, int64_t deadline)
{
    if (strlen(url) > DOCUMENT_URL_MAX)
        return;
    documents_memory_forget(d, url);
    documents_shared_forget(d, url, deadline);
}
