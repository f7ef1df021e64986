/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/client.c -- calls to DynamoDB: JSON protocol 1.0 over HTTP, Signature Version 4.
 *
 * libcurl is told not to send a request twice by itself (`once`): only here is it known what a
 * second sending means. Each try has a time of its own, so that one lost packet does not cost the
 * whole turn. No answer is taken in compressed form, for the checksum covers the body as sent. */
#include "cache/dynamo/client.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache/dynamo/error.h"
#include "cache/dynamo/sigv4.h"
#include "server/base/backoff.h"
#include "server/base/clock.h"
#include "server/base/json.h"
#include "server/base/secret.h"
#include "server/base/time_text.h"

enum {
    TRY_MS = 2000,       /* of one try at an item, unless told otherwise */
    LONG_TRY_MS = 10000, /* at a page of a scan, at a table */
    WAIT_FIRST_MS = 25,  /* longest wait before the second try; it doubles */
    WAIT_MAX_MS = 1000,
    TRIES_MAX = 30,
    SKEW_LEAST_S = 20, /* less is not worth a word */
    ANSWER_MAX = 16 * 1024 * 1024,
    REQUEST_MAX = 4 * 1024 * 1024,
    AUTHORIZATION_MAX = 2048,
    HOST_MAX = 256,
};

struct dynamo_client {
    struct http *http;
    struct aws_credentials_provider *credentials;
    struct dynamo_error_target place;
    char table[256], region[64], endpoint[512], url[520], host[HOST_MAX];
    int64_t try_ms;
    atomic_int_least64_t skew_s; /* the server's clock minus ours */
    struct metric_family *calls, *seconds, *units;
};

/* ---- settings ---- */

static bool made_of(const char *text, const char *allowed, size_t least, size_t most)
{
    size_t n = text ? strlen(text) : 0;

    return n >= least && n <= most && strspn(text, allowed) == n;
}

/* "https://host:port/path" apart: the Host header as every peer computes it, without the scheme's
 * own port. */
static bool take_endpoint(struct dynamo_client *d, const char *endpoint)
{
    bool tls = str_starts(str_of(endpoint), STR("https://"));
    struct str rest = str_of(endpoint), host;

    if (!tls && !str_starts(rest, STR("http://")))
        return false;
    rest = str_sub(rest, tls ? 8 : 7, rest.n);
    host = str_sub(rest, 0, str_index(rest, '/'));
    if (host.n < rest.n && rest.n - host.n > 1)
        return false; /* a path: no DynamoDB is below one */
    if (str_ends(host, tls ? STR(":443") : STR(":80")))
        host.n -= tls ? 4 : 3;
    if (host.n == 0 || host.n >= sizeof d->host || strcspn(endpoint, "@?# ") != strlen(endpoint))
        return false;
    (void)snprintf(d->host, sizeof d->host, "%.*s", STR_ARG(host));
    (void)snprintf(d->endpoint, sizeof d->endpoint, "%s://%s", tls ? "https" : "http", d->host);
    (void)snprintf(d->url, sizeof d->url, "%s/", d->endpoint);
    return true;
}

