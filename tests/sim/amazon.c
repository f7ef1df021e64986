/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/amazon.c -- rules and the record, protected by one lock. */
#include "tests/sim/amazon.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { CALLS_MAX = 200000, RULES_MAX = 1000, TOKEN_S = 3600 };

struct amazon_sim {
    pthread_mutex_t lock; /* guards all that follows */
    json_t *calls, *rules;
    struct amazon_books books;
};

static void forget(struct amazon_sim *s)
{
    json_array_clear(s->calls);
    json_array_clear(s->rules);
    json_object_clear(s->books.tokens);
    json_object_clear(s->books.references);
}

struct amazon_sim *amazon_sim_create(void)
{
    struct amazon_sim *s = calloc(1, sizeof *s);

    if (!s)
        return NULL;
    pthread_mutex_init(&s->lock, NULL);
    s->calls = json_array();
    s->rules = json_array();
    s->books = (struct amazon_books){ .tokens = json_object(),
                                      .references = json_object(),
                                      .token_s = TOKEN_S };
    return s;
}

void amazon_sim_free(struct amazon_sim *s)
{
    if (!s)
        return;
    json_decref(s->calls);
    json_decref(s->rules);
    json_decref(s->books.tokens);
    json_decref(s->books.references);
    pthread_mutex_destroy(&s->lock);
    free(s);
}

/* ---- answering ---- */

static bool rule_fits(const json_t *rule, const char *service, const struct amazon_call *call)
{
    const char *of = json_string_value(json_object_get(rule, "service"));
    const char *match = json_string_value(json_object_get(rule, "match"));
    const json_t *times = json_object_get(rule, "times");

    if (times && json_integer_value(times) <= 0)
        return false;
    if (of && (!service || strcmp(of, service) != 0))
        return false;
    return !match || strstr(call->target, match) || strstr(call->host, match) ||
           str_find(call->body, str_of(match)) < call->body.n;
}

/* The first rule that fits, once less to come; NULL: none. */
static const json_t *take_rule(struct amazon_sim *s, const char *service,
                               const struct amazon_call *call)
{
    size_t i;
    json_t *rule;

    json_array_foreach (s->rules, i, rule) {
        const json_t *times = json_object_get(rule, "times");
        if (!rule_fits(rule, service, call))
            continue;
        if (times)
            json_object_set_new(rule, "times", json_integer(json_integer_value(times) - 1));
        return rule;
    }
    return NULL;
}

static void obey(const json_t *rule, struct reply *reply)
{
    const json_t *status = json_object_get(rule, "status"), *body = json_object_get(rule, "body");
    const char *retry_after = json_string_value(json_object_get(rule, "retryAfter"));
    char *text = body ? json_dumps(body, JSON_ENCODE_ANY | JSON_COMPACT) : NULL;
    const char *plain = json_string_value(body);

    reply_text(reply, status ? (unsigned)json_integer_value(status) : 200, "application/json",
               plain  ? plain
               : text ? text
                      : "");
    if (retry_after)
        snprintf(reply->retry_after, sizeof reply->retry_after, "%s", retry_after);
    free(text);
}

static void record(struct amazon_sim *s, const char *service, const struct amazon_call *call,
                   const struct fault *fault, unsigned status)
{
    json_t *o = json_object();

    json_object_set_new(o, "service", json_string(service ? service : ""));
    json_object_set_new(o, "method", json_string(call->method));
    json_object_set_new(o, "host", json_string(call->host));
    json_object_set_new(o, "sni", json_string(call->sni));
    json_object_set_new(o, "target", json_string(call->target));
    json_object_set(o, "headers", call->headers);
    json_object_set_new(o, "body", json_stringn(call->body.p ? call->body.p : "", call->body.n));
    json_object_set_new(o, "status", json_integer(fault->kind == FAULT_NONE ? (int)status : 0));
    if (json_array_size(s->calls) < CALLS_MAX)
        json_array_append(s->calls, o);
    json_decref(o);
}

void amazon_sim_respond(struct amazon_sim *s, const struct amazon_call *call,
                        const struct fault *fault, struct reply *reply)
{
    const char *service = amazon_service_of(call);

    pthread_mutex_lock(&s->lock);
    const json_t *rule = take_rule(s, service, call);
    if (rule)
        obey(rule, reply);
    else if (fault->kind == FAULT_NONE || fault->kind == FAULT_DELAY)
        amazon_service_respond(&s->books, service, call, reply);
    else
        reply_text(reply, 200, "application/json", "{}");
    record(s, service, call, fault, reply->status);
    pthread_mutex_unlock(&s->lock);
}

/* ---- control ---- */

static void write_calls(struct amazon_sim *s, const struct doc_request *request,
                        struct reply *reply)
{
    const char *from = doc_param(request, "from");
    size_t first = from ? (size_t)strtoul(from, NULL, 10) : 0;
    json_t *out = json_object(), *calls = json_array();

    for (size_t i = first; i < json_array_size(s->calls); i++)
        json_array_append(calls, json_array_get(s->calls, i));
    json_object_set_new(out, "total", json_integer((json_int_t)json_array_size(s->calls)));
    json_object_set_new(out, "calls", calls);
    char *text = json_dumps(out, JSON_COMPACT);
    reply_text(reply, 200, "application/json", text ? text : "{}");
    free(text);
    json_decref(out);
}

static void set(const json_t *o, const char *name, char *out, size_t size)
{
    const char *value = json_string_value(json_object_get(o, name));

    if (value)
        snprintf(out, size, "%s", value);
}

static void change_settings(struct amazon_sim *s, const json_t *o)
{
    const json_t *seconds = json_object_get(o, "tokenSeconds");

    set(o, "clientId", s->books.client_id, sizeof s->books.client_id);
    set(o, "clientSecret", s->books.client_secret, sizeof s->books.client_secret);
    if (json_is_integer(seconds))
        s->books.token_s = json_integer_value(seconds);
    if (json_is_true(json_object_get(o, "expire")))
        json_object_clear(s->books.tokens);
}

void amazon_sim_control(struct amazon_sim *s, const char *method, const struct doc_request *request,
                        struct str body, struct reply *reply)
{
    json_t *o = json_loadb(body.p ? body.p : "", body.n, 0, NULL);

    reply_text(reply, 200, "application/json", "{}");
    pthread_mutex_lock(&s->lock);
    if (strcmp(method, "GET") == 0)
        write_calls(s, request, reply);
    else if (strcmp(method, "DELETE") == 0)
        forget(s);
    else if (!json_is_object(o))
        reply_text(reply, 400, "text/plain", "not an object\n");
    else if (strcmp(method, "PUT") == 0)
        change_settings(s, o);
    else if (json_array_size(s->rules) >= RULES_MAX)
        reply_text(reply, 400, "text/plain", "too many rules\n");
    else
        json_array_append(s->rules, o);
    pthread_mutex_unlock(&s->lock);
    json_decref(o);
}
