/* SPDX-License-Identifier: Apache-2.0 */
/* server/pipeline.c -- the order of SPEC section 3.1 and 3.2, and one log line for each request. */
#include "server/pipeline.h"

#include <string.h>

#include "server/base/clock.h"
#include "server/base/digest.h"
#include "server/base/json.h"
#include "server/reason.h"

enum {
    TURN_BYTES_MAX = 4 * 1024 * 1024, /* arena of one turn */
    ARENAS_KEPT = 8,                  /* one for each thread that is busy at once, about */
    OUT_BYTES_MAX = 64 * 1024,        /* response_write() keeps its own, smaller bound */
    OUT_BYTES_USUAL = 2000,
    REFUSALS_LOGGED_PER_SECOND = 20,
};

enum status pipeline_init(struct pipeline *p, struct services *parts, struct verify *verify,
                          struct err *err)
{
    *p = (struct pipeline){ .parts = parts, .verify = verify };
    p->arenas = arena_pool_create(TURN_BYTES_MAX, ARENAS_KEPT);
    if (!p->arenas)
        return err_no_memory(err);
    p->requests = metrics_family(parts->metrics, METRIC_COUNTER, "climacast_requests_total",
                                 "intent,outcome", "Verified requests answered.");
    p->seconds = metrics_family(parts->metrics, METRIC_HISTOGRAM, "climacast_request_seconds",
                                "intent", "From the headers read to the answer made.");
    p->refusals = metrics_family(parts->metrics, METRIC_COUNTER, "climacast_refusals_total",
                                 "reason", "Requests refused, by reason.");
    return ST_OK;
}

void pipeline_done(struct pipeline *p)
{
    arena_pool_free(p->arenas);
    p->arenas = NULL;
}

static void put_error(struct buf *out, const char *reason)
{
    buf_reset(out);
    buf_putz(out, "{\"error\":");
    json_put_string(out, str_of(reason));
    buf_putz(out, "}");
}

void pipeline_reject(struct pipeline *p, struct pipeline_exchange *x, const char *reason,
                     const char *message)
{
    int64_t suppressed;

    if (x->out.max == 0)
        x->out.max = OUT_BYTES_MAX;
    x->status = reason_http_status(reason);
    if (x->status == 0)
        x->status = 400;
    x->stage = PIPELINE_DONE;
    put_error(&x->out, reason);
    metric_add(metric_get(p->refusals, reason, NULL, NULL), 1);
    if (!log_gate_open(&p->refusal_gate, REFUSALS_LOGGED_PER_SECOND, &suppressed))
        return;
    struct str id = x->has_envelope ? x->envelope.request_id : STR_NONE;
    log_line(p->parts->log, LOG_INFO, "refused", LOG_INT("status", x->status),
             LOG_TEXT("reason", reason), LOG_TEXT("error", message), LOG_STR("id", id),
             LOG_INT("suppressed", suppressed));
}

static enum status run_bytes(struct pipeline *p, struct pipeline_exchange *x, int64_t deadline,
                             struct err *err)
{
    enum status st = verify_body(p->verify, &x->signature, x->body, deadline, err);

    if (st == ST_OK)
        x->stage = PIPELINE_ENVELOPE;
    return st;
}

static enum status run_envelope(struct pipeline *p, struct pipeline_exchange *x, struct err *err)
{
    x->arena = arena_pool_take(p->arenas);
    if (!x->arena)
        return err_reason(err, ST_SYSTEM, "overloaded", "out of memory");
    enum status st = envelope_parse(x->body, x->arena, &x->envelope, err);
    if (st != ST_OK)
        return st;
    x->has_envelope = true;
    x->turn_start = arena_mark(x->arena);
    const struct envelope *e = &x->envelope;
    struct verify_claims claims = { e->timestamp, e->application_id, e->request_id,
                                    e->request_type };
    enum verify_outcome outcome;
    st = verify_envelope(p->verify, &claims, &outcome, err);
    if (st != ST_OK)
        return st;
    x->claimed = outcome == VERIFY_NEW;
    x->stage = PIPELINE_ANSWER;
    if (outcome == VERIFY_REPEATED) {
        x->turn_log.intent = "AlexaSkillEvent";
        x->turn_log.outcome = "repeated";
        buf_putz(&x->out, "{\"version\":\"1.0\",\"response\":{}}");
        x->stage = PIPELINE_DONE;
    }
    return ST_OK;
}

