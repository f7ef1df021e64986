/* SPDX-License-Identifier: Apache-2.0 */
/* cache/documents.c -- an HTTP cache of upstream documents: the steps of documents_get().
 *
 * Each step may complete a request:
 *     lookup   in memory: a fresh document, or a recent failure
 *     claim    become the leader of every flight that has none, without waiting
 *     lead     those together: look in Redis, ask upstream for the rest (documents_ask.c), store;
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
    POLL_MIN_MS = 15, /* between checks for what another instance may have fetched */
    POLL_SPREAD_MS = 20,
    FOLLOW_MS = 50, /* between checks of several flights that other threads lead */
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

/* May this request wait for upstream? If not, completes it. */
static bool may_wait_for(struct documents *d, struct fetch *f, struct bulkhead_pass *pass)
{
    switch (documents_admission_check(d, f, pass)) {
    case ADMITTED:
        return true;
    case REJECTED:
        documents_ask_skip(d, f);
        return false;
    case TURNED_AWAY:
    default:
        documents_ask_end_flight(d, f, false);
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
            documents_ask_end_flight(d, f, true);
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

/* Complete all of them, by Redis or by asking upstream. Waits for another instance that is asking,
 * but only while enough time is left to ask upstream after all. */
static void lead(struct documents *d, struct fetch **fetches, size_t count,
                 const struct fetch_wait *w)
{
    int64_t deadline = w->wait->deadline;
    int64_t impatient_at = clock_mono_ms() + clock_left_ms(deadline) / 2;

    documents_shared_lookup(d, fetches, count, deadline);
    (void)partition(d, fetches, &count);
    count = keep_those_that_may_wait(d, fetches, count, w->wait->pass);
    while (count > 0) {
        size_t to_fetch;
        bool impatient =
            clock_left_ms(impatient_at) == 0 || clock_left_ms(fetch_wait_until(w)) == 0;
        documents_shared_claim(d, fetches, count, impatient, deadline);
        to_fetch = partition(d, fetches, &count);
        documents_ask(d, fetches, to_fetch, w);
        fetches += to_fetch;
        count -= to_fetch;
        if (count > 0)
            clock_sleep_ms(POLL_MIN_MS + (int64_t)(random_u64() % (POLL_SPREAD_MS + 1)));
    }
}

/* ---- following ---- */

static void lead_one(struct documents *d, struct fetch *f, const struct fetch_wait *w)
{
    struct fetch *one[] = { f };

    if (clock_left_ms(fetch_wait_until(w)) > 0) {
        lead(d, one, 1, w);
    } else {
        documents_ask_end_flight(d, f, false);
        fetch_complete_timed_out(d, f);
    }
}

/* Wait until then for the thread that leads the flight, and use what it found. */
static void follow(struct documents *d, struct fetch *f, const struct fetch_wait *w, int64_t until)
{
    enum flight_role role;

    if (!may_wait_for(d, f, w->wait->pass))
        return;
    role = flight_join(d->flights, str_of(f->request->url), until);
    if (role == FLIGHT_TIMEOUT)
        return;
    f->leads_flight = role == FLIGHT_LEADER; /* the other thread has finished in the meantime */
    fetch_lookup(d, f);
    /* The leader asked while this thread waited, so its failure is as new as ours would be. */
    if (!f->complete && role == FLIGHT_FAILED &&
        documents_memory_get_failure(d, f->request->url, &f->failure))
        fetch_complete_failed(d, f);
    if (f->complete)
        documents_ask_end_flight(d, f, true);
    else
        lead_one(d, f, w); /* its document was not cacheable, or it ran out of time */
}

/* Follow each in turn. A caller that may be content with some of them takes turns: the one that it
 * waits for may be the one that hangs. */
static void follow_all(struct documents *d, struct fetch *fetches, size_t count,
                       const struct fetch_wait *w)
{
    for (size_t open = count; open > 0;) {
        open = 0;
        for (size_t i = 0; i < count; i++) {
            struct fetch *f = &fetches[i];
            int64_t until = fetch_wait_until(w), turn_ends = clock_mono_ms() + FOLLOW_MS;
            if (f->complete)
                continue;
            if (clock_left_ms(until) == 0)
                fetch_complete_timed_out(d, f);
            else
                follow(d, f, w, w->wait->until && turn_ends < until ? turn_ends : until);
            open += !f->complete;
        }
    }
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
            documents_ask_end_flight(d, f, true);
        else
            ret_led[led++] = f;
    }
    return led;
}

static void complete_all(struct documents *d, struct fetch *fetches, size_t count,
                         const struct fetch_wait *w)
{
    struct fetch **led = calloc(count, sizeof *led);

    if (led && clock_left_ms(fetch_wait_until(w)) > 0)
        lead(d, led, claim_flights(d, fetches, count, led), w);
    follow_all(d, fetches, count, w);
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
    f->began_us = request->since_us > 0 ? request->since_us : clock_mono_us();
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

void documents_get_waiting(struct documents *d, const struct document_request *requests,
                           size_t count, const struct documents_wait *wait,
                           struct document *ret_documents)
{
    struct fetch *fetches = calloc(count ? count : 1, sizeof *fetches);
    const struct fetch_wait w = { wait, ret_documents };
    size_t incomplete = 0;

    if (!fetches) {
        for (size_t i = 0; i < count; i++)
            ret_documents[i] = (struct document){ .status = ST_SYSTEM };
        return;
    }
    for (size_t i = 0; i < count; i++) {
        if (start_fetch(d, &fetches[i], &requests[i], wait->deadline, &ret_documents[i]))
            first_lookup(d, &fetches[i]);
        incomplete += !fetches[i].complete;
    }
    if (deadline_may_wait(wait->deadline) && incomplete > 0)
        complete_all(d, fetches, count, &w);
    for (size_t i = 0; i < count; i++)
        object_release(fetches[i].cached);
    free(fetches);
}

void documents_get(struct documents *d, const struct document_request *requests, size_t count,
                   int64_t deadline, struct document *ret_documents)
{
    documents_get_waiting(d, requests, count, &(struct documents_wait){ .deadline = deadline },
                          ret_documents);
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
