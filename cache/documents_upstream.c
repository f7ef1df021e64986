/* SPDX-License-Identifier: Apache-2.0 */
/* cache/documents_upstream.c -- requests to upstream, and what their responses mean.
 *
 * Failures of the service or the network are worth a second attempt; a 404 and most other client
 * errors would only be repeated. */
#include "cache/documents_internal.h"

#include "server/base/json.h"

enum { PROBLEM_BYTES_MAX = 16 * 1024 };

/* A validator with a control character, from upstream or from Redis, cannot be sent back; without
 * it the document is fetched in full. */
static bool is_sendable(const char *validator)
{
    for (const char *p = validator; *p; p++)
        if ((unsigned char)*p < ' ' || *p == 0x7F)
            return false;
    return *validator;
}

void documents_upstream_request(const struct documents *d, struct fetch *f, int64_t deadline,
                                struct http_request *ret_request)
{
    const struct cached_document *cached = f->cached ? f->cached->data : NULL;
    const char *accept = f->request->accept ? f->request->accept : d->settings.accept;
    size_t n = 0;

    if (accept)
        f->headers[n++] = (struct http_header){ STR("Accept"), str_of(accept) };
    if (cached && is_sendable(cached->etag))
        f->headers[n++] = (struct http_header){ STR("If-None-Match"), str_of(cached->etag) };
    if (cached && is_sendable(cached->last_modified))
        f->headers[n++] =
            (struct http_header){ STR("If-Modified-Since"), str_of(cached->last_modified) };
    *ret_request = (struct http_request){ .url = f->request->url,
                                          .headers = f->headers,
                                          .header_count = n,
                                          .max_bytes = d->settings.max_bytes,
                                          .deadline = deadline,
                                          .timeout_ms = d->settings.timeout_ms,
                                          .redirects = HTTP_REDIRECTS_MAX,
                                          .compressed = true };
}

/* ---- responses ---- */

static enum upstream_response classify_response(const struct http_job *job)
{
    long code = job->response.status;

    if (job->status == ST_TIMEOUT)
        return UPSTREAM_TIMEOUT;
    if (job->status != ST_OK)
        return UPSTREAM_NO_RESPONSE;
    if (code == 304)
        return UPSTREAM_NOT_MODIFIED;
    if (code == 404 || code == 410)
        return UPSTREAM_NOT_FOUND;
    if (code < 300)
        return UPSTREAM_OK;
    if (code < 400)
        return UPSTREAM_REDIRECT;
    return code < 500 ? UPSTREAM_CLIENT_ERROR : UPSTREAM_SERVER_ERROR;
}

/* A word of letters: it goes into Redis. */
static bool is_problem(struct str word)
{
    for (size_t i = 0; i < word.n; i++)
        if (!((word.p[i] >= 'A' && word.p[i] <= 'Z') || (word.p[i] >= 'a' && word.p[i] <= 'z')))
            return false;
    return word.n > 0 && word.n < DOCUMENT_PROBLEM_MAX;
}

static void read_problem(struct str body, char ret_problem[DOCUMENT_PROBLEM_MAX])
{
    struct err ignored = ERR_NONE;
    json_t *root = NULL;
    struct str word;

    if (body.n > PROBLEM_BYTES_MAX || json_parse(body, false, &root, &ignored) != ST_OK)
        return;
    word = str_after_last(json_str(root, "type"), '/');
    if (is_problem(word))
        (void)snprintf(ret_problem, DOCUMENT_PROBLEM_MAX, "%.*s", STR_ARG(word));
    json_decref(root);
}

static void set_failure(struct fetch *f, enum status st, const struct http_response *response,
                        bool retryable)
{
    f->failure.status = st;
    f->failure.http_status = response->status;
    f->retryable = retryable;
    /* Unless the error is known more precisely. */
    (void)err_set(&f->failure.err, st, "%s: HTTP status %ld", f->request->label, response->status);
}

/* After a timeout, a second attempt may take as long again: try it only when there is no stale
 * document to serve. */
static void take_transfer_error(const struct documents *d, struct fetch *f,
                                const struct http_job *job)
{
    enum status st = job->status == ST_TOO_LARGE ? ST_INVALID : job->status;
    bool retryable = st == ST_UNAVAILABLE || (st == ST_TIMEOUT && !fetch_may_serve_stale(d, f));

    f->failure.err = job->err;
    (void)err_context(&f->failure.err, "%s", f->request->label);
    set_failure(f, st, &job->response, retryable);
}

