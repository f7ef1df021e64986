/* SPDX-License-Identifier: Apache-2.0 */
/* cache/documents_shared.c -- documents in Redis, and one process that asks upstream for all.
 *
 *     d:<url>   a document as cache/redis/record.h writes it, kept as long as it may be served stale
 *     l:<url>   the lock: a random word of who asks upstream, gone when he is done, or by itself
 *     f:<url>   how he failed, for those who waited for him
 * The lock is asked for before the document is looked at again, so that what was published while
 * its holder let go is seen. Who may not publish, because Redis is full, just asks upstream: a lock
 * is a courtesy, and so is all else here. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cache/documents_internal.h"
#include "cache/freshness.h"
#include "server/base/clock.h"
#include "server/base/random.h"

enum {
    KEY_MAX = DOCUMENT_URL_MAX + 4,
    FRONT_MAX = 1024,           /* of a record, before the body */
    BODY_MAX = 2 * 1024 * 1024, /* a longer one is not worth its way */
    SKEW_MS = 150 * 1000,       /* how far another host's clock may be ahead of ours */
    LOCK_SLACK_MS = 500,        /* a lock outlives one call to upstream by this */
    UNHURRIED_MS = 60 * 1000,   /* Redis's own time-out is shorter */
    /* With what a process remembers one for itself, these are 5 s. */
    FAILURE_MS = 1000,
};

/* The jobs for one want, and their keys. */
enum { LOCK, DOCUMENT, FAILURE, JOBS };
struct keys {
    char of[JOBS][KEY_MAX];
};

static bool shown(const struct documents *d, const struct ask *a)
{
    return d->settings.redis && !a->want->memory_only;
}

static struct str key_of(char kind, const char *url, char out[KEY_MAX])
{
    int n = snprintf(out, KEY_MAX, "%c:%s", kind, url);

    return (struct str){ out, (size_t)n };
}

/* ---- reading ---- */

/* Take over what another process has fetched, unless ours is as new. */
static void adopt(struct documents *d, struct ask *a, struct str text)
{
    const struct kept *mine = a->kept ? a->kept->data : NULL;
    struct object *object = NULL, *wrapper;
    struct redis_record_document r;
    int64_t age_ms;

    if (!redis_record_parse_document(text, &r) || r.lifetime_s > FRESHNESS_MAX_S ||
        r.body.n > d->settings.max_bytes || (mine && mine->fetched_ms >= r.fetched_ms))
        return;
    age_ms = clock_wall_ms() - r.fetched_ms;
    if (age_ms < -SKEW_MS || a->want->decode(r.body, a->want->data, &object, NULL) != ST_OK)
        return;
    wrapper = document_adopt(d, a->want->url, object, &r, age_ms > 0 ? age_ms : 0);
    object_release(object);
    if (!wrapper)
        return;
    object_release(a->kept);
    a->kept = wrapper;
}

/* Decide by what Redis said. */
static void take(struct documents *d, struct ask *a, const struct redis_job *job)
{
    if (job->status == ST_OK)
        adopt(d, a, buf_str(&job->reply));
    if (job->status == ST_OK && ask_will_do(a))
        ask_decide(a, SHARED);
}

static struct redis_job get_job(const struct documents *d, struct str key)
{
    return (struct redis_job){ .verb = REDIS_GET,
                               .key = key,
                               .reply_max = d->settings.max_bytes + FRONT_MAX };
}

void fleet_recall(struct documents *d, struct ask **asks, size_t count, int64_t deadline)
{
    struct redis_job *jobs = NULL;
    struct keys *keys = NULL;
    size_t n = 0;

    if (d->settings.redis) {
        jobs = calloc(count + 1, sizeof *jobs);
        keys = calloc(count + 1, sizeof *keys);
    }
    for (size_t i = 0; jobs && keys && i < count; i++)
        if (shown(d, asks[i])) {
            jobs[n] = get_job(d, key_of('d', asks[i]->want->url, keys[n].of[DOCUMENT]));
            n++;
        }
    if (n > 0)
        (void)redis_do(d->settings.redis, jobs, n, deadline, NULL);
    for (size_t i = 0, k = 0; n > 0 && i < count; i++)
        if (shown(d, asks[i])) {
            take(d, asks[i], &jobs[k]);
            tier_metrics_count(&d->tiers, TIER_REDIS,
                               jobs[k].status == ST_OK && !asks[i]->decided
                                   ? TIER_MISS
                                   : tier_metrics_outcome(jobs[k].status));
            k++;
        }
    redis_jobs_done(jobs, n);
    free(jobs);
    free(keys);
}

