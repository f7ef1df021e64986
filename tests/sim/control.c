/* SPDX-License-Identifier: Apache-2.0 */
/* tests/sim/control.c -- the control calls, as a table of method and name. */
#include "tests/sim/control.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/time_text.h"

struct call {
    struct state *state;
    const struct ask *ask;
    struct str body;
    struct reply *reply;
};

static void refuse(struct call *c, const char *why)
{
    reply_text(c->reply, 400, "text/plain", why);
}

static void accept_call(struct call *c)
{
    reply_text(c->reply, 200, "application/json", "{}");
}

static double member(const json_t *o, const char *name, double otherwise)
{
    const json_t *value = json_object_get(o, name);

    return json_is_number(value) ? json_number_value(value) : otherwise;
}

static void add_fault(struct call *c)
{
    json_t *o = json_loadb(c->body.p ? c->body.p : "", c->body.n, 0, NULL);
    const char *kind = json_string_value(json_object_get(o, "kind"));
    const char *match = json_string_value(json_object_get(o, "match"));
    struct fault f = { .status = (int)member(o, "status", 0.0),
                       .ms = (int)member(o, "ms", 0.0),
                       .times = (long)member(o, "times", -1.0),
                       .probability = member(o, "probability", 1.0) };

    if (!kind || !fault_kind_parse(kind, &f.kind) || (match && strlen(match) >= sizeof f.match)) {
        refuse(c, "kind missing or unknown, or match too long\n");
    } else {
        snprintf(f.match, sizeof f.match, "%s", match ? match : "");
        if (state_fault_add(c->state, &f))
            accept_call(c);
        else
            refuse(c, "too many faults\n");
    }
    json_decref(o);
}

static void clear_faults(struct call *c)
{
    state_fault_clear(c->state);
    accept_call(c);
}

static void give_log(struct call *c)
{
    json_t *log = state_log_json(c->state);
    char *text = json_dumps(log, JSON_INDENT(1) | JSON_SORT_KEYS);

    reply_text(c->reply, 200, "application/json", text ? text : "{}");
    free(text);
    json_decref(log);
}

static void clear_log(struct call *c)
{
    state_log_clear(c->state);
    accept_call(c);
}

static void put_document(struct call *c)
{
    const char *path = ask_param(c->ask, "path"), *status = ask_param(c->ask, "status");

    if (!path || path[0] != '/')
        refuse(c, "path missing\n");
    else if (!state_document_put(c->state, path, status ? (int)strtol(status, NULL, 10) : 200,
                                 c->body.p ? c->body.p : "", c->body.n))
        refuse(c, "too many documents\n");
    else
        accept_call(c);
}

static void clear_documents(struct call *c)
{
    state_document_clear(c->state);
    accept_call(c);
}

static void give_now(struct call *c)
{
    char text[32];

    time_format_rfc3339(state_now(c->state), text);
    reply_text(c->reply, 200, "text/plain", text);
}

static void set_now(struct call *c)
{
    int64_t t;
    struct str text = str_trim(c->body);

    if (text.n == 0)
        state_run_now(c->state);
    else if (time_parse_rfc3339(text, &t) && t > 0)
        state_set_now(c->state, t);
    else {
        refuse(c, "not an instant\n");
        return;
    }
    accept_call(c);
}

void control(struct state *state, const char *method, const struct ask *ask, struct str body,
             struct reply *reply)
{
    static const struct {
        const char *method, *name;
        void (*run)(struct call *c);
    } calls[] = {
        { "POST", "fault", add_fault }, { "DELETE", "fault", clear_faults },
        { "GET", "log", give_log },     { "DELETE", "log", clear_log },
        { "PUT", "doc", put_document }, { "DELETE", "doc", clear_documents },
        { "GET", "now", give_now },     { "PUT", "now", set_now },
    };
    struct call c = { state, ask, body, reply };
    for (size_t i = 0; i < sizeof calls / sizeof calls[0] && ask->part_count == 2; i++) {
        if (strcmp(calls[i].method, method) == 0 && strcmp(calls[i].name, ask->parts[1]) == 0) {
            calls[i].run(&c);
            return;
        }
    }
    reply_text(reply, 404, "text/plain", "no such call\n");
}
