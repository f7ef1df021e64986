/* SPDX-License-Identifier: Apache-2.0 */
/* cache/documents_fetch.c -- the state of one request, and when it is complete. */
#include "cache/documents_internal.h"

#include <string.h>

#include "server/base/clock.h"

static int64_t fetched_at(const struct cached_document *cached)
{
    return cached->fetched_ms / 1000;
}

/* For how many seconds this request regards the document as fresh. */
static int64_t fresh_for_s(const struct cached_document *cached,
                           const struct document_request *request)
{
    int64_t seconds = cached->lifetime_s;

    if (request->max_fresh_s > 0 && seconds > request->max_fresh_s)
        seconds = request->max_fresh_s;
    return seconds > request->min_fresh_s ? seconds : request->min_fresh_s;
}

void fetch_set_cached(struct fetch *f, struct object *wrapper)
{
    object_release(f->cached);
    f->cached = wrapper;
}

bool fetch_is_fresh(const struct fetch *f)
{
    const struct cached_document *cached = f->cached ? f->cached->data : NULL;
    int64_t now;

    if (!cached)
        return false;
    if (cached->arrived_us > f->began_us) /* as new as a response would be */
        return true;
    now = clock_wall_s();
    /* If the clock was set back, the document must not stay fresh until it catches up. */
    return now >= fetched_at(cached) && now < fetched_at(cached) + fresh_for_s(cached, f->request);
}

bool fetch_may_serve_stale(const struct documents *d, const struct fetch *f)
{
    const struct cached_document *cached = f->cached ? f->cached->data : NULL;

    return cached && !f->gone &&
           clock_wall_s() <
               fetched_at(cached) + fresh_for_s(cached, f->request) + d->settings.stale_s;
}

static void count_outcome(const struct fetch *f, enum document_outcome outcome)
{
    if (f->label)
        metric_add(f->label->outcomes[outcome], 1);
}

void fetch_complete(struct fetch *f, enum document_outcome outcome)
{
    const struct cached_document *cached = f->cached->data;
    struct document *r = f->result;
    int64_t age = clock_wall_s() - fetched_at(cached);

    r->status = ST_OK;
    r->object = object_retain(cached->object);
    r->stale = outcome == DOCUMENT_STALE;
    r->age_s = age > 0 ? age : 0;
    r->fetched_at = fetched_at(cached);
    f->complete = true;
    count_outcome(f, outcome);
}

void fetch_complete_failed(const struct documents *d, struct fetch *f)
{
    f->result->http_status = f->failure.http_status;
    f->result->err = f->failure.err;
    f->result->not_asked = f->failure.not_asked;
    memcpy(f->result->problem, f->failure.problem, sizeof f->result->problem);
    if (fetch_may_serve_stale(d, f)) {
        fetch_complete(f, DOCUMENT_STALE);
        return;
    }
    f->result->status = f->failure.status;
    f->complete = true;
    count_outcome(f, DOCUMENT_FAILED);
}

void fetch_complete_timed_out(const struct documents *d, struct fetch *f)
{
    f->failure = (struct document_failure){ .status = ST_TIMEOUT };
    (void)err_set(&f->failure.err, ST_TIMEOUT, "%s: no time left to request it", f->request->label);
    fetch_complete_failed(d, f);
}

/* Did upstream fail so recently that it is not asked again? */
static bool failed_recently(struct documents *d, struct fetch *f)
{
    struct document_failure failure;

    if (!documents_memory_get_failure(d, f->request->url, &failure) ||
        (f->request->must_be_fresh && failure.at_us < f->began_us))
        return false;
    f->failure = failure;
    return true;
}

void fetch_lookup(struct documents *d, struct fetch *f)
{
    const char *url = f->request->url;

    fetch_set_cached(f, documents_memory_get(d, url));
    if (fetch_is_fresh(f))
        fetch_complete(f, DOCUMENT_HIT);
    else if (failed_recently(d, f))
        fetch_complete_failed(d, f);
}

int64_t fetch_wait_until(const struct fetch_wait *w)
{
    int64_t deadline = w->wait->deadline;
    int64_t until = w->wait->until ? w->wait->until(w->wait->until_data, w->results) : deadline;

    return until < deadline ? until : deadline;
}
