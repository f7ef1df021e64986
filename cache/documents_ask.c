/* SPDX-License-Identifier: Apache-2.0 */
/* cache/documents_ask.c -- asks upstream for several documents side by side, each of them up to
 * twice.
 *
 * Each document is used as soon as it comes, so one that hangs does not hold up the others. One
 * that has not come after `timeout_ms` is requested again, and the response that comes first is
 * used: the second request helps when a connection is dead, the first one when the service is
 * slow. */
#include <stdlib.h>

#include "cache/documents_internal.h"
#include "server/base/clock.h"
#include "server/base/random.h"

enum {
    ATTEMPTS_MAX = 2,         /* for one document in one call */
    RETRY_PAUSE_MIN_MS = 100, /* when upstream is overloaded or failing */
    RETRY_PAUSE_SPREAD_MS = 200,
    RETRY_TIME_MIN_MS = 50, /* with less time left, a second attempt is pointless */
};

/* What is being asked. `jobs` has those of the first attempt, then those of the second. */
struct asking {
    struct documents *d;
    struct http_calls *calls;
    struct http_job *jobs;
    struct fetch **fetches;
    size_t count, job_count;
    const struct fetch_wait *wait;
    int64_t first_us, began_us; /* the start of the first attempt, and of the current one */
    bool is_retry,
        cut_short; /* of the current attempt: the deadline leaves it less time than usual */
};

/* ---- ends ---- */

void documents_ask_end_flight(struct documents *d, struct fetch *f, bool ok)
{
    documents_shared_unlock(d, f);
    if (f->leads_flight)
        flight_finish(d->flights, str_of(f->request->url), ok);
    f->leads_flight = false;
}

void documents_ask_skip(struct documents *d, struct fetch *f)
{
    documents_ask_end_flight(d, f, false);
    fetch_complete_failed(d, f);
}

/* Since the request was made. */
static int64_t elapsed_us(const struct asking *a, const struct fetch *f, const struct http_job *job)
{
    return clock_mono_us() - (job == f->jobs[0] ? a->first_us : a->began_us);
}

/* A request that is no longer needed, or got little time, says nothing about upstream. */
static void count_canceled(const struct asking *a, const struct fetch *f,
                           const struct http_job *job)
{
    int64_t us = elapsed_us(a, f, job);
    bool failed =
        !f->complete && documents_admission_judge(a->d, job, us / 1000) == BREAKER_FAILURE;

    documents_upstream_count(f, failed ? UPSTREAM_TIMEOUT : UPSTREAM_CANCELED, (double)us / 1e6);
}

static void cancel_jobs(struct asking *a, struct fetch *f)
{
    for (size_t i = 0; i < ATTEMPTS_MAX; i++) {
        if (!f->jobs[i] || f->jobs[i]->done)
            continue;
        count_canceled(a, f, f->jobs[i]);
        http_calls_cancel(a->calls, f->jobs[i]);
        http_response_done(&f->jobs[i]->response);
    }
}

/* A timeout because the caller does not wait any longer (`cut_short`) says nothing about upstream
 * and is not cached. */
static void give_up(struct asking *a, struct fetch *f, bool cut_short)
{
    struct documents *d = a->d;

    cancel_jobs(a, f);
    if (f->gone) {
        documents_memory_forget(d, f->request->url);
        if (!f->request->memory_only)
            documents_shared_forget(d, f->request->url, f->deadline);
    }
    if (f->failure.status != ST_SYSTEM && !(cut_short && f->failure.status == ST_TIMEOUT)) {
        documents_memory_put_failure(d, f->request->url, &f->failure);
        documents_shared_put_failure(d, f);
    }
    documents_ask_skip(d, f);
}

static void set_timeout(struct fetch *f)
{
    f->failure = (struct document_failure){ .status = ST_TIMEOUT };
    (void)err_set(&f->failure.err, ST_TIMEOUT, "%s: no answer in time", f->request->label);
}

static void give_up_all(struct asking *a, bool cut_short)
{
    for (size_t i = 0; i < a->count; i++) {
        struct fetch *f = a->fetches[i];
        if (f->complete)
            continue;
        if (f->failure.status == ST_OK)
            set_timeout(f);
        give_up(a, f, cut_short);
    }
}

/* ---- one attempt ---- */

static bool is_running(const struct fetch *f)
{
    return (f->jobs[0] && !f->jobs[0]->done) || (f->jobs[1] && !f->jobs[1]->done);
}

/* Complete those that must not be requested, and remove them. */
static void admit_all(struct asking *a)
{
    size_t admitted = 0;

    for (size_t i = 0; i < a->count; i++) {
        struct fetch *f = a->fetches[i];
        if (f->complete)
            continue;
        if (documents_admission_begin(f))
            a->fetches[admitted++] = f;
        else if (a->is_retry)
            give_up(a, f, a->cut_short);
        else
            documents_ask_skip(a->d, f);
    }
    a->count = admitted;
}