/* Cache the document in memory and in Redis. Returns false when out of memory. */
static bool store_document(struct documents *d, struct fetch *f, struct object *object,
                           const struct http_response *response, struct object *confirmed)
{
    const struct cached_document *before = confirmed ? confirmed->data : NULL;
    bool no_store = false;
    struct object *wrapper =
        documents_memory_put(d, f->request->url, object, response, before, &no_store);

    if (!wrapper)
        return false;
    fetch_set_cached(f, wrapper);
    if (no_store)
        documents_shared_remove(d, f);
    else
        documents_shared_put(d, f, buf_str(&response->body), before);
    return true;
}

static void take_body(struct documents *d, struct fetch *f, const struct http_response *response)
{
    struct object *object = NULL;
    enum status st =
        f->request->decode(buf_str(&response->body), f->request->data, &object, &f->failure.err);
    bool stored = st == ST_OK && store_document(d, f, object, response, NULL);

    object_release(object);
    if (stored) {
        fetch_complete(f, DOCUMENT_MISS);
        return;
    }
    (void)err_set(&f->failure.err, ST_INVALID, "the document cannot be read");
    (void)err_context(&f->failure.err, "%s", f->request->label);
    set_failure(f, st == ST_OK || st == ST_SYSTEM ? ST_SYSTEM : ST_INVALID, response, true);
}

static void take_not_modified(struct documents *d, struct fetch *f,
                              const struct http_response *response)
{
    struct object *confirmed = f->cached ? object_retain(f->cached) : NULL;
    const struct cached_document *before = confirmed ? confirmed->data : NULL;

    if (!before) /* the request was not conditional */
        set_failure(f, ST_UNAVAILABLE, response, true);
    else if (store_document(d, f, before->object, response, confirmed))
        fetch_complete(f, DOCUMENT_REVALIDATED);
    else
        set_failure(f, ST_SYSTEM, response, false);
    object_release(confirmed);
}

void documents_upstream_count(const struct fetch *f, enum upstream_response response,
                              double seconds)
{
    if (!f->label)
        return;
    metric_add(f->label->responses[response], 1);
    metric_observe(f->label->seconds, seconds);
}

void documents_upstream_take(struct documents *d, struct fetch *f, const struct http_job *job,
                             double seconds)
{
    const struct http_response *response = &job->response;
    enum upstream_response kind = classify_response(job);

    f->retryable = f->retry_later = false;
    f->failure = (struct document_failure){ .status = ST_OK };
    switch (kind) {
    case UPSTREAM_NO_RESPONSE:
    case UPSTREAM_TIMEOUT:
        take_transfer_error(d, f, job);
        break;
    case UPSTREAM_NOT_MODIFIED:
        take_not_modified(d, f, response);
        break;
    case UPSTREAM_NOT_FOUND:
        f->gone = true;
        read_problem(buf_str(&response->body), f->failure.problem);
        set_failure(f, ST_NOT_FOUND, response, false);
        break;
    case UPSTREAM_CLIENT_ERROR:
        /* The CDN sheds load with 403 and 429. */
        f->retry_later =
            response->status == 403 || response->status == 408 || response->status == 429;
        set_failure(f, ST_UNAVAILABLE, response, f->retry_later);
        break;
    case UPSTREAM_SERVER_ERROR:
        f->retry_later = true;
        set_failure(f, ST_UNAVAILABLE, response, true);
        break;
    case UPSTREAM_OK:
        if (response->status == 200 || response->status == 203)
            take_body(d, f, response);
        else
            set_failure(f, ST_UNAVAILABLE, response, true);
        break;
    case UPSTREAM_UNREADABLE: /* not known yet */
    case UPSTREAM_REDIRECT:
    case UPSTREAM_CANCELED:
    case UPSTREAM_RESPONSES:
    default:
        set_failure(f, ST_UNAVAILABLE, response, false);
        break;
    }
    if (kind == UPSTREAM_OK && f->failure.status == ST_INVALID)
        kind = UPSTREAM_UNREADABLE;
    documents_upstream_count(f, kind, seconds);
}