/* ---- failures: '1' status ' ' HTTP status ---- */

static const enum status failures[] = { ST_TIMEOUT, ST_UNAVAILABLE, ST_INVALID, ST_NOT_FOUND };

static bool failure_parse(struct str s, struct failure *ret_failure)
{
    struct str name;
    int64_t code;

    if (s.n == 0 || s.p[0] != '1')
        return false;
    s = str_sub(s, 1, s.n);
    if (!str_split(&s, ' ', &name) || !str_to_i64(s, &code) || code < 0 || code > 999)
        return false;
    for (size_t i = 0; i < sizeof failures / sizeof failures[0]; i++)
        if (str_eqz(name, err_status_name(failures[i]))) {
            ret_failure->status = failures[i];
            ret_failure->http_status = (long)code;
            return true;
        }
    return false;
}

static void failure_put(struct buf *b, const struct failure *f)
{
    buf_printf(b, "1%s %ld", err_status_name(f->status), f->http_status);
}

/* ---- the lock ---- */

static void draw_token(char token[33])
{
    (void)snprintf(token, 33, "%016llx%016llx", (unsigned long long)random_u64(),
                   (unsigned long long)random_u64());
}

static void prepare(const struct documents *d, struct ask *a, struct keys *keys,
                    struct redis_job *jobs)
{
    draw_token(a->token);
    jobs[LOCK] = (struct redis_job){ .verb = REDIS_SET_NX,
                                     .key = key_of('l', a->want->url, keys->of[LOCK]),
                                     .value = str_of(a->token),
                                     .expiry_ms = d->settings.timeout_ms + LOCK_SLACK_MS };
    jobs[DOCUMENT] = get_job(d, key_of('d', a->want->url, keys->of[DOCUMENT]));
    jobs[FAILURE] = (struct redis_job){ .verb = REDIS_GET,
                                        .key = key_of('f', a->want->url, keys->of[FAILURE]),
                                        .reply_max = FRONT_MAX };
}

/* He asked while we waited: his failure is as new as ours would be. */
static void take_failure(struct documents *d, struct ask *a, const struct redis_job *job)
{
    struct failure f = { .status = ST_OK };

    if (a->decided || !a->waited || job->status != ST_OK ||
        !failure_parse(buf_str(&job->reply), &f))
        return;
    (void)err_set(&f.err, f.status, "%s: HTTP status %ld, another instance was told",
                  a->want->label, f.http_status);
    a->failure = f;
    a->told_not = f.status == ST_NOT_FOUND;
    if (a->told_not)
        document_forget_here(d, a->want->url);
    document_failure_keep(d, a->want->url, &f);
    ask_decide_failed(d, a);
}

static void judge(struct documents *d, struct ask *a, const struct redis_job *jobs)
{
    if (jobs[LOCK].status != ST_OK)
        a->token[0] = '\0';
    a->ours = jobs[LOCK].status != ST_CONFLICT;
    take(d, a, &jobs[DOCUMENT]);
    take_failure(d, a, &jobs[FAILURE]);
    a->waited = a->waited || !a->ours;
}

void fleet_claim(struct documents *d, struct ask **asks, size_t count, bool impatient,
                 int64_t deadline)
{
    struct redis_job *jobs = NULL;
    struct keys *keys = NULL;
    size_t n = 0;

    if (d->settings.redis && !impatient) {
        jobs = calloc(count * JOBS, sizeof *jobs);
        keys = calloc(count, sizeof *keys);
    }
    for (size_t i = 0; i < count; i++) {
        asks[i]->ours = true;
        if (jobs && keys && shown(d, asks[i])) {
            prepare(d, asks[i], &keys[n], &jobs[JOBS * n]);
            n++;
        }
    }
    if (n > 0)
        (void)redis_do(d->settings.redis, jobs, JOBS * n, deadline, NULL);
    for (size_t i = 0, k = 0; n > 0 && i < count; i++)
        if (shown(d, asks[i]))
            judge(d, asks[i], &jobs[JOBS * k++]);
    redis_jobs_done(jobs, JOBS * n);
    free(jobs);
    free(keys);
}