static enum status take_settings(struct dynamo_client *d, const struct dynamo_client_settings *s,
                                 struct err *err)
{
    static const char region[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
    static const char table[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
    char usual[512];

    if (!made_of(s->table, table, 3, sizeof d->table - 1))
        return err_reason(err, ST_INVALID, "setting",
                          "persistence.table: a table's name is 3 to 255 letters, digits, _ . -");
    if (!made_of(s->region, region, 1, sizeof d->region - 1))
        return err_reason(err, ST_INVALID, "setting",
                          "dynamodb.region: not the name of a region, such as us-east-1");
    (void)snprintf(d->table, sizeof d->table, "%s", s->table);
    (void)snprintf(d->region, sizeof d->region, "%s", s->region);
    (void)snprintf(usual, sizeof usual, "https://dynamodb.%s.amazonaws.com%s", d->region,
                   str_starts(str_of(d->region), STR("cn-")) ? ".cn" : "");
    if (!take_endpoint(d, s->endpoint && *s->endpoint ? s->endpoint : usual))
        return err_reason(err, ST_INVALID, "setting",
                          "dynamodb.endpoint: not a URL of scheme, host and port only");
    d->place = (struct dynamo_error_target){ d->table, d->region, d->endpoint };
    return ST_OK;
}

enum status dynamo_client_create(const struct dynamo_client_settings *settings, struct http *http,
                                 struct dynamo_client **ret_dynamo, struct err *err)
{
    struct dynamo_client *d = calloc(1, sizeof *d);
    enum status st = d ? take_settings(d, settings, err) : err_no_memory(err);

    if (st != ST_OK) {
        free(d);
        return st;
    }
    d->http = http;
    d->try_ms = settings->try_ms > 0 ? settings->try_ms : TRY_MS;
    d->credentials = aws_credentials_provider_create(settings->credentials, http);
    if (!d->credentials) {
        dynamo_client_free(d);
        return err_no_memory(err);
    }
    d->calls = metrics_family(settings->metrics, METRIC_COUNTER, "climacast_dynamodb_tries_total",
                              "operation,outcome", "Requests sent to DynamoDB.");
    d->seconds = metrics_family(settings->metrics, METRIC_HISTOGRAM, "climacast_dynamodb_seconds",
                                "operation", "Time of a call to DynamoDB, all its tries together.");
    d->units =
        metrics_family(settings->metrics, METRIC_COUNTER, "climacast_dynamodb_half_units_total",
                       "operation", "Capacity that DynamoDB has counted, in halves of a unit.");
    *ret_dynamo = d;
    return ST_OK;
}

void dynamo_client_free(struct dynamo_client *d)
{
    if (!d)
        return;
    aws_credentials_provider_free(d->credentials);
    free(d);
}

const char *dynamo_client_table(const struct dynamo_client *d)
{
    return d->table;
}

const char *dynamo_client_region(const struct dynamo_client *d)
{
    return d->region;
}

/* ---- one try ---- */

/* A request that is under way. */
struct run {
    struct dynamo_client *client;
    const char *operation;
    struct str body;
    int64_t deadline;
    bool newer_keys, newer_time; /* has been tried: not a second time */
    struct dynamo_client_response *answer;
};

static enum status send_signed(const struct run *r, const struct aws_credentials *keys,
                               int64_t time_s, struct http_response *response, struct err *err)
{
    struct dynamo_client *d = r->client;
    char target[64], stamp[SIGV4_STAMP];
    struct buf authorization = BUF_INIT(AUTHORIZATION_MAX);
    bool whole = strcmp(r->operation, "Scan") == 0 || strstr(r->operation, "Table");

    enum { LAST = 5 };
    struct http_header headers[LAST + 1] = {
        { STR("Content-Type"), STR("application/x-amz-json-1.0") },
        { STR("Host"), str_of(d->host) },
        { STR("X-Amz-Date"), { stamp, SIGV4_STAMP - 1 } },
        { STR("X-Amz-Target"), { target, 0 } },
    };
    size_t count = LAST - 1;
    struct sigv4_request signing = { STR("POST"), STR("/"), STR_NONE, headers, 0, r->body };
    struct sigv4_scope scope = { time_s, str_of(d->region), STR("dynamodb") };
    struct sigv4_key key = { str_of(keys->id), str_of(keys->secret) };
    struct http_request request = {
        .method = "POST",
        .url = d->url,
        .headers = headers,
        .body = r->body,
        .max_bytes = ANSWER_MAX,
        .deadline = r->deadline,
        .timeout_ms = whole ? LONG_TRY_MS : d->try_ms,
        .once = true,
    };
    enum status st;

    sigv4_stamp(time_s, stamp);
    headers[3].value.n =
        (size_t)snprintf(target, sizeof target, "DynamoDB_20120810.%s", r->operation);
    if (*keys->token)
        headers[count++] = (struct http_header){ STR("X-Amz-Security-Token"), str_of(keys->token) };
    signing.header_count = count;
    st = sigv4_authorization(&signing, &scope, &key, &authorization, err);
    headers[count++] = (struct http_header){ STR("Authorization"), buf_str(&authorization) };
    request.header_count = count;
    if (st == ST_OK)
        st = http_call(d->http, &request, response, err);
    else
        memset(response, 0, sizeof *response);
    buf_free(&authorization);
    return st;
}

/* Learn from an answer how far the server's clock is from ours. */
static void learn_time(struct dynamo_client *d, const char *date)
{
    int64_t theirs, off;

    if (!time_parse_http(str_of(date), &theirs))
        return;
    off = theirs - clock_wall_s();
    if (off > -SKEW_LEAST_S && off < SKEW_LEAST_S)
        off = 0;
    atomic_store_explicit(&d->skew_s, off, memory_order_relaxed);
}

static const char *const outcomes[] = {
    [DYNAMO_ERROR_NONE] = "ok",
    [DYNAMO_ERROR_CONFLICT] = "conflict",
    [DYNAMO_ERROR_FATAL] = "refused",
    [DYNAMO_ERROR_CLOCK_SKEW] = "clock_skew",
    [DYNAMO_ERROR_BAD_CREDENTIALS] = "credentials",
    [DYNAMO_ERROR_RETRYABLE] = "throttled",
    [DYNAMO_ERROR_UNKNOWN_OUTCOME] = "doubtful",
};

/* The answer came whole, or did not: what does it mean? */
static enum dynamo_error_class judge(struct run *r, enum status st, struct http_response *response,
                                     struct err *err)
{
    json_t *body = NULL;
    enum dynamo_error_class verdict;

    if (st == ST_INVALID || st == ST_SYSTEM || st == ST_TOO_LARGE)
        return DYNAMO_ERROR_FATAL;
    if (st != ST_OK) {
        struct err cause = err ? *err : ERR_NONE;
        if (err)
            err_clear(err);
        (void)err_reason(err, st, st == ST_TIMEOUT ? "timeout" : "unreachable", "DynamoDB: %s",
                         cause.text);
        return DYNAMO_ERROR_UNKNOWN_OUTCOME;
    }
    learn_time(r->client, response->date);
    body = json_loadb(buf_z(&response->body), response->body.n, JSON_ALLOW_NUL, NULL);
    verdict = dynamo_error_classify(response->status, body, buf_str(&response->body),
                                    response->crc32, &r->client->place, err);
    if (verdict == DYNAMO_ERROR_NONE)
        r->answer->body = body;
    else
        json_decref(body);
    return verdict;
}

static enum dynamo_error_class try_once(struct run *r, struct err *err)
{
    struct http_response response;
    struct aws_credentials keys;
    int64_t skew = atomic_load_explicit(&r->client->skew_s, memory_order_relaxed), learnt;
    enum dynamo_error_class verdict;
    enum status st = aws_credentials_provider_get(r->client->credentials, r->deadline, &keys, err);

    if (st != ST_OK)
        return DYNAMO_ERROR_FATAL;
    st = send_signed(r, &keys, clock_wall_s() + skew, &response, err);
    verdict = judge(r, st, &response, err);
    http_response_done(&response);
    learnt = atomic_load_explicit(&r->client->skew_s, memory_order_relaxed);
    if (verdict == DYNAMO_ERROR_CLOCK_SKEW && (r->newer_time || learnt == skew))
        verdict = DYNAMO_ERROR_FATAL;
    r->newer_time |= verdict == DYNAMO_ERROR_CLOCK_SKEW;
    if (verdict == DYNAMO_ERROR_BAD_CREDENTIALS) {
        aws_credentials_provider_reject(r->client->credentials, &keys);
        if (r->newer_keys)
            verdict = DYNAMO_ERROR_FATAL;
        r->newer_keys = true;
    }
    secret_wipe(&keys, sizeof keys);
    metric_add(metric_get(r->client->calls, r->operation, outcomes[verdict], NULL), 1);
    return verdict;
}

/* ---- all tries ---- */

/* The one of two faults that says more: what the server said, before that it said nothing. */
static struct err telling(const struct err *before, const struct err *now)
{
    bool silent = strcmp(now->reason, "timeout") == 0 || strcmp(now->reason, "unreachable") == 0;

    return silent && before->status != ST_OK ? *before : *now;
}

static enum status run(struct run *r, struct err *err)
{
    struct err before = ERR_NONE;
    struct backoff backoff = { .first_ms = WAIT_FIRST_MS,
                               .max_ms = WAIT_MAX_MS,
                               .waits_max = TRIES_MAX - 1 };

    for (;;) {
        struct err now = ERR_NONE;
        enum dynamo_error_class verdict = try_once(r, &now);
        switch (verdict) {
        case DYNAMO_ERROR_NONE:
            return ST_OK;
        case DYNAMO_ERROR_CONFLICT:
            return ST_CONFLICT;
        case DYNAMO_ERROR_CLOCK_SKEW:
        case DYNAMO_ERROR_BAD_CREDENTIALS:
            continue; /* at once, with what has been learnt */
        case DYNAMO_ERROR_UNKNOWN_OUTCOME:
            r->answer->outcome_unknown = true;
            break;
        case DYNAMO_ERROR_RETRYABLE:
        case DYNAMO_ERROR_FATAL:
        default:
            break;
        }
        before = telling(&before, &now);
        if (verdict == DYNAMO_ERROR_FATAL || !backoff_sleep(&backoff, r->deadline)) {
            if (err && err->status == ST_OK)
                *err = before;
            return before.status;
        }
    }
}

static void count_units(struct run *r)
{
    double units = 0;

    if ((json_num(r->answer->body, "ConsumedCapacity.CapacityUnits", &units) ||
         json_num(r->answer->body, "ConsumedCapacity.0.CapacityUnits", &units)) &&
        units > 0 && units < 1e6)
        metric_add(metric_get(r->client->units, r->operation, NULL, NULL),
                   (int64_t)(units * 2 + 0.5));
}

enum status dynamo_client_call(struct dynamo_client *d, const char *operation, json_t *request,
                               int64_t deadline, struct dynamo_client_response *answer,
                               struct err *err)
{
    struct run r = { .client = d, .operation = operation, .deadline = deadline, .answer = answer };
    int64_t start = clock_mono_us();
    char *body = NULL;
    enum status st;

    *answer = (struct dynamo_client_response){ NULL, false };
    /* A batch names its tables itself. */
    if (json_object_get(request, "RequestItems") ||
        json_object_set_new(request, "TableName", json_string(d->table)) == 0)
        body = json_dumps(request, JSON_COMPACT);
    json_decref(request);
    if (!body)
        return err_no_memory(err);
    r.body = str_of(body);
    if (r.body.n > REQUEST_MAX)
        st = err_reason(err, ST_TOO_LARGE, "item_too_large", "DynamoDB: a request of %zu bytes",
                        r.body.n);
    else
        st = run(&r, err);
    free(body);
    if (st == ST_OK)
        count_units(&r);
    metric_observe(metric_get(d->seconds, operation, NULL, NULL),
                   (double)(clock_mono_us() - start) / 1e6);
    return st;
}
