/* SPDX-License-Identifier: Apache-2.0 */
/* cache/documents_admission.c -- whether upstream is asked: the circuit breaker of the document's
 * label, and the limit on the turns that wait for its host.
 *
 * A rejected request is not a failure of its document, so it is not cached as one. */
#include <stdlib.h>
#include <string.h>

#include "cache/documents_internal.h"

enum { FAIR_MS = 800 /* a timeout after less time than this says little about upstream */ };

/* ---- before a request ---- */

/* "api.weather.gov:443" of "https://api.weather.gov:443/points/40,-105". */
static struct str host_of(const char *url)
{
    const char *start = strstr(url, "://");

    start = start ? start + 3 : url;
    return (struct str){ start, strcspn(start, "/?#") };
}

static enum admission reject_fetch(struct fetch *f, const struct err *why)
{
    f->failure = (struct document_failure){ .status = why->status, .not_asked = true, .err = *why };
    (void)err_context(&f->failure.err, "%s", f->request->label);
    return REJECTED;
}

/* Too many turns wait for its host. A stale document now is better than a retry later, unless the
 * caller has little use for one. */
static enum admission turn_away(const struct documents *d, struct fetch *f,
                                struct bulkhead_pass *pass)
{
    struct err why = ERR_NONE;

    (void)err_reason(&why, ST_UNAVAILABLE, "crowded", "too many requests are waiting for %.*s",
                     STR_ARG(host_of(f->request->url)));
    if (pass->last_try || (fetch_may_serve_stale(d, f) && !f->request->must_be_fresh))
        return reject_fetch(f, &why);
    pass->turned_away = true;
    return TURNED_AWAY;
}

enum admission documents_admission_check(const struct documents *d, struct fetch *f,
                                         struct bulkhead_pass *pass)
{
    struct err why = ERR_NONE;

    if (f->label && circuit_check(&f->label->circuit, &why) != ST_OK)
        return reject_fetch(f, &why);
    return bulkhead_enter(pass, host_of(f->request->url)) ? ADMITTED : turn_away(d, f, pass);
}

bool documents_admission_begin(struct fetch *f)
{
    struct err why = ERR_NONE;

    if (!f->label || circuit_enter(&f->label->circuit, false, &f->call, &why) == ST_OK)
        return true;
    if (f->failure.status == ST_OK) /* the first attempt */
        (void)reject_fetch(f, &why);
    return false;
}

/* ---- after it ---- */

/* Any response is a success, even an error: it did not hold up a thread. */
enum breaker_outcome documents_admission_judge(const struct documents *d,
                                               const struct http_job *job, int64_t allowed_ms)
{
    int64_t fair_ms = d->settings.timeout_ms < FAIR_MS ? d->settings.timeout_ms : FAIR_MS;

    if (!job->done || job->status == ST_TIMEOUT)
        return allowed_ms >= fair_ms ? BREAKER_FAILURE : BREAKER_NEITHER;
    if (job->status == ST_UNAVAILABLE)
        return BREAKER_FAILURE;
    return job->status == ST_SYSTEM ? BREAKER_NEITHER : BREAKER_SUCCESS;
}

/* Remember the URL, for the next probe. */
static void remember_url(struct documents *d, struct document_label *l, const char *url,
                         enum breaker_outcome outcome)
{
    char *copy = outcome == BREAKER_NEITHER ? NULL : strdup(url);
    char **kept = outcome == BREAKER_SUCCESS ? &l->url_good : &l->url_bad;

    if (!copy)
        return;
    (void)pthread_mutex_lock(&d->lock);
    free(*kept);
    *kept = copy;
    (void)pthread_mutex_unlock(&d->lock);
}

/* The best outcome of the requests of one label. */
static enum breaker_outcome merge_outcomes(struct fetch **fetches, size_t count,
                                           const struct document_label *label)
{
    enum breaker_outcome merged = BREAKER_NEITHER;

    for (size_t i = 0; i < count; i++) {
        enum breaker_outcome one = fetches[i]->outcome;
        if (fetches[i]->label == label && one != BREAKER_NEITHER && merged != BREAKER_SUCCESS)
            merged = one;
    }
    return merged;
}

static bool is_first_of_label(struct fetch **fetches, size_t at)
{
    for (size_t i = 0; i < at; i++)
        if (fetches[i]->label == fetches[at]->label)
            return false;
    return true;
}

/* Requests of one label that fail together are one failure, and so are both attempts: otherwise a
 * single user who asks for alerts would open the breaker. */
bool documents_admission_end(struct documents *d, struct fetch **fetches, size_t count,
                             bool is_retry, int64_t allowed_ms)
{
    struct err late = ERR_NONE;
    bool is_open = false;

    (void)err_set(&late, ST_TIMEOUT, "no answer in time");
    for (size_t i = 0; i < count; i++) {
        struct fetch *f = fetches[i];
        f->outcome = documents_admission_judge(d, f->judged, allowed_ms);
        if (f->label)
            remember_url(d, f->label, f->request->url, f->outcome);
    }
    for (size_t i = 0; i < count; i++) {
        struct document_label *label = fetches[i]->label;
        enum breaker_outcome outcome = merge_outcomes(fetches, count, label);
        if (!label)
            continue;
        if (!is_first_of_label(fetches, i) || (is_retry && outcome == BREAKER_FAILURE))
            outcome = BREAKER_NEITHER;
        is_open |= circuit_leave(&label->circuit, fetches[i]->call, outcome,
                                 fetches[i]->judged->done ? &fetches[i]->judged->err : &late);
    }
    return is_open;
}

bool documents_admission_is_hopeless(const struct fetch *f)
{
    return f->failure.status == ST_TIMEOUT && f->label && circuit_failures(&f->label->circuit) > 1;
}