static enum status run_answer(struct pipeline *p, struct pipeline_exchange *x, int64_t deadline,
                              struct err *err)
{
    arena_rewind(x->arena, x->turn_start);
    buf_reset(&x->out);
    (void)buf_reserve(&x->out, OUT_BYTES_USUAL);
    struct call call = { .arena = x->arena,
                         .deadline = deadline,
                         .now = services_weather_now(p->parts) };
    enum status st = dispatch(&p->parts->skill, &x->envelope, &call, &x->out, &x->turn_log);
    if (st == ST_OK && x->out.failed)
        return err_reason(err, ST_SYSTEM, "overloaded", "out of memory");
    if (st != ST_OK && st != ST_WOULD_WAIT)
        return err_reason(err, st, "overloaded", "dispatch gave no answer: %s",
                          x->turn_log.err.text);
    if (st == ST_OK)
        x->stage = PIPELINE_DONE;
    return st;
}

static void log_answer(struct pipeline *p, struct pipeline_exchange *x)
{
    char user[13] = "";
    int64_t us = clock_mono_us() - x->started_us;
    const struct turn_log *s = &x->turn_log;
    const struct envelope *e = &x->envelope;
    const char *intent = s->intent ? s->intent : "unknown";

    metric_add(metric_get(p->requests, intent, s->outcome, NULL), 1);
    metric_observe(metric_get(p->seconds, intent, NULL, NULL), (double)us / 1e6);
    if (strcmp(s->outcome, "answered") == 0)
        analytics_count(p->parts->analytics, str_of(s->place), str_of(s->station));
    /* A hint, such as "set a location first", is a right answer and no fault. */
    bool well = s->err.status == ST_OK || strcmp(s->outcome, "hint") == 0;
    enum log_level level = well ? LOG_INFO : LOG_WARNING;
    if (!log_enabled(p->parts->log, level))
        return;
    if (e->user_id.n)
        digest_log_id(e->user_id, user);
    struct log_field fields[12];
    size_t n = 0;
    fields[n++] = LOG_STR("id", e->request_id);
    fields[n++] = LOG_TEXT("intent", intent);
    fields[n++] = LOG_TEXT("outcome", s->outcome);
    fields[n++] = LOG_INT("us", us);
    fields[n++] = LOG_TEXT("user", user);
    if (s->metric[0])
        fields[n++] = LOG_TEXT("metric", s->metric);
    if (s->place[0])
        fields[n++] = LOG_TEXT("place", s->place);
    if (e->end_reason.n)
        fields[n++] = LOG_STR("end_reason", e->end_reason);
    if (e->error_type.n) {
        fields[n++] = LOG_STR("alexa_error", e->error_type);
        fields[n++] = LOG_STR("alexa_message", e->error_message);
    }
    if (s->err.status != ST_OK) {
        fields[n++] =
            LOG_TEXT("reason", s->err.reason[0] ? s->err.reason : err_status_name(s->err.status));
        fields[n++] = LOG_TEXT("error", s->err.text);
    }
    log_fields(p->parts->log, level, "request", fields, n);
}

/* The answer stands, or nobody waits for it: what led to it goes. */
static void forget(struct pipeline *p, struct pipeline_exchange *x)
{
    if (x->claimed)
        verify_release(p->verify, x->envelope.request_id);
    x->claimed = false;
    x->has_envelope = false;
    arena_pool_give(p->arenas, x->arena);
    x->arena = NULL;
}

enum status pipeline_run(struct pipeline *p, struct pipeline_exchange *x, bool may_wait)
{
    int64_t deadline = may_wait ? x->deadline : NO_WAIT;
    struct err err = ERR_NONE;
    enum status st = ST_OK;

    if (x->out.max == 0)
        x->out.max = OUT_BYTES_MAX;
    if (x->stage == PIPELINE_BYTES)
        st = run_bytes(p, x, deadline, &err);
    if (st == ST_OK && x->stage == PIPELINE_ENVELOPE)
        st = run_envelope(p, x, &err);
    if (st == ST_OK && x->stage == PIPELINE_ANSWER)
        st = run_answer(p, x, deadline, &err);
    if (st == ST_WOULD_WAIT)
        return st;
    if (st == ST_OK) {
        x->status = 200;
        if (x->claimed)
            verify_commit(p->verify, x->envelope.request_id);
        x->claimed = false;
        log_answer(p, x);
    } else {
        pipeline_reject(p, x, err.reason[0] ? err.reason : "envelope_invalid", err.text);
        st = ST_OK;
    }
    forget(p, x);
    return st;
}

void pipeline_exchange_done(struct pipeline *p, struct pipeline_exchange *x)
{
    forget(p, x);
    buf_free(&x->out);
    *x = (struct pipeline_exchange){ 0 };
}
