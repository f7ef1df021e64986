/* SPDX-License-Identifier: Apache-2.0 */
/* cache/documents_probe.c -- a thread that finds out whether upstream responds again.
 *
 * It makes the probes of open circuit breakers, so no user waits for a service that is known to
 * hang. It requests the last document that came and the last that did not, in turn: if only that
 * one document fails, the first probe makes the others available again. */
#include <stdlib.h>
#include <string.h>

#include "cache/documents_internal.h"
#include "server/base/clock.h"

/* ---- probes ---- */

struct probe {
    struct document_label *label;
    struct breaker_call call;
    char *url;
};

/* Begin the probe of a label if it is due. */
static bool begin_probe(struct documents *d, struct document_label *l, struct probe *p)
{
    *p = (struct probe){ .label = l };
    if (circuit_probe_ms(&l->circuit) > clock_mono_ms() ||
        circuit_enter(&l->circuit, true, &p->call, NULL) != ST_OK)
        return false;
    (void)pthread_mutex_lock(&d->lock);
    l->probed_good = !l->probed_good;
    const char *first = l->probed_good ? l->url_good : l->url_bad;
    const char *url = first ? first : l->probed_good ? l->url_bad : l->url_good;
    p->url = url ? strdup(url) : NULL;
    (void)pthread_mutex_unlock(&d->lock);
    return true;
}

/* Returns whether there was a response. */
static bool end_probe(struct documents *d, struct probe *p, const struct http_job *job)
{
    enum breaker_outcome outcome =
        p->url ? documents_admission_judge(d, job, d->settings.timeout_ms) : BREAKER_FAILURE;

    (void)circuit_leave(&p->label->circuit, p->call, outcome, p->url ? &job->err : NULL);
    free(p->url);
    return outcome == BREAKER_SUCCESS;
}

/* Make all probes that are due, at the same time. Returns whether there was any response. */
static bool make_probes(struct documents *d)
{
    bool responds = false;
    const struct http_header accept = { STR("Accept"), str_of(d->settings.accept) };
    struct probe probes[DOCUMENT_LABELS_MAX];
    struct http_job jobs[DOCUMENT_LABELS_MAX] = { { .status = ST_OK } };
    size_t labels = d->label_count, count = 0;

    for (size_t i = 0; i < labels; i++)
        count += begin_probe(d, &d->labels[i], &probes[count]);
    for (size_t i = 0; i < count; i++)
        jobs[i].request =
            (struct http_request){ .url = probes[i].url ? probes[i].url : "",
                                   .headers = &accept,
                                   .header_count = d->settings.accept ? 1 : 0,
                                   .max_bytes = d->settings.max_bytes,
                                   .deadline = clock_mono_ms() + d->settings.timeout_ms,
                                   .redirects = HTTP_REDIRECTS_MAX,
                                   .compressed = true };
    http_call_all(d->http, jobs, count);
    for (size_t i = 0; i < count; i++) {
        responds |= end_probe(d, &probes[i], &jobs[i]);
        http_response_done(&jobs[i].response);
    }
    return responds;
}

/* ---- the thread ---- */

static int64_t next_probe_ms(struct documents *d)
{
    size_t labels = d->label_count;
    int64_t next = INT64_MAX;

    for (size_t i = 0; i < labels; i++) {
        int64_t due = circuit_probe_ms(&d->labels[i].circuit);
        next = due < next ? due : next;
    }
    return next;
}

int64_t documents_probe_step(void *data)
{
    struct documents *d = data;

    /* When one kind of document is available again, the others probably are, too. */
    if (next_probe_ms(d) <= clock_mono_ms() && make_probes(d))
        for (size_t i = 0; i < d->label_count; i++)
            circuit_hasten(&d->labels[i].circuit);
    return next_probe_ms(d);
}
