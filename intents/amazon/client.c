/* SPDX-License-Identifier: Apache-2.0 */
/* intents/amazon/client.c -- writes the request, limits it, and counts how it ended. */
#include "intents/amazon/client.h"

#include <stdio.h>
#include <stdlib.h>

#include "server/base/clock.h"
#include "server/base/secret.h"

enum {
    URL_MAX = 32 * 1024, /* an id may be three times as long when it is encoded */
    CONNECT_TO_MAX = 300,
    FAILURES_OPEN = 3,
    FAILURES_WINDOW_MS = 60 * 1000,
    PROBE_FIRST_MS = 1000,
    PROBE_MAX_MS = 30 * 1000,
    STABLE_MS = 60 * 1000,
    TIMEOUT_COUNTS_MS = 1000,
};

enum result {
    RESULT_OK,
    RESULT_DENIED,
    RESULT_LIMITED,
    RESULT_REFUSED,
    RESULT_FAILED,
    RESULT_TIMEOUT,
    RESULT_NO_RESPONSE,
    RESULT_NOT_ASKED,
    RESULTS
};
static const char *const result_names[RESULTS] = {
    [RESULT_OK] = "ok",
    [RESULT_DENIED] = "denied",
    [RESULT_LIMITED] = "limited",
    [RESULT_REFUSED] = "refused",
    [RESULT_FAILED] = "failed",
    [RESULT_TIMEOUT] = "timeout",
    [RESULT_NO_RESPONSE] = "no_response",
    [RESULT_NOT_ASKED] = "not_asked",
};

static const struct service {
    const char *name, *circuit; /* no circuit: no breaker */
    int64_t limit_ms;
} services[AMAZON_SERVICES] = {
    [AMAZON_ADDRESS] = { "address", "amazon_address", AMAZON_TURN_MS },
    [AMAZON_SETTINGS] = { "settings", "amazon_settings", AMAZON_CALL_MS },
    [AMAZON_TOKEN] = { "token", NULL, AMAZON_CALL_MS },
    [AMAZON_EVENTS] = { "events", NULL, AMAZON_CALL_MS },
};

struct amazon {
    struct http *http;
    char connect_to[CONNECT_TO_MAX + 1];
    struct circuit circuits[AMAZON_SERVICES];
    bool guarded[AMAZON_SERVICES]; /* its circuit is there */
    struct metric *results[AMAZON_SERVICES][RESULTS], *seconds[AMAZON_SERVICES];
};

/* ---- creating and freeing ---- */

static bool create_circuits(struct amazon *a, const struct amazon_settings *settings)
{
    struct circuit_settings circuit = { .breaker = { .failures_max = FAILURES_OPEN,
                                                     .window_ms = FAILURES_WINDOW_MS,
                                                     .first_ms = PROBE_FIRST_MS,
                                                     .max_ms = PROBE_MAX_MS,
                                                     .stable_ms = STABLE_MS },
                                        .report = settings->report,
                                        .metrics = settings->metrics };

    for (size_t i = 0; i < AMAZON_SERVICES; i++) {
        circuit.name = services[i].circuit;
        if (circuit.name && !circuit_init(&a->circuits[i], &circuit))
            return false;
        a->guarded[i] = circuit.name;
    }
    return true;
}

static void declare_metrics(struct amazon *a, struct metrics *metrics)
{
    struct metric_family *requests =
        metrics_family(metrics, METRIC_COUNTER, "climacast_amazon_requests_total", "service,result",
                       "Calls to Amazon's services for skills.");
    struct metric_family *seconds =
        metrics_family(metrics, METRIC_HISTOGRAM, "climacast_amazon_request_seconds", "service",
                       "Duration of calls to Amazon's services for skills.");

    for (size_t i = 0; i < AMAZON_SERVICES; i++) {
        a->seconds[i] = metric_get(seconds, services[i].name, NULL, NULL);
        for (size_t r = 0; r < RESULTS; r++)
            a->results[i][r] = metric_get(requests, services[i].name, result_names[r], NULL);
    }
}

struct amazon *amazon_create(const struct amazon_settings *settings, struct http *http)
{
    struct amazon *a = calloc(1, sizeof *a);

    if (!a || !create_circuits(a, settings)) {
        amazon_free(a);
        return NULL;
    }
    a->http = http;
    (void)snprintf(a->connect_to, sizeof a->connect_to, "%s",
                   settings->connect_to ? settings->connect_to : "");
    declare_metrics(a, settings->metrics);
    return a;
}

void amazon_free(struct amazon *a)
{
    if (!a)
        return;
    for (size_t i = 0; i < AMAZON_SERVICES; i++)
        if (a->guarded[i])
            circuit_done(&a->circuits[i]);
    free(a);
}

