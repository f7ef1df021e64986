/* SPDX-License-Identifier: Apache-2.0 */
/* cache/documents_fetch.c -- the question to upstream, and its answer judged.
 *
 * Worth a second try: what the service or the network may do better a moment later. A 404 and other
 * refusals will be the same. */
#include <string.h>

#include "cache/documents_internal.h"

void ask_request(const struct documents *d, struct ask *a, int64_t deadline,
                 struct http_request *ret_request)
{
    const struct kept *k = a->kept ? a->kept->data : NULL;
    size_t n = 0;

    if (d->settings.accept)
        a->headers[n++] = (struct http_header){ STR("Accept"), str_of(d->settings.accept) };
    if (k && k->etag[0])
        a->headers[n++] = (struct http_header){ STR("If-None-Match"), str_of(k->etag) };
    if (k && k->last_modified[0])
        a->headers[n++] =
            (struct http_header){ STR("If-Modified-Since"), str_of(k->last_modified) };
    *ret_request = (struct http_request){ .url = a->want->url,
                                          .headers = a->headers,
                                          .header_count = n,
                                          .max_bytes = d->settings.max_bytes,
                                          .deadline = deadline,
                                          .timeout_ms = d->settings.timeout_ms,
                                          .redirects = HTTP_REDIRECTS_MAX,
                                          .compressed = true };
}

static enum answer answer_of(const struct http_job *job)
{
    long code = job->response.status;

    if (job->status == ST_TIMEOUT)
        return TIMED_OUT;
    if (job->status != ST_OK)
        return NO_ANSWER;
    if (code == 304)
        return NOT_MODIFIED;
    if (code == 404 || code == 410)
        return NOT_FOUND;
    return code < 300 ? GOOD : code < 400 ? ELSEWHERE : code < 500 ? REFUSED : UNWELL;
}

static void fail(struct ask *a, enum status st, const struct http_response *response, bool again)
{
    a->failure.status = st;
    a->failure.http_status = response->status;
    a->again = again;
    /* Only what nobody has said better. */
    (void)err_set(&a->failure.err, st, "%s: HTTP status %ld", a->want->label, response->status);
}

/* The transfer itself failed. One that took all its time is worth that time again only when there
 * is nothing else to say. */
static void fail_transfer(const struct documents *d, struct ask *a, const struct http_job *job)
{
    enum status st = job->status == ST_TOO_LARGE ? ST_INVALID : job->status;
    bool again = st == ST_UNAVAILABLE || (st == ST_TIMEOUT && !ask_may_be_stale(d, a));

    a->failure.err = job->err;
    (void)err_context(&a->failure.err, "%s", a->want->label);
    fail(a, st, &job->response, again);
}

static void take_body(struct documents *d, struct ask *a, const struct http_response *response)
{
    struct object *object = NULL, *wrapper = NULL;
    enum status st =
        a->want->decode(buf_str(&response->body), a->want->data, &object, &a->failure.err);

    if (st == ST_OK)
        wrapper = document_keep(d, a, object, response, NULL);
    object_release(object);
    if (wrapper) {
        object_release(a->kept);
        a->kept = wrapper;
        ask_decide(a, MISS);
        return;
    }
    (void)err_set(&a->failure.err, ST_INVALID, "the document cannot be read");
    (void)err_context(&a->failure.err, "%s", a->want->label);
    fail(a, st == ST_OK || st == ST_SYSTEM ? ST_SYSTEM : ST_INVALID, response, true);
}

static void take_not_modified(struct documents *d, struct ask *a,
                              const struct http_response *response)
{
    const struct kept *before = a->kept->data;
    struct object *wrapper = document_keep(d, a, before->object, response, before);

    if (!wrapper) {
        fail(a, ST_SYSTEM, response, false);
        return;
    }
    object_release(a->kept);
    a->kept = wrapper;
    ask_decide(a, REVALIDATED);
}

void ask_take(struct documents *d, struct ask *a, const struct http_job *job, double seconds)
{
    const struct http_response *response = &job->response;
    enum answer answer = answer_of(job);

    if (a->counts) {
        metric_add(a->counts->answers[answer], 1);
        metric_observe(a->counts->seconds, seconds);
    }
    a->again = a->unwell = false;
    a->failure = (struct failure){ .status = ST_OK };
    switch (answer) {
    case NO_ANSWER:
    case TIMED_OUT:
        fail_transfer(d, a, job);
        break;
    case NOT_MODIFIED:
        if (a->kept)
            take_not_modified(d, a, response);
        else
            fail(a, ST_UNAVAILABLE, response, true); /* we had not asked that way */
        break;
    case NOT_FOUND:
        a->told_not = true;
        fail(a, ST_NOT_FOUND, response, false);
        break;
    case REFUSED:
        /* 403 and 429 are how the CDN sheds load. */
        a->unwell = response->status == 403 || response->status == 408 || response->status == 429;
        fail(a, ST_UNAVAILABLE, response, a->unwell);
        break;
    case UNWELL:
        a->unwell = true;
        fail(a, ST_UNAVAILABLE, response, true);
        break;
    case GOOD:
        if (response->status == 200 || response->status == 203)
            take_body(d, a, response);
        else
            fail(a, ST_UNAVAILABLE, response, true);
        break;
    case ELSEWHERE:
    case ANSWERS:
    default:
        fail(a, ST_UNAVAILABLE, response, false);
        break;
    }
}
