/* SPDX-License-Identifier: Apache-2.0 */
/* cache/documents_label.c -- one kind of document, such as "grid": its metrics and its circuit
 * breaker.
 *
 * The service is many programs behind one host name, and often only one of them fails: a breaker
 * for each kind keeps alerts working while forecasts hang. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache/documents_internal.h"

enum {
    FAILURES_OPEN = 3, /* calls in a row that failed; each of them may have asked twice */
    FAILURES_WINDOW_MS = 60 * 1000,
    PROBE_FIRST_MS = 500,
    PROBE_MAX_MS = 5000,
    STABLE_MS = 30 * 1000,
};

static const char *const outcome_names[DOCUMENT_OUTCOMES] = {
    [DOCUMENT_HIT] = "hit",     [DOCUMENT_SHARED] = "shared",
    [DOCUMENT_MISS] = "miss",   [DOCUMENT_REVALIDATED] = "revalidated",
    [DOCUMENT_STALE] = "stale", [DOCUMENT_FAILED] = "failed",
};
static const char *const response_names[UPSTREAM_RESPONSES] = {
    [UPSTREAM_NO_RESPONSE] = "none", [UPSTREAM_TIMEOUT] = "timeout",
    [UPSTREAM_OK] = "2xx",           [UPSTREAM_UNREADABLE] = "unreadable",
    [UPSTREAM_NOT_MODIFIED] = "304", [UPSTREAM_REDIRECT] = "3xx",
    [UPSTREAM_NOT_FOUND] = "404",    [UPSTREAM_CLIENT_ERROR] = "4xx",
    [UPSTREAM_SERVER_ERROR] = "5xx", [UPSTREAM_CANCELED] = "canceled",
};

void documents_label_declare(struct documents *d)
{
    struct metrics *m = d->metrics;

    d->requests = metrics_family(m, METRIC_COUNTER, "climacast_document_requests_total",
                                 "label,outcome", "Weather documents requested from the cache.");
    d->responses = metrics_family(m, METRIC_COUNTER, "climacast_upstream_responses_total",
                                  "label,code", "Responses of upstream services.");
    d->seconds = metrics_family(m, METRIC_HISTOGRAM, "climacast_upstream_seconds", "label",
                                "Duration of upstream requests.");
}

static struct document_label *find_label(struct documents *d, const char *name)
{
    size_t count = d->label_count;

    for (size_t i = 0; i < count; i++)
        if (strncmp(d->labels[i].name, name, sizeof d->labels[i].name - 1) == 0)
            return &d->labels[i];
    return NULL;
}

static bool init_label(struct documents *d, struct document_label *l, const char *name)
{
    const struct circuit_settings settings = {
        .name = name,
        .breaker = { .failures_max = FAILURES_OPEN,
                     .window_ms = FAILURES_WINDOW_MS,
                     .first_ms = PROBE_FIRST_MS,
                     .max_ms = PROBE_MAX_MS,
                     .stable_ms = STABLE_MS },
        .report = d->settings.breakers,
        .metrics = d->metrics,
    };

    if (!circuit_init(&l->circuit, &settings))
        return false;
    (void)snprintf(l->name, sizeof l->name, "%s", name);
    for (size_t i = 0; i < DOCUMENT_OUTCOMES; i++)
        l->outcomes[i] = metric_get(d->requests, name, outcome_names[i], NULL);
    for (size_t i = 0; i < UPSTREAM_RESPONSES; i++)
        l->responses[i] = metric_get(d->responses, name, response_names[i], NULL);
    l->seconds = metric_get(d->seconds, name, NULL, NULL);
    return true;
}

struct document_label *documents_label_get(struct documents *d, const char *name)
{
    struct document_label *l = find_label(d, name);

    if (l)
        return l;
    (void)pthread_mutex_lock(&d->lock);
    l = find_label(d, name);
    if (!l && d->label_count < DOCUMENT_LABELS_MAX) {
        l = &d->labels[d->label_count];
        if (init_label(d, l, name))
            d->label_count++;
        else
            l = NULL;
    }
    (void)pthread_mutex_unlock(&d->lock);
    return l;
}

void documents_label_free_all(struct documents *d)
{
    for (size_t i = 0; i < d->label_count; i++) {
        circuit_done(&d->labels[i].circuit);
        free(d->labels[i].url_good);
        free(d->labels[i].url_bad);
    }
}