/* ---- a call ---- */

bool amazon_may_send(struct str credential)
{
    if (credential.n == 0 || credential.n > AMAZON_CREDENTIAL_MAX)
        return false;
    for (size_t i = 0; i < credential.n; i++)
        if ((unsigned char)credential.p[i] < ' ' || credential.p[i] == 0x7F)
            return false;
    return str_is_utf8(credential);
}

static enum result result_of(enum status st, long code)
{
    if (st == ST_TIMEOUT)
        return RESULT_TIMEOUT;
    if (st == ST_TOO_LARGE)
        return RESULT_FAILED;
    if (st != ST_OK)
        return RESULT_NO_RESPONSE;
    if (code >= 200 && code < 300)
        return RESULT_OK;
    if (code == 401 || code == 403)
        return RESULT_DENIED;
    if (code == 429)
        return RESULT_LIMITED;
    return code >= 400 && code < 500 ? RESULT_REFUSED : RESULT_FAILED;
}

/* Only a service that fails or does not answer has its breaker opened: a refusal is an answer. A
 * call that had little time says nothing. */
static enum breaker_outcome outcome_of(enum result result, int64_t allowed_ms)
{
    if (result == RESULT_TIMEOUT && allowed_ms < TIMEOUT_COUNTS_MS)
        return BREAKER_NEITHER;
    if (result == RESULT_FAILED || result == RESULT_TIMEOUT || result == RESULT_NO_RESPONSE)
        return BREAKER_FAILURE;
    return BREAKER_SUCCESS;
}

static enum status send_request(struct amazon *a, const struct amazon_request *q,
                                struct http_response *ret_response, struct err *err)
{
    struct buf url = BUF_INIT(URL_MAX), bearer = BUF_INIT(AMAZON_CREDENTIAL_MAX + 16);
    struct http_header headers[3];
    size_t n = 0;
    enum status st;

    buf_printf(&url, "https://%s", amazon_host_name(q->host));
    buf_put(&url, q->path);
    headers[n++] = (struct http_header){ STR("Accept"), STR("application/json") };
    if (q->token.n > 0) {
        buf_putz(&bearer, "Bearer ");
        buf_put(&bearer, q->token);
        headers[n++] = (struct http_header){ STR("Authorization"), buf_str(&bearer) };
    }
    if (q->content_type)
        headers[n++] = (struct http_header){ STR("Content-Type"), str_of(q->content_type) };
    struct http_request request = { .method = q->content_type ? "POST" : "GET",
                                    .url = buf_z(&url),
                                    .headers = headers,
                                    .header_count = n,
                                    .body = q->body,
                                    .max_bytes = AMAZON_BODY_MAX,
                                    .deadline = q->deadline,
                                    .timeout_ms = services[q->service].limit_ms,
                                    .connect_to = *a->connect_to ? a->connect_to : NULL };
    if (url.failed || bearer.failed)
        st = err_no_memory(err);
    else
        st = http_call(a->http, &request, ret_response, err);
    if (bearer.p)
        secret_wipe(bearer.p, bearer.n);
    buf_free(&bearer);
    buf_free(&url);
    return st;
}

enum status amazon_call(struct amazon *a, const struct amazon_request *q,
                        struct http_response *ret_response, struct err *err)
{
    struct circuit *circuit = a->guarded[q->service] ? &a->circuits[q->service] : NULL;
    struct metric *const *results = a->results[q->service];
    struct breaker_call call = { .admitted = false };
    struct err why = ERR_NONE;
    int64_t began_us = clock_mono_us(), allowed_ms = clock_left_ms(q->deadline);
    enum status st = ST_OK;

    *ret_response = (struct http_response){ .status = 0 };
    if (q->token.n > 0 && !amazon_may_send(q->token))
        st = err_reason(&why, ST_INVALID, "amazon_unsendable", "the token may not be sent");
    else if (circuit)
        st = circuit_enter(circuit, true, &call, &why);
    if (st != ST_OK) {
        metric_add(results[RESULT_NOT_ASKED], 1);
        if (err && err->status == ST_OK)
            *err = why;
        return st;
    }
    st = send_request(a, q, ret_response, &why);
    enum result result = result_of(st, ret_response->status);
    metric_add(results[result], 1);
    metric_observe(a->seconds[q->service], (double)(clock_mono_us() - began_us) / 1e6);
    if (result == RESULT_FAILED && st == ST_OK)
        (void)err_set(&why, ST_UNAVAILABLE, "%s: HTTP status %ld", amazon_host_name(q->host),
                      ret_response->status);
    if (circuit)
        (void)circuit_leave(circuit, call, outcome_of(result, allowed_ms), &why);
    if (st != ST_OK && err && err->status == ST_OK)
        *err = why;
    return st;
}
