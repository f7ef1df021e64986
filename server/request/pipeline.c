/* SPDX-License-Identifier: Apache-2.0 */
/* server/request/pipeline.c -- the steps of a request in order, and its one log line.
 *
 * Nothing is parsed before the signature over the raw body has been verified, and the skill runs
 * only for a request that is recent, meant for this skill, and new. */
#include "server/request/pipeline.h"

#include <string.h>

#include "server/base/clock.h"
#include "server/base/deadline.h"
#include "server/base/digest.h"
#include "server/base/json.h"
#include "server/request/alexa_error.h"
#include "server/request/reason.h"
#include "server/request/recent_exchange.h"

enum {
    TURN_BYTES_MAX = 4 * 1024 * 1024, /* arena of one turn */
    ARENAS_POOLED = 8,                /* about one for each thread that is busy at once */
    OUT_BYTES_MAX = 100 * 1024,       /* Alexa takes 120 KB */
    OUT_BYTES_USUAL = 2000,
    REFUSALS_LOGGED_PER_SECOND = 20,
    HASHED_ID_SIZE = 13,
    FIELDS_MAX = 14,
};

enum status pipeline_init(struct pipeline *p, const struct pipeline_settings *settings,
                          struct err *err)
{
    struct metrics *m = settings->metrics;

    *p = (struct pipeline){ .settings = *settings };
    p->arenas = arena_pool_create(TURN_BYTES_MAX, ARENAS_POOLED);
    p->bulkhead = bulkhead_create(settings->waiting_max, m);
    if (!p->arenas || !p->bulkhead) {
        pipeline_done(p);
        return err_no_memory(err);
    }
    p->requests = metrics_family(m, METRIC_COUNTER, "climacast_requests_total", "intent,outcome",
                                 "Verified requests answered.");
    p->seconds = metrics_family(m, METRIC_HISTOGRAM, "climacast_request_seconds", "intent",
                                "Seconds from the headers to the finished response.");
    p->refusals = metrics_family(m, METRIC_COUNTER, "climacast_refusals_total", "reason",
                                 "Requests refused, by reason.");
    p->alexa_errors = metrics_family(m, METRIC_COUNTER, "climacast_alexa_errors_total", "type",
                                     "Errors that Alexa reported about earlier responses.");
    /* From 0 on, so that an alert rule sees the first one. */
    for (size_t i = 0; alexa_error_type_at(i); i++)
        (void)metric_get(p->alexa_errors, alexa_error_type_at(i), NULL, NULL);
    p->weather = metrics_family(
        m, METRIC_COUNTER, "climacast_weather_questions_total", "outcome",
        "Questions about the weather: answered, failed (it was unavailable), other.");
    return ST_OK;
}

void pipeline_done(struct pipeline *p)
{
    arena_pool_free(p->arenas);
    bulkhead_free(p->bulkhead);
    p->arenas = NULL;
    p->bulkhead = NULL;
}

/* Since the headers were read, rounded; 0 for a request that was rejected before. */
static int64_t elapsed_ms(const struct pipeline_exchange *x)
{
    return x->started_us > 0 ? (clock_mono_us() - x->started_us + 500) / 1000 : 0;
}

/* ---- rejection ---- */

static void write_error(struct buf *out, const char *reason)
{
    buf_reset(out);
    buf_putz(out, "{\"error\":");
    json_put_string(out, str_of(reason));
    buf_putz(out, "}");
}

static void count_refusal(struct pipeline *p, const struct ip *address, int status,
                          const char *reason, const char *message, int64_t ms, struct str id)
{
    char client[IP_TEXT_BYTES];
    int64_t suppressed;

    metric_add(metric_get(p->refusals, reason, NULL, NULL), 1);
    if (!log_gate_open(&p->refusal_gate, REFUSALS_LOGGED_PER_SECOND, &suppressed))
        return;
    log_line(p->settings.log, LOG_INFO, "refused", LOG_TEXT("reason", reason),
             LOG_INT("status", status), LOG_INT("ms", ms), LOG_TEXT("error", message),
             LOG_STR("id", id), LOG_TEXT("client", ip_format(address, client)),
             LOG_INT("suppressed", suppressed));
}

void pipeline_count_refusal(struct pipeline *p, const struct ip *address, int status,
                            const char *reason, const char *message)
{
    count_refusal(p, address, status, reason, message, 0, STR_NONE);
}

