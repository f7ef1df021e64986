/* SPDX-License-Identifier: Apache-2.0 */
/* certs/verify.c -- the checks that a request must pass, as tables in the order they run.
 *
 * Each check is one function with one rule; what it finds for later checks goes into the struct
 * that they share. The order matters: nothing is fetched before the URL has been checked, and the
 * request id is claimed last, so that a request refused for another reason does not use it up.
 *
 * `on` is set once, at creation; nothing in a request can change it. */
#include "certs/verify.h"

#include <stdlib.h>
#include <string.h>

#include "certs/anchors.h"
#include "certs/cert_url.h"
#include "certs/chain_cache.h"
#include "certs/replay.h"
#include "certs/signature.h"
#include "server/base/clock.h"
#include "server/base/time_text.h"

enum {
    TOLERANCE_MAX_S = 150,
    EVENT_TOLERANCE_S = 3600, /* Alexa redelivers events under their first timestamp */
    EVENT_CLAIM_S = 30,       /* among all daemons, until the event was served: one may be killed */
};

struct verify {
    bool on, reject_replays;
    int tolerance_s;
    char **skill_ids; /* NULL at the end */
    struct anchors *anchors;
    struct chain_cache *chains;
    struct replay *replay;
    struct verify_shared_ids shared;
    struct metric_family *refused; /* by reason */
    struct metric *ids_held;
};

/* ---- life cycle ---- */

static bool copy_skill_ids(struct verify *v, const char *const *ids)
{
    size_t n = 0;

    while (ids && ids[n])
        n++;
    v->skill_ids = calloc(n + 1, sizeof *v->skill_ids);
    for (size_t i = 0; v->skill_ids && i < n; i++)
        if (!(v->skill_ids[i] = strdup(ids[i])))
            return false;
    return v->skill_ids;
}

static void declare_metrics(struct verify *v, struct metrics *m)
{
    v->refused = metrics_family(m, METRIC_COUNTER, "climacast_verify_refused_total", "reason",
                                "Requests refused because they could not be verified as Alexa's.");
    v->ids_held =
        metrics_gauge(m, "climacast_replay_ids", "Request ids remembered to reject replays.");
}

static bool create_parts(struct verify *v, const struct verify_settings *settings,
                         struct http *http, struct metrics *metrics)
{
    struct chain_cache_settings chains = {
        .http = http,
        .anchors = v->anchors,
        .connect_to = settings->connect_to,
        .fetches = metrics_family(metrics, METRIC_COUNTER, "climacast_chain_fetches_total",
                                  "outcome", "Fetches of Alexa's certificate chain."),
        .report = settings->report,
        .report_data = settings->report_data,
        .storage = settings->storage,
    };

    v->chains = chain_cache_create(&chains);
    v->replay = replay_create(REPLAY_IDS_MAX);
    return v->chains && v->replay;
}

enum status verify_create(const struct verify_settings *settings, struct http *http,
                          struct metrics *metrics, struct verify **ret_verify, struct err *err)
{
    struct verify *v = NULL;
    enum status st = ST_OK;

    if (settings->tolerance_s < 1 || settings->tolerance_s > TOLERANCE_MAX_S)
        return err_set(err, ST_INVALID, "a timestamp tolerance of %d s is not 1 to %d",
                       settings->tolerance_s, TOLERANCE_MAX_S);
    v = calloc(1, sizeof *v);
    if (!v)
        return err_no_memory(err);
    v->on = settings->on;
    v->reject_replays = settings->reject_replays;
    v->tolerance_s = settings->tolerance_s;
    v->shared = settings->shared_ids;
    declare_metrics(v, metrics);
    if (v->on)
        st = anchors_open(settings->trust_anchors, &v->anchors, err);
    if (st == ST_OK && v->on &&
        (!copy_skill_ids(v, settings->skill_ids) || !create_parts(v, settings, http, metrics)))
        st = err_no_memory(err);
    if (st == ST_OK)
        *ret_verify = v;
    else
        verify_free(v);
    return st;
}

void verify_free(struct verify *v)
{
    if (!v)
        return;
    chain_cache_free(v->chains);
    anchors_free(v->anchors);
    replay_free(v->replay);
    for (size_t i = 0; v->skill_ids && v->skill_ids[i]; i++)
        free(v->skill_ids[i]);
    free(v->skill_ids);
    free(v);
}

/* Count a refusal and hand it on. */
static enum status count_refusal(const struct verify *v, enum status st, struct err *err,
                                 const struct err *why)
{
    if (st == ST_OK || st == ST_WOULD_WAIT)
        return st;
    metric_add(metric_get(v->refused, why->reason, NULL, NULL), 1);
    return err_reason(err, st, why->reason, "%s", why->text);
}

/* ---- the headers ---- */

