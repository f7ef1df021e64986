/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/control.c -- the /_sim/ endpoints. */
#include "tests/sim/control.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/time_text.h"

struct control_call {
    struct state *state;
    const struct doc_request *request;
    struct str body;
    struct reply *reply;
};

static void respond_error(struct control_call *c, const char *why)
{
    reply_text(c->reply, 400, "text/plain", why);
}

static void respond_ok(struct control_call *c)
{
    reply_text(c->reply, 200, "application/json", "{}");
}

static double number_member(const json_t *o, const char *name, double otherwise)
{
    const json_t *value = json_object_get(o, name);

    return json_is_number(value) ? json_number_value(value) : otherwise;
}

static void add_fault(struct control_call *c)
{
    json_t *o = json_loadb(c->body.p ? c->body.p : "", c->body.n, 0, NULL);
    const char *kind = json_string_value(json_object_get(o, "kind"));
    const char *match = json_string_value(json_object_get(o, "match"));
    struct fault f = { .status = (int)number_member(o, "status", 0.0),
                       .ms = (int)number_member(o, "ms", 0.0),
                       .times = (long)number_member(o, "times", -1.0),
                       .probability = number_member(o, "probability", 1.0) };

    if (!kind || !state_parse_fault_kind(kind, &f.kind) ||
        (match && strlen(match) >= sizeof f.match)) {
        respond_error(c, "kind missing or unknown, or match too long\n");
    } else {
        snprintf(f.match, sizeof f.match, "%s", match ? match : "");
        if (state_fault_add(c->state, &f))
            respond_ok(c);
        else
            respond_error(c, "too many faults\n");
    }
    json_decref(o);
}

static void clear_faults(struct control_call *c)
{
    state_fault_clear(c->state);
    respond_ok(c);
}

static void get_log(struct control_call *c)
{
    json_t *log = state_log_json(c->state);
    char *text = json_dumps(log, JSON_INDENT(1) | JSON_SORT_KEYS);

    reply_text(c->reply, 200, "application/json", text ? text : "{}");
    free(text);
    json_decref(log);
}

static void clear_log(struct control_call *c)
{
    state_log_clear(c->state);
    respond_ok(c);
}

static void put_document(struct control_call *c)
{
    const char *path = doc_param(c->request, "path"), *status = doc_param(c->request, "status");

    if (!path || path[0] != '/')
        respond_error(c, "path missing\n");
    else if (!state_document_put(c->state, path, status ? (int)strtol(status, NULL, 10) : 200,
                                 c->body.p ? c->body.p : "", c->body.n))
        respond_error(c, "too many documents\n");
    else
        respond_ok(c);
}

static void clear_documents(struct control_call *c)
{
    state_document_clear(c->state);
    respond_ok(c);
}

static void get_now(struct control_call *c)
{
    char text[32];

    time_format_rfc3339(state_now(c->state), text);
    reply_text(c->reply, 200, "text/plain", text);
}

static void set_now(struct control_call *c)
{
    int64_t t;
    struct str text = str_trim(c->body);

    if (text.n == 0)
        state_use_real_time(c->state);
    else if (time_parse_rfc3339(text, &t) && t > 0)
        state_set_now(c->state, t);
    else {
        respond_error(c, "not an RFC 3339 time\n");
        return;
    }
    respond_ok(c);
}

void control_handle(struct state *state, struct amazon_sim *amazon, const char *method,
                    const struct doc_request *request, struct str body, struct reply *reply)
{
    static const struct {
        const char *method, *name;
        void (*run)(struct control_call *c);
    } calls[] = {
        { "POST", "fault", add_fault }, { "DELETE", "fault", clear_faults },
        { "GET", "log", get_log },      { "DELETE", "log", clear_log },
        { "PUT", "doc", put_document }, { "DELETE", "doc", clear_documents },
        { "GET", "now", get_now },      { "PUT", "now", set_now },
    };
    struct control_call c = { state, request, body, reply };

    if (amazon && request->part_count == 2 && strcmp(request->parts[1], "amazon") == 0) {
        amazon_sim_control(amazon, method, request, body, reply);
        return;
    }
    for (size_t i = 0; i < sizeof calls / sizeof calls[0] && request->part_count == 2; i++) {
        if (strcmp(calls[i].method, method) == 0 && strcmp(calls[i].name, request->parts[1]) == 0) {
            calls[i].run(&c);
            return;
        }
    }
    reply_text(reply, 404, "text/plain", "unknown control request\n");
}
