/* SPDX-License-Identifier: Apache-2.0 */
/* cache/dynamo/client.c -- a DynamoDB client: JSON protocol 1.0 over HTTP, signed with Signature
 * Version 4.
 *
 * All retries happen here: libcurl is told not to resend a request on its own (`once`), because
 * only this file tracks what a second attempt may mean. Each attempt has a timeout of its own, so
 * that one lost packet does not use up the whole deadline. Responses are never compressed, because
 * their checksum covers the body as sent. */
#include "cache/dynamo/client.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache/dynamo/attribute_value.h"
#include "cache/dynamo/error.h"
#include "cache/dynamo/sigv4.h"
#include "server/base/backoff.h"
#include "server/base/clock.h"
#include "server/base/json.h"
#include "server/base/secret.h"
#include "server/base/time_text.h"

enum {
    TRY_MS = 2000,       /* timeout of one attempt at an item, by default */
    TRY_MIN_MS = 200,    /* even if little time is left */
    LONG_TRY_MS = 10000, /* of one at a page of a scan, or at a table */
    BACKOFF_FIRST_MS = 25,
    BACKOFF_MAX_MS = 1000,
    TRIES_MAX = 30,
    SKEW_MIN_S = 20, /* a smaller clock difference is ignored */
    RESPONSE_MAX = 16 * 1024 * 1024,
    REQUEST_MAX = 4 * 1024 * 1024,
    AUTHORIZATION_MAX = 2048,
    HOST_MAX = 256,
};

struct dynamo_client {
    struct http *http;
    struct aws_credentials_provider *credentials;
    struct dynamo_error_target target;
    char table[256], region[64], endpoint[512], url[520], host[HOST_MAX];
    int64_t try_ms;
    atomic_int_least64_t skew_s; /* the server's clock minus the local one */
    struct metric_family *tries, *seconds, *half_units;
};

/* ---- settings ---- */

static bool consists_of(const char *text, const char *allowed, size_t min, size_t max)
{
    size_t n = text ? strlen(text) : 0;

    return n >= min && n <= max && strspn(text, allowed) == n;
}

/* Splits "https://host:port/". The Host header leaves out the scheme's default port, as the server
 * does when it checks the signature. */
static bool set_endpoint(struct dynamo_client *c, const char *endpoint)
{
    bool tls = str_starts(str_of(endpoint), STR("https://"));
    struct str rest = str_of(endpoint), host;

    if (!tls && !str_starts(rest, STR("http://")))
        return false;
    rest = str_sub(rest, tls ? 8 : 7, rest.n);
    host = str_sub(rest, 0, str_index(rest, '/'));
    if (host.n < rest.n && rest.n - host.n > 1)
        return false; /* DynamoDB has no path */
    if (str_ends(host, tls ? STR(":443") : STR(":80")))
        host.n -= tls ? 4 : 3;
    if (host.n == 0 || host.n >= sizeof c->host || strcspn(endpoint, "@?# ") != strlen(endpoint))
        return false;
    (void)snprintf(c->host, sizeof c->host, "%.*s", STR_ARG(host));
    (void)snprintf(c->endpoint, sizeof c->endpoint, "%s://%s", tls ? "https" : "http", c->host);
    (void)snprintf(c->url, sizeof c->url, "%s/", c->endpoint);
    return true;
}

