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
    d->metrics = metrics;
    documents_label_declare(d);
    tier_metrics_init(&d->tiers, metrics);
    d->prober = ticker_create(documents_probe_step, d);
    if (!d->prober) {
        documents_free(d);
        return NULL;
    }
    return d;
}

void documents_free(struct documents *d)
{
    if (!d)
        return;
    ticker_free(d->prober);
    documents_label_free_all(d);
    flight_free(d->flights);
    (void)pthread_mutex_destroy(&d->lock);
    free(d);
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
                        struct http_job *jobs, bool is_retry, int64_t deadline)
{
    int64_t began = clock_mono_us(), left_ms = clock_left_ms(deadline);
    double seconds;

    memset(jobs, 0, count * sizeof *jobs);
    for (size_t i = 0; i < count; i++)
        documents_upstream_request(d, fetches[i], deadline, &jobs[i].request);
    http_call_all(d->http, jobs, count);
    seconds = (double)(clock_mono_us() - began) / 1e6;
    if (documents_admission_end(d, fetches, count, jobs, is_retry, left_ms))
        ticker_wake(d->prober);
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

/* Complete it without asking upstream, with a stale document or the failure. The document may be
 * fine, so the failure is not cached. */
static void complete_unasked(struct documents *d, struct fetch *f)
{
    finish_flight(d, f, false);
    fetch_complete_failed(d, f);
}

/* Complete those that must not be requested, and remove them. Returns how many are left. */
static size_t admit_all(struct documents *d, struct fetch **fetches, size_t count, bool is_retry,
                        bool cut_short)
{
    size_t admitted = 0;

    for (size_t i = 0; i < count; i++)
        if (documents_admission_begin(fetches[i]))
            fetches[admitted++] = fetches[i];
        else if (is_retry)
            give_up(d, fetches[i], cut_short);
        else
            complete_unasked(d, fetches[i]);
    return admitted;
}

/* Complete all of them by asking upstream, and finish their flights. */
static void ask_upstream(struct documents *d, struct fetch **fetches, size_t count,
                         int64_t deadline)
{
    struct http_job *jobs = calloc(count ? count : 1, sizeof *jobs);
    bool cut_short = false;

    for (int attempt = 0; jobs && attempt < ATTEMPTS_MAX && count > 0; attempt++) {
        bool is_retry = attempt > 0;
        size_t retries = 0;
        count = admit_all(d, fetches, count, is_retry, cut_short);
        cut_short = clock_left_ms(deadline) < d->settings.timeout_ms;
        request_all(d, fetches, count, jobs, is_retry, deadline);
        for (size_t i = 0; i < count; i++) {
            if (fetches[i]->retryable && attempt + 1 < ATTEMPTS_MAX &&
                !documents_admission_is_hopeless(fetches[i]))
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

/* May it wait for upstream? If not, complete it. */
static bool may_wait_for(struct documents *d, struct fetch *f, struct bulkhead_pass *pass)
{
    switch (documents_admission_check(d, f, pass)) {
    case ADMITTED:
        return true;
    case REJECTED:
        complete_unasked(d, f);
        return false;
    case TURNED_AWAY:
    default:
        finish_flight(d, f, false);
        f->complete = true; /* as ST_WOULD_WAIT */
        return false;
    }
}

static size_t keep_those_that_may_wait(struct documents *d, struct fetch **fetches, size_t count,
                                       struct bulkhead_pass *pass)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++)
        if (may_wait_for(d, fetches[i], pass))
            fetches[kept++] = fetches[i];
    return kept;
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
static void lead(struct documents *d, struct fetch **fetches, size_t count, int64_t deadline,
                 struct bulkhead_pass *pass)
{
    int64_t impatient_at = clock_mono_ms() + clock_left_ms(deadline) / 2;

    documents_shared_lookup(d, fetches, count, deadline);
    (void)partition(d, fetches, &count);
    count = keep_those_that_may_wait(d, fetches, count, pass);
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

static void lead_one(struct documents *d, struct fetch *f, int64_t deadline,
                     struct bulkhead_pass *pass)
{
    struct fetch *one[] = { f };

    if (clock_left_ms(deadline) > 0) {
        lead(d, one, 1, deadline, pass);
    } else {
        finish_flight(d, f, false);
        fetch_complete_timed_out(d, f);
    }
}

/* Wait for the thread that leads the flight, and use what it found. */
static void follow(struct documents *d, struct fetch *f, int64_t deadline,
                   struct bulkhead_pass *pass)
{
    enum flight_role role;

    if (!may_wait_for(d, f, pass))
        return;
    role = flight_join(d->flights, str_of(f->request->url), deadline);
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
        lead_one(d, f, deadline, pass); /* its document was not cacheable, or it ran out of time */
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

static void complete_all(struct documents *d, struct fetch *fetches, size_t count, int64_t deadline,
                         struct bulkhead_pass *pass)
{
    struct fetch **led = calloc(count, sizeof *led);

    if (led && clock_left_ms(deadline) > 0)
        lead(d, led, claim_flights(d, fetches, count, led), deadline, pass);
    for (size_t i = 0; i < count; i++)
        if (!fetches[i].complete && clock_left_ms(deadline) > 0)
            follow(d, &fetches[i], deadline, pass);
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
    f->label = documents_label_get(d, request->label);
    return true;
}

/* A miss with NO_WAIT is not counted: the caller comes back with a deadline, and then it is. */
static void first_lookup(struct documents *d, struct fetch *f)
{
    fetch_lookup(d, f);
    if (f->complete || deadline_may_wait(f->deadline))
        tier_metrics_count(&d->tiers, TIER_MEMORY, f->complete ? TIER_HIT : TIER_MISS);
}

void documents_get_sharing(struct documents *d, const struct document_request *requests,
                           size_t count, int64_t deadline, struct bulkhead_pass *pass,
                           struct document *ret_documents)
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
        complete_all(d, fetches, count, deadline, pass);
    for (size_t i = 0; i < count; i++)
        object_release(fetches[i].cached);
    free(fetches);
}

void documents_get(struct documents *d, const struct document_request *requests, size_t count,
                   int64_t deadline, struct document *ret_documents)
{
    documents_get_sharing(d, requests, count, deadline, NULL, ret_documents);
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