void pipeline_reject(struct pipeline *p, struct pipeline_exchange *x, const char *reason,
                     const char *message)
{
    if (x->out.max == 0)
        x->out.max = OUT_BYTES_MAX;
    x->status = reason_http_status(reason);
    if (x->status == 0)
        x->status = 400;
    x->stage = PIPELINE_DONE;
    write_error(&x->out, reason);
    recent_exchange_rejected(p->settings.recent, x, reason);
    count_refusal(p, &x->address, x->status, reason, message, elapsed_ms(x),
                  x->has_envelope ? x->envelope.request_id : STR_NONE);
}

/* ---- steps ---- */

static enum status run_bytes(struct pipeline *p, struct pipeline_exchange *x, int64_t deadline,
                             struct err *err)
{
    enum status st =
        verify_body(p->settings.verify, &x->signature, x->client, x->body, deadline, err);

    if (st == ST_OK)
        x->stage = PIPELINE_ENVELOPE;
    return st;
}

static enum status parse_envelope(struct pipeline *p, struct pipeline_exchange *x, struct err *err)
{
    x->arena = arena_pool_take(p->arenas);
    if (!x->arena)
        return err_reason(err, ST_SYSTEM, "overloaded", "out of memory");
    enum status st = envelope_parse(x->body, x->arena, &x->envelope, err);
    if (st != ST_OK)
        return st;
    x->has_envelope = true;
    x->turn_start = arena_mark(x->arena);
    return ST_OK;
}

static enum status run_envelope(struct pipeline *p, struct pipeline_exchange *x, int64_t deadline,
                                struct err *err)
{
    enum status st = x->has_envelope ? ST_OK : parse_envelope(p, x, err);
    const struct envelope *e = &x->envelope;
    struct verify_claims claims = { e->timestamp, e->application_id, e->request_id,
                                    e->request_type };
    enum verify_outcome outcome;

    if (st == ST_OK)
        st = verify_envelope(p->settings.verify, &claims, deadline, &outcome, &x->claim, err);
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
    struct bulkhead_pass pass = { .bulkhead = x->limited ? p->bulkhead : NULL,
                                  .last_try = x->last_try };
    struct call call = { .arena = x->arena,
                         .deadline = deadline,
                         .pass = &pass,
                         .now = config_weather_now(p->settings.config),
                         .began_us = x->started_us };
    enum status st = dispatch(p->settings.skill, &x->envelope, &call, &x->out, &x->turn_log);
    bulkhead_leave(&pass);
    if (st == ST_OK && x->out.failed)
        return err_reason(err, ST_SYSTEM, "overloaded", "out of memory");
    if (st != ST_OK && st != ST_WOULD_WAIT)
        return err_reason(err, st, x->turn_log.err.reason, "%s", x->turn_log.err.text);
    if (st == ST_OK)
        x->stage = PIPELINE_DONE;
    return st;
}

/* ---- log line ---- */

static const char *intent_name(const struct pipeline_exchange *x)
{
    return x->turn_log.intent ? x->turn_log.intent : "unknown";
}

/* ST_NOT_FOUND: the weather service has been asked, and has none. */
static const char *weather_outcome(const struct turn_log *t)
{
    if (strcmp(t->outcome, "answered") == 0)
        return "answered";
    return strcmp(t->outcome, "apology") == 0 && t->err.status != ST_NOT_FOUND ? "failed" : "other";
}

static void count_answer(struct pipeline *p, const struct pipeline_exchange *x, int64_t us)
{
    const struct turn_log *t = &x->turn_log;
    const char *complaint = alexa_error_type(&x->envelope);

    if (complaint)
        metric_add(metric_get(p->alexa_errors, complaint, NULL, NULL), 1);
    if (t->weather)
        metric_add(metric_get(p->weather, weather_outcome(t), NULL, NULL), 1);
    metric_add(metric_get(p->requests, intent_name(x), t->outcome, NULL), 1);
    metric_observe(metric_get(p->seconds, intent_name(x), NULL, NULL), (double)us / 1e6);
    analytics_count_user(p->settings.analytics, x->envelope.user_id);
    if (strcmp(t->outcome, "answered") == 0)
        analytics_count(p->settings.analytics, str_of(t->place), str_of(t->station));
}