static enum status apply_settings(struct dynamo_client *c, const struct dynamo_client_settings *s,
                                  struct err *err)
{
    static const char region[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
    static const char table[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
    char default_endpoint[512];

    if (!consists_of(s->table, table, 3, sizeof c->table - 1))
        return err_reason(err, ST_INVALID, "setting",
                          "persistence.table: a table name is 3 to 255 letters, digits, _ . -");
    if (!consists_of(s->region, region, 1, sizeof c->region - 1))
        return err_reason(err, ST_INVALID, "setting",
                          "dynamodb.region: not the name of a region, such as us-east-1");
    (void)snprintf(c->table, sizeof c->table, "%s", s->table);
    (void)snprintf(c->region, sizeof c->region, "%s", s->region);
    (void)snprintf(default_endpoint, sizeof default_endpoint, "https://dynamodb.%s.amazonaws.com%s",
                   c->region, str_starts(str_of(c->region), STR("cn-")) ? ".cn" : "");
    if (!set_endpoint(c, s->endpoint && *s->endpoint ? s->endpoint : default_endpoint))
        return err_reason(err, ST_INVALID, "setting",
                          "dynamodb.endpoint: not a URL with only a scheme, a host and a port");
    c->target = (struct dynamo_error_target){ c->table, c->region, c->endpoint };
    return ST_OK;
}

enum status dynamo_client_create(const struct dynamo_client_settings *settings, struct http *http,
                                 struct dynamo_client **ret_client, struct err *err)
{
    struct dynamo_client *c = calloc(1, sizeof *c);
    enum status st = c ? apply_settings(c, settings, err) : err_no_memory(err);

    if (st != ST_OK) {
        free(c);
        return st;
    }
    c->http = http;
    c->try_ms = settings->try_ms > 0 ? settings->try_ms : TRY_MS;
    c->credentials = aws_credentials_provider_create(settings->credentials, http);
    if (!c->credentials) {
        dynamo_client_free(c);
        return err_no_memory(err);
    }
    c->tries = metrics_family(settings->metrics, METRIC_COUNTER, "climacast_dynamodb_tries_total",
                              "operation,outcome", "Requests sent to DynamoDB.");
    c->seconds = metrics_family(settings->metrics, METRIC_HISTOGRAM, "climacast_dynamodb_seconds",
                                "operation", "Duration of a DynamoDB call, retries included.");
    c->half_units =
        metrics_family(settings->metrics, METRIC_COUNTER, "climacast_dynamodb_half_units_total",
                       "operation", "Capacity consumed, as reported by DynamoDB, in half units.");
    *ret_client = c;
    return ST_OK;
}

void dynamo_client_free(struct dynamo_client *c)
{
    if (!c)
        return;
    aws_credentials_provider_free(c->credentials);
    free(c);
}

const char *dynamo_client_table(const struct dynamo_client *c)
{
    return c->table;
}

const char *dynamo_client_region(const struct dynamo_client *c)
{
    return c->region;
}

/* ---- one attempt ---- */

/* A call in progress. */
struct call {
    struct dynamo_client *client;
    const char *operation;
    struct str body;
    int64_t deadline;
    bool renewed_credentials, corrected_clock; /* each is tried only once */
    bool outcome_unknown;                      /* the last attempt may have been carried out */
    struct dynamo_client_response *response;
};

/* The headers of one signed request, and the buffers that some of them point into. */
struct signed_headers {
    struct http_header list[6];
    size_t count;
    char target[64], stamp[SIGV4_STAMP_SIZE];
    struct buf authorization;
};

static void add_header(struct signed_headers *h, struct str name, struct str value)
{
    h->list[h->count++] = (struct http_header){ name, value };
}

static enum status sign_headers(const struct call *call, const struct aws_credentials *credentials,
                                int64_t time_s, struct signed_headers *h, struct err *err)
{
    const struct dynamo_client *c = call->client;
    const struct sigv4_scope scope = { time_s, str_of(c->region), STR("dynamodb") };
    const struct sigv4_key key = { str_of(credentials->id), str_of(credentials->secret) };
    struct sigv4_request request = { STR("POST"), STR("/"), STR_NONE, h->list, 0, call->body };
    enum status st;

    sigv4_stamp(time_s, h->stamp);
    (void)snprintf(h->target, sizeof h->target, "DynamoDB_20120810.%s", call->operation);
    add_header(h, STR("Content-Type"), STR("application/x-amz-json-1.0"));
    add_header(h, STR("Host"), str_of(c->host));
    add_header(h, STR("X-Amz-Date"), str_of(h->stamp));
    add_header(h, STR("X-Amz-Target"), str_of(h->target));
    if (*credentials->token)
        add_header(h, STR("X-Amz-Security-Token"), str_of(credentials->token));
    request.header_count = h->count;
    st = sigv4_authorization(&request, &scope, &key, &h->authorization, err);
    add_header(h, STR("Authorization"), buf_str(&h->authorization));
    return st;
}

/* Half of the time that is left, so that one lost packet does not use up a short deadline. */
static int64_t attempt_ms(int64_t deadline, int64_t max_ms)
{
    int64_t half = clock_left_ms(deadline) / 2;

    if (half < TRY_MIN_MS)
        half = TRY_MIN_MS;
    return half < max_ms ? half : max_ms;
}

static enum status send_signed(const struct call *call, const struct aws_credentials *credentials,
                               int64_t time_s, struct http_response *response, struct err *err)
{
    struct dynamo_client *c = call->client;
    struct signed_headers headers = { .authorization = BUF_INIT(AUTHORIZATION_MAX) };
    bool slow = strcmp(call->operation, "Scan") == 0 || strstr(call->operation, "Table");
    enum status st = sign_headers(call, credentials, time_s, &headers, err);
    const struct http_request request = {
        .method = "POST",
        .url = c->url,
        .headers = headers.list,
        .header_count = headers.count,
        .body = call->body,
        .max_bytes = RESPONSE_MAX,
        .deadline = call->deadline,
        .timeout_ms = attempt_ms(call->deadline, slow ? LONG_TRY_MS : c->try_ms),
        .once = true,
    };

    if (st == ST_OK)
        st = http_call(c->http, &request, response, err);
    else
        memset(response, 0, sizeof *response);
    buf_free(&headers.authorization);
    return st;
}

/* Learns from a response's Date header how far the server's clock is from the local one. */
static void learn_clock_skew(struct dynamo_client *c, const char *date)
{
    int64_t server_s, skew;

    if (!time_parse_http(str_of(date), &server_s))
        return;
    skew = server_s - clock_wall_s();
    if (skew > -SKEW_MIN_S && skew < SKEW_MIN_S)
        skew = 0;
    atomic_store_explicit(&c->skew_s, skew, memory_order_relaxed);
}

/* Label values of climacast_dynamodb_tries_total. */
static const char *const outcomes[] = {
    [DYNAMO_ERROR_NONE] = "ok",
    [DYNAMO_ERROR_CONFLICT] = "conflict",
    [DYNAMO_ERROR_FATAL] = "refused",
    [DYNAMO_ERROR_CLOCK_SKEW] = "clock_skew",
    [DYNAMO_ERROR_BAD_CREDENTIALS] = "credentials",
    [DYNAMO_ERROR_RETRYABLE] = "throttled",
    [DYNAMO_ERROR_UNKNOWN_OUTCOME] = "doubtful",
};

/* Classifies what came of an attempt: `st` is that of the HTTP call. */
static enum dynamo_error_class classify_attempt(struct call *call, enum status st,
                                                struct http_response *response, struct err *err)
{
    json_t *body = NULL;
    enum dynamo_error_class kind;

    call->outcome_unknown = response->sent;
    if (st == ST_INVALID || st == ST_SYSTEM || st == ST_TOO_LARGE)
        return DYNAMO_ERROR_FATAL;
    if (st != ST_OK) {
        struct err cause = *err;
        err_clear(err);
        (void)err_reason(err, st, st == ST_TIMEOUT ? "timeout" : "unreachable", "DynamoDB: %s",
                         cause.text);
        return DYNAMO_ERROR_UNKNOWN_OUTCOME;
    }
    learn_clock_skew(call->client, response->date);
    if (json_parse_with_nul(buf_str(&response->body), &body, NULL) == ST_SYSTEM) {
        (void)err_no_memory(err);
        return DYNAMO_ERROR_FATAL;
    }
    kind = dynamo_error_classify(response->status, body, buf_str(&response->body), response->crc32,
                                 &call->client->target, err);
    call->outcome_unknown = kind == DYNAMO_ERROR_UNKNOWN_OUTCOME;
    if (kind == DYNAMO_ERROR_NONE)
        call->response->body = body;
    else
        json_decref(body);
    return kind;
}

static enum dynamo_error_class try_once(struct call *call, struct err *err)
{
    struct dynamo_client *c = call->client;
    struct http_response response;
    struct aws_credentials credentials;
    int64_t skew = atomic_load_explicit(&c->skew_s, memory_order_relaxed), learned;
    enum dynamo_error_class kind;
    enum status st =
        aws_credentials_provider_get(c->credentials, call->deadline, &credentials, err);

    call->outcome_unknown = false;
    if (st != ST_OK)
        return DYNAMO_ERROR_FATAL;
    st = send_signed(call, &credentials, clock_wall_s() + skew, &response, err);
    kind = classify_attempt(call, st, &response, err);
    http_response_done(&response);
    learned = atomic_load_explicit(&c->skew_s, memory_order_relaxed);
    if (kind == DYNAMO_ERROR_CLOCK_SKEW && (call->corrected_clock || learned == skew))
        kind = DYNAMO_ERROR_FATAL;
    call->corrected_clock |= kind == DYNAMO_ERROR_CLOCK_SKEW;
    if (kind == DYNAMO_ERROR_BAD_CREDENTIALS) {
        aws_credentials_provider_reject(c->credentials, &credentials);
        if (call->renewed_credentials)
            kind = DYNAMO_ERROR_FATAL;
        call->renewed_credentials = true;
    }
    secret_wipe(&credentials, sizeof credentials);
    metric_add(metric_get(c->tries, call->operation, outcomes[kind], NULL), 1);
    return kind;
}

/* ---- a call with its retries ---- */

/* The more informative of two errors: what the server said rather than that it did not respond. */
static struct err more_informative(const struct err *before, const struct err *now)
{
    bool silent = strcmp(now->reason, "timeout") == 0 || strcmp(now->reason, "unreachable") == 0;

    return silent && before->status != ST_OK ? *before : *now;
}

static enum status try_until_deadline(struct call *call, struct err *err)
{
    struct err reported = ERR_NONE;
    struct backoff backoff = { .first_ms = BACKOFF_FIRST_MS,
                               .max_ms = BACKOFF_MAX_MS,
                               .waits_max = TRIES_MAX - 1 };

    for (;;) {
        struct err now = ERR_NONE;
        enum dynamo_error_class kind = try_once(call, &now);
        call->response->outcome_unknown |= call->outcome_unknown;
        switch (kind) {
        case DYNAMO_ERROR_NONE:
            return ST_OK;
        case DYNAMO_ERROR_CONFLICT:
            return ST_CONFLICT;
        case DYNAMO_ERROR_CLOCK_SKEW:
        case DYNAMO_ERROR_BAD_CREDENTIALS:
            continue; /* at once, with the corrected time or new credentials */
        case DYNAMO_ERROR_UNKNOWN_OUTCOME:
        case DYNAMO_ERROR_RETRYABLE:
        case DYNAMO_ERROR_FATAL:
        default:
            break;
        }
        reported = more_informative(&reported, &now);
        if (kind == DYNAMO_ERROR_FATAL || !backoff_sleep(&backoff, call->deadline)) {
            if (err && err->status == ST_OK)
                *err = reported;
            return reported.status;
        }
    }
}

static void count_capacity(const struct call *call)
{
    const json_t *body = call->response->body;
    double units = 0;

    if ((json_num(body, "ConsumedCapacity.CapacityUnits", &units) ||
         json_num(body, "ConsumedCapacity.0.CapacityUnits", &units)) &&
        units > 0 && units < 1e6)
        metric_add(metric_get(call->client->half_units, call->operation, NULL, NULL),
                   (int64_t)(units * 2 + 0.5));
}

enum status dynamo_client_call(struct dynamo_client *c, const char *operation, json_t *request,
                               int64_t deadline, struct dynamo_client_response *ret_response,
                               struct err *err)
{
    struct call call = {
        .client = c, .operation = operation, .deadline = deadline, .response = ret_response
    };
    int64_t start_us = clock_mono_us();
    struct buf body = BUF_INIT(REQUEST_MAX);
    enum status st = ST_OK;

    *ret_response = (struct dynamo_client_response){ NULL, false };
    if (json_object_get(request, "RequestItems") ||
        json_object_set_new(request, "TableName", json_string(c->table)) == 0)
        json_put(&body, request);
    else
        st = err_no_memory(err);
    json_decref(request);
    call.body = buf_str(&body);
    if (body.full)
        st = err_reason(err, ST_TOO_LARGE, "item_too_large",
                        "DynamoDB: a request of more than %d bytes", REQUEST_MAX);
    else if (body.failed)
        st = err_no_memory(err);
    if (st == ST_OK)
        st = try_until_deadline(&call, err);
    buf_free(&body);
    if (st == ST_OK)
        count_capacity(&call);
    metric_observe(metric_get(c->seconds, operation, NULL, NULL),
                   (double)(clock_mono_us() - start_us) / 1e6);
    return st;
}

/* ---- operations on one item ---- */

/* {"Key": {"id": {"S": id}}} with the expressions of `e`, which is freed. */
static enum status item_request(struct str id, struct dynamo_expression *e, json_t **ret_request,
                                struct err *err)
{
    json_t *request = json_pack("{s:{s:o},s:s}", "Key", "id", attribute_value_make_string(id),
                                "ReturnConsumedCapacity", "TOTAL");
    enum status st = request ? dynamo_expression_finish(e, request, err) : err_no_memory(err);

    dynamo_expression_done(e);
    if (st == ST_OK)
        *ret_request = request;
    else
        json_decref(request);
    return st;
}

enum status dynamo_client_get_item(struct dynamo_client *c, struct str id,
                                   struct dynamo_expression *e, bool consistent, int64_t deadline,
                                   json_t **ret_item, struct err *err)
{
    struct dynamo_client_response response = { NULL, false };
    json_t *request = NULL;
    enum status st = item_request(id, e, &request, err);

    if (st != ST_OK)
        return st;
    if (consistent && json_object_set_new(request, "ConsistentRead", json_true()) != 0) {
        json_decref(request);
        return err_no_memory(err);
    }
    st = dynamo_client_call(c, "GetItem", request, deadline, &response, err);
    if (st == ST_OK)
        *ret_item = json_incref(json_object_get(response.body, "Item"));
    json_decref(response.body);
    return st;
}

/* `returned`: what DynamoDB reports of the item before the change, if the caller asks for it. */
static enum status change_item(struct dynamo_client *c, const char *operation, struct str id,
                               struct dynamo_expression *e, const char *returned, int64_t deadline,
                               bool *ret_outcome_unknown, json_t **ret_before, struct err *err)
{
    struct dynamo_client_response response = { NULL, false };
    json_t *request = NULL;
    enum status st = item_request(id, e, &request, err);

    if (st != ST_OK)
        return st;
    if (ret_before && json_object_set_new(request, "ReturnValues", json_string(returned)) != 0) {
        json_decref(request);
        return err_no_memory(err);
    }
    st = dynamo_client_call(c, operation, request, deadline, &response, err);
    if (ret_outcome_unknown)
        *ret_outcome_unknown = response.outcome_unknown;
    if (st != ST_OK && st != ST_CONFLICT && response.outcome_unknown)
        err_mark_unknown(err);
    if (st == ST_OK && ret_before)
        *ret_before = json_incref(json_object_get(response.body, "Attributes"));
    json_decref(response.body);
    return st;
}

enum status dynamo_client_update_item(struct dynamo_client *c, struct str id,
                                      struct dynamo_expression *e, int64_t deadline,
                                      bool *ret_outcome_unknown, json_t **ret_before,
                                      struct err *err)
{
    return change_item(c, "UpdateItem", id, e, "UPDATED_OLD", deadline, ret_outcome_unknown,
                       ret_before, err);
}

enum status dynamo_client_delete_item(struct dynamo_client *c, struct str id,
                                      struct dynamo_expression *e, int64_t deadline,
                                      bool *ret_outcome_unknown, json_t **ret_before,
                                      struct err *err)
{
    return change_item(c, "DeleteItem", id, e, "ALL_OLD", deadline, ret_outcome_unknown, ret_before,
                       err);
}