void fleet_renew(struct documents *d, struct ask **asks, size_t count, int64_t deadline)
{
    struct redis_job *jobs = d->settings.redis ? calloc(count + 1, sizeof *jobs) : NULL;
    struct keys *keys = jobs ? calloc(count + 1, sizeof *keys) : NULL;
    size_t n = 0;

    for (size_t i = 0; keys && i < count; i++) {
        struct str token = str_of(asks[i]->token);
        if (token.n == 0)
            continue;
        jobs[n] =
            (struct redis_job){ .verb = REDIS_PATCH_IF, /* by what it holds, if it is still ours */
                                .key = key_of('l', asks[i]->want->url, keys[n].of[LOCK]),
                                .value = str_sub(token, 0, 1),
                                .guard = str_sub(token, 1, token.n),
                                .expiry_ms = d->settings.timeout_ms + LOCK_SLACK_MS };
        n++;
    }
    if (n > 0)
        (void)redis_do(d->settings.redis, jobs, n, deadline, NULL);
    redis_jobs_done(jobs, n);
    free(jobs);
    free(keys);
}

/* ---- writing ---- */

/* Carry out `job`, if its verb is one, and let go of the lock. */
static void finish(struct documents *d, struct ask *a, const struct redis_job *job)
{
    struct redis_job jobs[2];
    char lock[KEY_MAX];
    size_t n = 0;

    if (job)
        jobs[n++] = *job;
    if (a->token[0])
        jobs[n++] = (struct redis_job){ .verb = REDIS_DEL_IF,
                                        .key = key_of('l', a->want->url, lock),
                                        .value = str_of(a->token) };
    if (n > 0)
        (void)redis_do(d->settings.redis, jobs, n, clock_mono_ms() + UNHURRIED_MS, NULL);
    redis_jobs_done(jobs, n);
    a->token[0] = '\0';
}

void fleet_release(struct documents *d, struct ask *a)
{
    if (shown(d, a) && a->token[0])
        finish(d, a, NULL);
}

static struct redis_record_document record_of(const struct kept *k, struct str body)
{
    return (struct redis_record_document){ .fetched_ms = k->fetched_ms,
                                           .lifetime_s = k->lifetime_s,
                                           .etag = str_of(k->etag),
                                           .last_modified = str_of(k->last_modified),
                                           .body = body };
}

void fleet_publish(struct documents *d, struct ask *a, const struct kept *k, struct str body,
                   const struct kept *before)
{
    struct redis_record_document now = record_of(k, body);
    struct buf value = BUF_INIT(FRONT_MAX + BODY_MAX), guard = BUF_INIT(FRONT_MAX);
    struct redis_job job = { .verb = before ? REDIS_PATCH_IF : REDIS_SET };
    int64_t fresh_s = k->lifetime_s;
    char key[KEY_MAX];

    if (!shown(d, a) || body.n > BODY_MAX) {
        fleet_release(d, a);
        return;
    }
    if (before) {
        struct redis_record_document then = record_of(before, STR_NONE);
        redis_record_put_front(&value, &now);
        redis_record_put_validators(&guard, &then);
    } else {
        redis_record_put_document(&value, &now);
    }
    if (fresh_s < a->want->min_fresh_s)
        fresh_s = a->want->min_fresh_s;
    job.key = key_of('d', a->want->url, key);
    job.value = buf_str(&value);
    job.guard = buf_str(&guard);
    job.expiry_ms = (fresh_s + d->settings.stale_s + 1) * 1000;
    finish(d, a, value.failed || guard.failed ? NULL : &job);
    buf_free(&value);
    buf_free(&guard);
}

void fleet_fail(struct documents *d, struct ask *a)
{
    struct buf value = BUF_INIT(FRONT_MAX);
    struct redis_job job = { .verb = REDIS_SET, .expiry_ms = FAILURE_MS };
    char key[KEY_MAX];

    if (!shown(d, a) || !a->token[0]) /* nobody waits for us */
        return;
    failure_put(&value, &a->failure);
    job.key = key_of('f', a->want->url, key);
    job.value = buf_str(&value);
    finish(d, a, &job);
    buf_free(&value);
}

void fleet_withdraw(struct documents *d, struct ask *a)
{
    char key[KEY_MAX];
    struct redis_job job = { .verb = REDIS_DEL };

    if (!shown(d, a))
        return;
    job.key = key_of('d', a->want->url, key);
    finish(d, a, &job);
}

void fleet_forget(struct documents *d, const char *url)
{
    char key[KEY_MAX];
    struct redis_job job = { .verb = REDIS_DEL };

    if (!d->settings.redis)
        return;
    job.key = key_of('d', url, key);
    (void)redis_do(d->settings.redis, &job, 1, clock_mono_ms() + UNHURRIED_MS, NULL);
    redis_jobs_done(&job, 1);
}