/* Fill the fields that depend on what was asked and how it went; returns how many. */
static size_t put_answer_fields(const struct pipeline_exchange *x, struct log_field *fields)
{
    const struct turn_log *t = &x->turn_log;
    const struct envelope *e = &x->envelope;
    size_t n = 0;

    if (t->metric[0])
        fields[n++] = LOG_TEXT("metric", t->metric);
    if (t->place[0])
        fields[n++] = LOG_TEXT("place", t->place);
    if (e->end_reason.n)
        fields[n++] = LOG_STR("end_reason", e->end_reason);
    if (!t->intent || strcmp(t->intent, "unknown") == 0)
        fields[n++] = LOG_STR("type", e->request_type);
    if (e->error_type.n) { /* Alexa could not use an earlier response */
        fields[n++] = LOG_STR("alexa_error", e->error_type);
        fields[n++] = LOG_STR("alexa_message", e->error_message);
    }
    if (t->err.status != ST_OK) {
        fields[n++] =
            LOG_TEXT("reason", t->err.reason[0] ? t->err.reason : err_status_name(t->err.status));
        fields[n++] = LOG_TEXT("error", t->err.text);
    }
    return n;
}

static void log_answer(struct pipeline *p, const struct pipeline_exchange *x, int64_t us)
{
    const struct turn_log *t = &x->turn_log;
    /* A hint, such as "set a location first", is a proper answer. */
    bool good = t->err.status == ST_OK || strcmp(t->outcome, "hint") == 0;
    bool complaint = strcmp(t->outcome, "alexa_error") == 0;
    enum log_level level = good && !complaint ? LOG_INFO : LOG_WARNING;
    char user[HASHED_ID_SIZE] = "", client[IP_TEXT_BYTES];

    if (!log_enabled(p->settings.log, level))
        return;
    if (x->envelope.user_id.n)
        digest_log_id(x->envelope.user_id, user);
    struct log_field fields[FIELDS_MAX] = {
        LOG_TEXT("outcome", t->outcome),
        LOG_INT("ms", (us + 500) / 1000),
        LOG_TEXT("intent", intent_name(x)),
    };
    size_t n = 3;
    n += put_answer_fields(x, fields + n);
    fields[n++] = LOG_STR("id", x->envelope.request_id);
    fields[n++] = LOG_TEXT("user", user);
    fields[n++] = LOG_TEXT("client", ip_format(&x->address, client));
    log_fields(p->settings.log, level, "request", fields, n);
}

/* ---- run ---- */

/* Release what the steps needed; the result stays. */
static void release_steps(struct pipeline *p, struct pipeline_exchange *x, int64_t deadline)
{
    if (x->claimed)
        verify_release(p->settings.verify, &x->claim, deadline);
    x->claimed = false;
    x->has_envelope = false;
    arena_pool_give(p->arenas, x->arena);
    x->arena = NULL;
}

static void finish_answer(struct pipeline *p, struct pipeline_exchange *x, int64_t deadline)
{
    int64_t us = clock_mono_us() - x->started_us;

    x->status = 200;
    if (alexa_error_type(&x->envelope))
        x->turn_log.outcome = "alexa_error";
    if (x->claimed)
        verify_commit(p->settings.verify, &x->claim, deadline);
    x->claimed = false;
    count_answer(p, x, us);
    log_answer(p, x, us);
    recent_exchange_answered(p->settings.recent, x, us);
}

enum status pipeline_run(struct pipeline *p, struct pipeline_exchange *x, int64_t deadline)
{
    struct err err = ERR_NONE;
    enum status st = ST_OK;

    if (x->out.max == 0)
        x->out.max = OUT_BYTES_MAX;
    if (x->stage == PIPELINE_BYTES)
        st = run_bytes(p, x, deadline, &err);
    if (st == ST_OK && x->stage == PIPELINE_ENVELOPE)
        st = run_envelope(p, x, deadline, &err);
    if (st == ST_OK && x->stage == PIPELINE_ANSWER)
        st = run_answer(p, x, deadline, &err);
    if (st == ST_WOULD_WAIT)
        return st;
    if (st == ST_OK)
        finish_answer(p, x, deadline);
    else
        pipeline_reject(p, x, err.reason[0] ? err.reason : "envelope_invalid", err.text);
    release_steps(p, x, deadline);
    return ST_OK;
}

void pipeline_exchange_done(struct pipeline *p, struct pipeline_exchange *x)
{
    release_steps(p, x, NO_WAIT);
    buf_free(&x->out);
    *x = (struct pipeline_exchange){ 0 };
}