static enum status check_not_repeated(const struct verify_headers *headers,
                                      struct verify_signature *ret, struct err *err)
{
    (void)ret;
    if (headers->repeated)
        return err_reason(err, ST_DENIED, "header_repeated",
                          "SignatureCertChainUrl or Signature-256 came more than once");
    return ST_OK;
}

static enum status check_signed(const struct verify_headers *headers, struct verify_signature *ret,
                                struct err *err)
{
    (void)ret;
    if (headers->signature256.n > 0)
        return ST_OK;
    return err_reason(err, ST_DENIED, "signature_missing",
                      headers->signature.n > 0
                          ? "only the SHA-1 header Signature came, not Signature-256"
                          : "there is no Signature-256 header");
}

static enum status check_cert_url(const struct verify_headers *headers,
                                  struct verify_signature *ret, struct err *err)
{
    return cert_url_normalize(headers->cert_url, &ret->cert_url, err);
}

static enum status check_base64(const struct verify_headers *headers, struct verify_signature *ret,
                                struct err *err)
{
    return signature_decode(headers->signature256, &ret->signature, err);
}

typedef enum status header_check(const struct verify_headers *headers, struct verify_signature *ret,
                                 struct err *err);

static header_check *const header_checks[] = {
    check_not_repeated,
    check_signed,
    check_cert_url,
    check_base64,
};

enum status verify_headers_check(const struct verify *v, const struct verify_headers *headers,
                                 struct verify_signature *ret_signature, struct err *err)
{
    struct err why = ERR_NONE;
    enum status st = ST_OK;

    if (!v->on)
        return ST_OK;
    for (size_t i = 0; i < sizeof header_checks / sizeof header_checks[0] && st == ST_OK; i++)
        st = header_checks[i](headers, ret_signature, &why);
    return count_refusal(v, st, err, &why);
}

/* ---- the body ---- */

enum status verify_body(struct verify *v, const struct verify_signature *signature, uint64_t client,
                        struct str body, int64_t deadline, struct err *err)
{
    struct chain *chain = NULL;
    struct err why = ERR_NONE;
    enum status st;

    if (!v->on)
        return ST_OK;
    st = chain_cache_get(v->chains, &signature->cert_url, client, deadline, &chain, &why);
    if (st == ST_OK) {
        st = signature_verify(chain_key(chain), body, &signature->signature, &why);
        if (st == ST_UNTRUSTED)
            chain_cache_blame(v->chains, client);
    }
    chain_unref(chain);
    return count_refusal(v, st, err, &why);
}

/* ---- the envelope ---- */

struct envelope_check {
    struct verify *v;
    const struct verify_claims *claims;
    int64_t now; /* epoch seconds */
    int64_t deadline;
    /* Set by the checks. */
    int64_t timestamp;
    enum verify_outcome outcome;
    struct verify_claim claim; /* its `event`: one of the event types that Alexa redelivers */
};

static bool is_redelivered_event(struct str type)
{
    static const char *const events[] = {
        "AlexaSkillEvent.SkillEnabled",           "AlexaSkillEvent.SkillDisabled",
        "AlexaSkillEvent.SkillPermissionChanged", "AlexaSkillEvent.SkillPermissionAccepted",
        "AlexaSkillEvent.SkillAccountLinked",     "AlexaSkillEvent.ProactiveSubscriptionChanged",
    };

    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++)
        if (str_eqz(type, events[i]))
            return true;
    return false;
}

/* How long after its timestamp this request is still accepted. */
static int64_t max_age_s(const struct envelope_check *c)
{
    return c->claim.event ? EVENT_TOLERANCE_S : c->v->tolerance_s;
}

static enum status check_timestamp(struct envelope_check *c, struct err *err)
{
    int64_t t;

    if (!time_parse_rfc3339(c->claims->timestamp, &t))
        return err_reason(err, ST_DENIED, "timestamp_stale",
                          "request.timestamp is not a valid time");
    if (c->now - t > max_age_s(c) || t - c->now > c->v->tolerance_s)
        return err_reason(err, ST_DENIED, "timestamp_stale",
                          "request.timestamp is off by %lld seconds", (long long)(c->now - t));
    c->timestamp = t;
    return ST_OK;
}

static enum status check_skill(struct envelope_check *c, struct err *err)
{
    for (char **id = c->v->skill_ids; *id; id++)
        if (c->claims->application_id.n > 0 && str_eqz(c->claims->application_id, *id))
            return ST_OK;
    return err_reason(err, ST_DENIED, "skill_id_unknown",
                      "the application id is not one of alexa.skill_ids");
}

static enum status check_request_id(struct envelope_check *c, struct err *err)
{
    if (c->claims->request_id.n == 0)
        return err_reason(err, ST_INVALID, "envelope_invalid", "there is no request id");
    return ST_OK;
}