/* The first request may take as long as both attempts together. */
static void start_all(struct asking *a, int64_t deadline)
{
    int64_t timeout_ms = a->d->settings.timeout_ms * (a->is_retry ? 1 : ATTEMPTS_MAX);

    a->began_us = clock_mono_us();
    if (!a->is_retry)
        a->first_us = a->began_us;
    for (size_t i = 0; i < a->count; i++) {
        struct fetch *f = a->fetches[i];
        struct http_job *job = &a->jobs[(a->is_retry ? a->job_count : 0) + i];
        documents_upstream_request(a->d, f, deadline, &job->request);
        job->request.timeout_ms = timeout_ms;
        job->request.data = f;
        f->jobs[a->is_retry] = job;
        f->judged = job;
        http_calls_add(a->calls, job);
    }
}

/* Use a response. */
static void take_job(struct asking *a, struct http_job *job)
{
    struct fetch *f = job->request.data;

    documents_upstream_take(a->d, f, job, (double)elapsed_us(a, f, job) / 1e6);
    http_response_done(&job->response);
    f->judged = job;
    if (f->complete) {
        cancel_jobs(a, f);
        documents_ask_end_flight(a->d, f, true);
    } else if (!is_running(f) && (a->is_retry || !f->retryable)) {
        give_up(a, f, a->cut_short);
    }
}

static bool all_complete(const struct asking *a)
{
    for (size_t i = 0; i < a->count; i++)
        if (!a->fetches[i]->complete)
            return false;
    return true;
}

/* Use the responses that come until then, as long as the caller waits. */
static void take_jobs(struct asking *a, int64_t until)
{
    while (!all_complete(a)) {
        int64_t patience = fetch_wait_until(a->wait);
        struct http_job *job = http_calls_next(a->calls, patience < until ? patience : until);
        if (!job)
            break;
        take_job(a, job);
    }
}

static void end_attempt(struct asking *a)
{
    int64_t elapsed_ms = (clock_mono_us() - a->began_us) / 1000;

    if (documents_admission_end(a->d, a->fetches, a->count, a->is_retry, elapsed_ms))
        ticker_wake(a->d->prober);
}

static void attempt(struct asking *a)
{
    int64_t deadline = a->wait->wait->deadline;
    int64_t timeout_ms = a->d->settings.timeout_ms;

    a->cut_short = clock_left_ms(deadline) < timeout_ms;
    admit_all(a);
    start_all(a, deadline);
    take_jobs(a, clock_mono_ms() + timeout_ms);
    end_attempt(a);
}

/* ---- both ---- */

/* Give up those for which a second attempt is pointless. After a timeout it may take as long again:
 * it is made only when there is no stale document to serve. */
static void keep_the_hopeful(struct asking *a)
{
    for (size_t i = 0; i < a->count; i++) {
        struct fetch *f = a->fetches[i];
        bool late = !f->complete && is_running(f);
        if (late)
            set_timeout(f);
        if (!f->complete &&
            ((late && fetch_may_serve_stale(a->d, f)) || documents_admission_is_hopeless(f)))
            give_up(a, f, a->cut_short);
    }
}

/* Pause before the second attempt if upstream is overloaded or failing. Returns false when there is
 * no time for a second attempt. */
static bool pause_before_retry(struct asking *a)
{
    int64_t pause_ms = 0, end;

    for (size_t i = 0; i < a->count; i++)
        if (!a->fetches[i]->complete && a->fetches[i]->retry_later)
            pause_ms = RETRY_PAUSE_MIN_MS + (int64_t)(random_u64() % (RETRY_PAUSE_SPREAD_MS + 1));
    if (clock_left_ms(fetch_wait_until(a->wait)) < pause_ms + RETRY_TIME_MIN_MS)
        return false;
    end = clock_mono_ms() + pause_ms;
    if (pause_ms > 0)
        take_jobs(a, end);
    if (clock_left_ms(end) > 0 && !all_complete(a))
        clock_sleep_ms(clock_left_ms(end));
    return true;
}

static void ask_twice(struct asking *a)
{
    attempt(a);
    if (all_complete(a))
        return;
    if (clock_left_ms(fetch_wait_until(a->wait)) > 0)
        keep_the_hopeful(a);
    if (all_complete(a))
        return;
    if (pause_before_retry(a)) {
        documents_shared_extend_locks(a->d, a->fetches, a->count, a->wait->wait->deadline);
        a->is_retry = true;
        attempt(a);
    }
    give_up_all(a, a->cut_short || clock_left_ms(fetch_wait_until(a->wait)) == 0);
}

void documents_ask(struct documents *d, struct fetch **fetches, size_t count,
                   const struct fetch_wait *wait)
{
    struct asking a = {
        .d = d, .fetches = fetches, .count = count, .job_count = count, .wait = wait
    };

    if (count == 0)
        return;
    a.jobs = calloc(ATTEMPTS_MAX * count, sizeof *a.jobs);
    a.calls = a.jobs ? http_calls_open(d->http) : NULL;
    for (size_t i = 0; i < count; i++) {
        fetches[i]->jobs[0] = fetches[i]->jobs[1] = NULL;
        if (!a.calls)
            fetches[i]->failure.status = err_no_memory(&fetches[i]->failure.err);
    }
    if (!a.calls)
        give_up_all(&a, false);
    else if (clock_left_ms(fetch_wait_until(wait)) == 0)
        give_up_all(&a, true);
    else
        ask_twice(&a);
    if (a.calls)
        http_calls_close(a.calls);
    free(a.jobs);
}