static enum status replayed(struct err *err)
{
    return err_reason(err, ST_DENIED, "replayed", "this request id was served before");
}

/* This process has claimed the id: claim it among all daemons, too. */
static enum status claim_shared(struct envelope_check *c, struct err *err)
{
    const struct verify_shared_ids *s = &c->v->shared;
    struct str id = c->claim.request_id;
    bool served = false;
    enum status st;

    if (!s->claim || !s->is_up(s->data))
        return ST_OK;
    if (!deadline_may_wait(c->deadline)) {
        replay_release(c->v->replay, id);
        return ST_WOULD_WAIT;
    }
    st = s->claim(s->data, id, c->claim.event ? EVENT_CLAIM_S : c->claim.life_s, c->deadline,
                  &served);
    c->claim.shared = st == ST_OK;
    if (st != ST_CONFLICT)
        return ST_OK;
    if (c->claim.event && !served) { /* it may still fail there */
        replay_release(c->v->replay, id);
        return err_reason(err, ST_UNAVAILABLE, "overloaded",
                          "this event is being served by another daemon");
    }
    replay_commit(c->v->replay, id); /* next time, this process knows */
    if (!c->claim.event)
        return replayed(err);
    c->outcome = VERIFY_REPEATED;
    return ST_OK;
}

static enum status check_replay(struct envelope_check *c, struct err *err)
{
    /* Remember the id for as long as the same bytes would pass the timestamp check, and for at
     * least one window from now: the id may come back with another timestamp. */
    int64_t from = c->timestamp > c->now ? c->timestamp : c->now;

    if (!c->v->reject_replays)
        return ST_OK;
    c->claim.life_s = from + max_age_s(c) - c->now + 1;
    switch (
        replay_claim(c->v->replay, c->claim.request_id, clock_mono_ms() / 1000, c->claim.life_s)) {
    case REPLAY_NEW:
        metric_set(c->v->ids_held, (double)replay_count(c->v->replay));
        return claim_shared(c, err);
    case REPLAY_SERVED:
        if (c->claim.event) {
            c->outcome = VERIFY_REPEATED;
            return ST_OK;
        }
        break;
    case REPLAY_IN_FLIGHT:
        if (c->claim.event) /* it may still fail, so Alexa should deliver it again */
            return err_reason(err, ST_UNAVAILABLE, "overloaded", "this event is being served");
        break;
    case REPLAY_FULL:
        return err_reason(err, ST_UNAVAILABLE, "overloaded", "the replay table is full");
    }
    return replayed(err);
}

typedef enum status envelope_check_fn(struct envelope_check *c, struct err *err);

static envelope_check_fn *const envelope_checks[] = {
    check_timestamp,
    check_skill,
    check_request_id,
    check_replay,
};

enum status verify_envelope(struct verify *v, const struct verify_claims *claims, int64_t deadline,
                            enum verify_outcome *ret_outcome, struct verify_claim *ret_claim,
                            struct err *err)
{
    struct envelope_check c = { .v = v,
                                .claims = claims,
                                .deadline = deadline,
                                .outcome = VERIFY_NEW,
                                .claim = { .request_id = claims->request_id } };
    struct err why = ERR_NONE;
    enum status st = ST_OK;

    if (v->on) {
        c.now = clock_wall_s();
        c.claim.event = is_redelivered_event(claims->request_type);
        for (size_t i = 0; i < sizeof envelope_checks / sizeof envelope_checks[0] && st == ST_OK;
             i++)
            st = envelope_checks[i](&c, &why);
    }
    if (st == ST_OK) {
        *ret_outcome = c.outcome;
        *ret_claim = c.claim;
    }
    return count_refusal(v, st, err, &why);
}

void verify_commit(struct verify *v, const struct verify_claim *claim, int64_t deadline)
{
    if (!v->on || !v->reject_replays)
        return;
    replay_commit(v->replay, claim->request_id);
    if (claim->shared && claim->event && deadline_may_wait(deadline))
        v->shared.commit(v->shared.data, claim->request_id, claim->life_s, deadline);
}

void verify_release(struct verify *v, const struct verify_claim *claim, int64_t deadline)
{
    if (!v->on || !v->reject_replays)
        return;
    if (claim->shared && deadline_may_wait(deadline))
        v->shared.release(v->shared.data, claim->request_id, deadline);
    replay_release(v->replay, claim->request_id);
}

void verify_refresh(struct verify *v, int64_t deadline)
{
    if (!v->on)
        return;
    replay_sweep(v->replay, clock_mono_ms() / 1000);
    metric_set(v->ids_held, (double)replay_count(v->replay));
    chain_cache_refresh(v->chains, deadline);
}
