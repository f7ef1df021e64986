/* SPDX-License-Identifier: Apache-2.0 */
/* cache/documents_shared.c -- documents in Redis, and the lock on fetching one.
 *
 *     d:<url>   a document (cache/redis/record.h), for as long as it may be served stale
 *     l:<url>   the lock: a random token of the instance that asks upstream; it expires by itself
 *     f:<url>   how that instance failed, for those that waited for it
 *
 * The lock is requested, and read, before the document is read again, so a document that was
 * stored just before its lock was released is seen. If Redis refuses to store the lock, every
 * instance asks upstream for itself: the lock only saves requests. Everything ends at the caller's
 * deadline; after that, the lock is left to expire. */
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
    BODY_MAX = 2 * 1024 * 1024, /* larger documents are not shared */
    SKEW_MS = 150 * 1000,       /* by how much another host's clock may be ahead */
    LOCK_SLACK_MS = 500,        /* how long a lock outlives one upstream request */
    FAILURE_MS = 1000,          /* with the one in memory, a failure is cached for at most 5 s */
};

/* The jobs of one claim, and their keys. */
enum { JOB_LOCK, JOB_HOLDER, JOB_DOCUMENT, JOB_FAILURE, JOBS };
struct claim_keys {
    char of[JOBS][KEY_MAX];
};

static bool is_shared(const struct documents *d, const struct fetch *f)
{
    return d->settings.redis && !f->request->memory_only;
}

static struct str redis_key(char kind, const char *url, char out[KEY_MAX])
{
    int n = snprintf(out, KEY_MAX, "%c:%s", kind, url);

    return (struct str){ out, (size_t)n };
}

/* ---- documents read ---- */

/* Decode and cache what another instance has fetched, unless our version is as new. */
static void adopt_record(struct documents *d, struct fetch *f, struct str text)
{
    const struct cached_document *cached = f->cached ? f->cached->data : NULL;
    struct object *object = NULL, *wrapper;
    struct redis_record_document r;
    int64_t age_ms;

    if (!redis_record_parse_document(text, &r) || r.lifetime_s > FRESHNESS_MAX_S ||
        r.body.n > d->settings.max_bytes || (cached && cached->fetched_ms >= r.fetched_ms))
        return;
    age_ms = clock_wall_ms() - r.fetched_ms;
    if (age_ms < -SKEW_MS || f->request->decode(r.body, f->request->data, &object, NULL) != ST_OK)
        return;
    wrapper = documents_memory_adopt(d, f->request->url, object, &r, age_ms > 0 ? age_ms : 0);
    object_release(object);
    if (wrapper)
        fetch_set_cached(f, wrapper);
}

static void take_document(struct documents *d, struct fetch *f, const struct redis_job *job)
{
    if (job->status != ST_OK)
        return;
    adopt_record(d, f, buf_str(&job->reply));
    if (fetch_is_fresh(f))
        fetch_complete(f, DOCUMENT_SHARED);
}

static struct redis_job get_document_job(const struct documents *d, struct str key)
{
    return (struct redis_job){ .verb = REDIS_GET,
                               .key = key,
                               .reply_max = d->settings.max_bytes + FRONT_MAX };
}

void documents_shared_lookup(struct documents *d, struct fetch **fetches, size_t count,
                             int64_t deadline)
{
    struct redis_job *jobs = NULL;
    struct claim_keys *keys = NULL;
    size_t n = 0;

    if (d->settings.redis) {
        jobs = calloc(count + 1, sizeof *jobs);
        keys = calloc(count + 1, sizeof *keys);
    }
    for (size_t i = 0; jobs && keys && i < count; i++)
        if (is_shared(d, fetches[i])) {
            jobs[n] = get_document_job(
                d, redis_key('d', fetches[i]->request->url, keys[n].of[JOB_DOCUMENT]));
            n++;
        }
    if (n > 0)
        (void)redis_do(d->settings.redis, jobs, n, deadline, NULL);
    for (size_t i = 0, k = 0; n > 0 && i < count; i++)
        if (is_shared(d, fetches[i])) {
            take_document(d, fetches[i], &jobs[k]);
            tier_metrics_count(&d->tiers, TIER_REDIS,
                               jobs[k].status == ST_OK && !fetches[i]->complete
                                   ? TIER_MISS
                                   : tier_metrics_outcome(jobs[k].status));
            k++;
        }
    redis_jobs_done(jobs, n);
    free(jobs);
    free(keys);
}

/* ---- failures: '1' status ' ' HTTP status [' ' problem] ---- */

static const enum status shared_failures[] = { ST_TIMEOUT, ST_UNAVAILABLE, ST_INVALID,
                                               ST_NOT_FOUND };

static bool parse_failure(struct str s, struct document_failure *ret_failure)
{
    struct str name, number, problem = STR_NONE;
    int64_t code;

    if (s.n == 0 || s.p[0] != '1')
        return false;
    s = str_sub(s, 1, s.n);
    if (!str_split(&s, ' ', &name) || !str_split(&s, ' ', &number) || !str_to_i64(number, &code) ||
        code < 0 || code > 999)
        return false;
    if (str_split(&s, ' ', &problem))
        (void)snprintf(ret_failure->problem, sizeof ret_failure->problem, "%.*s", STR_ARG(problem));
    for (size_t i = 0; i < sizeof shared_failures / sizeof shared_failures[0]; i++)
        if (str_eqz(name, err_status_name(shared_failures[i]))) {
            ret_failure->status = shared_failures[i];
            ret_failure->http_status = (long)code;
            return true;
        }
    return false;
}

static void put_failure(struct buf *b, const struct document_failure *failure)
{
    buf_printf(b, "1%s %ld", err_status_name(failure->status), failure->http_status);
    if (failure->problem[0])
        buf_printf(b, " %s", failure->problem);
}

/* ---- the lock ---- */

static void draw_token(char token[33])
{
    (void)snprintf(token, 33, "%016llx%016llx", (unsigned long long)random_u64(),
                   (unsigned long long)random_u64());
}

static void prepare_claim(const struct documents *d, struct fetch *f, struct claim_keys *keys,
                          struct redis_job *jobs)
{
    const char *url = f->request->url;

    draw_token(f->lock_token);
    jobs[JOB_LOCK] = (struct redis_job){ .verb = REDIS_SET_NX,
                                         .key = redis_key('l', url, keys->of[JOB_LOCK]),
                                         .value = str_of(f->lock_token),
                                         .expiry_ms = d->settings.timeout_ms + LOCK_SLACK_MS };
    jobs[JOB_HOLDER] = (struct redis_job){ .verb = REDIS_GET,
                                           .key = jobs[JOB_LOCK].key,
                                           .reply_max = sizeof f->lock_token };
    jobs[JOB_DOCUMENT] = get_document_job(d, redis_key('d', url, keys->of[JOB_DOCUMENT]));
    jobs[JOB_FAILURE] = (struct redis_job){ .verb = REDIS_GET,
                                            .key = redis_key('f', url, keys->of[JOB_FAILURE]),
                                            .reply_max = FRONT_MAX };
}

/* The other instance asked while this one waited, so its failure is as new as ours would be. */
static void take_failure(struct documents *d, struct fetch *f, const struct redis_job *job)
{
    struct document_failure failure = { .status = ST_OK };

    if (f->complete || !f->waited_for_peer || job->status != ST_OK ||
        !parse_failure(buf_str(&job->reply), &failure))
        return;
    (void)err_set(&failure.err, failure.status, "%s: another instance got HTTP status %ld",
                  f->request->label, failure.http_status);
    f->failure = failure;
    f->gone = failure.status == ST_NOT_FOUND;
    if (f->gone)
        documents_memory_forget(d, f->request->url);
    documents_memory_put_failure(d, f->request->url, &failure);
    fetch_complete_failed(d, f);
}

static void take_claim(struct documents *d, struct fetch *f, const struct redis_job *jobs)
{
    /* When the reply is lost with the connection, the jobs are sent again, and the lock is taken by
     * the first time. Without any reply, it may hold this token. */
    bool is_taken = jobs[JOB_LOCK].status == ST_CONFLICT &&
                    !(jobs[JOB_HOLDER].status == ST_OK &&
                      str_eqz(buf_str(&jobs[JOB_HOLDER].reply), f->lock_token));

    if (is_taken || jobs[JOB_LOCK].status == ST_DENIED)
        f->lock_token[0] = '\0';
    f->is_fetcher = !is_taken;
    take_document(d, f, &jobs[JOB_DOCUMENT]);
    take_failure(d, f, &jobs[JOB_FAILURE]);
    f->waited_for_peer = f->waited_for_peer || !f->is_fetcher;
}

void documents_shared_claim(struct documents *d, struct fetch **fetches, size_t count,
                            bool impatient, int64_t deadline)
{
    struct redis_job *jobs = NULL;
    struct claim_keys *keys = NULL;
    size_t n = 0;

    if (d->settings.redis && !impatient) {
        jobs = calloc(count * JOBS, sizeof *jobs);
        keys = calloc(count, sizeof *keys);
    }
    for (size_t i = 0; i < count; i++) {
        fetches[i]->is_fetcher = true;
        if (jobs && keys && is_shared(d, fetches[i])) {
            prepare_claim(d, fetches[i], &keys[n], &jobs[JOBS * n]);
            n++;
        }
    }
    if (n > 0)
        (void)redis_do(d->settings.redis, jobs, JOBS * n, deadline, NULL);
    for (size_t i = 0, k = 0; n > 0 && i < count; i++)
        if (is_shared(d, fetches[i]))
            take_claim(d, fetches[i], &jobs[JOBS * k++]);
    redis_jobs_done(jobs, JOBS * n);
    free(jobs);
    free(keys);
}

/* A lock is extended only if it still holds the token: PATCH_IF replaces its first byte with the
 * same byte and compares the rest. */
void documents_shared_extend_locks(struct documents *d, struct fetch **fetches, size_t count,
                                   int64_t deadline)
{
    struct redis_job *jobs = d->settings.redis ? calloc(count + 1, sizeof *jobs) : NULL;
    struct claim_keys *keys = jobs ? calloc(count + 1, sizeof *keys) : NULL;
    size_t n = 0;

    for (size_t i = 0; keys && i < count; i++) {
        struct str token = str_of(fetches[i]->lock_token);
        if (token.n == 0)
            continue;
        jobs[n] = (struct redis_job){ .verb = REDIS_PATCH_IF,
                                      .key = redis_key('l', fetches[i]->request->url,
                                                       keys[n].of[JOB_LOCK]),
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

/* Do `job` (may be NULL) and release the lock, in one round trip. */
static void write_and_unlock(struct documents *d, struct fetch *f, const struct redis_job *job)
{
    struct redis_job jobs[2];
    char lock[KEY_MAX];
    size_t n = 0;

    if (job)
        jobs[n++] = *job;
    if (f->lock_token[0])
        jobs[n++] = (struct redis_job){ .verb = REDIS_DEL_IF,
                                        .key = redis_key('l', f->request->url, lock),
                                        .value = str_of(f->lock_token) };
    if (n > 0)
        (void)redis_do(d->settings.redis, jobs, n, f->deadline, NULL);
    redis_jobs_done(jobs, n);
    f->lock_token[0] = '\0';
}

void documents_shared_unlock(struct documents *d, struct fetch *f)
{
    if (is_shared(d, f) && f->lock_token[0])
        write_and_unlock(d, f, NULL);
}

static struct redis_record_document record_of(const struct cached_document *cached, struct str body)
{
    return (struct redis_record_document){ .fetched_ms = cached->fetched_ms,
                                           .lifetime_s = cached->lifetime_s,
                                           .etag = str_of(cached->etag),
                                           .last_modified = str_of(cached->last_modified),
                                           .body = body };
}

/* For how long Redis keeps the document: until it may no longer be served stale. */
static int64_t expiry_ms(const struct documents *d, const struct fetch *f)
{
    const struct cached_document *cached = f->cached->data;
    int64_t fresh_s = cached->lifetime_s;

    if (fresh_s < f->request->min_fresh_s)
        fresh_s = f->request->min_fresh_s;
    return (fresh_s + d->settings.stale_s + 1) * 1000;
}

void documents_shared_put(struct documents *d, struct fetch *f, struct str body,
                          const struct cached_document *confirmed)
{
    struct redis_record_document record;
    struct buf value = BUF_INIT(FRONT_MAX + BODY_MAX), guard = BUF_INIT(FRONT_MAX);
    struct redis_job job = { .verb = confirmed ? REDIS_PATCH_IF : REDIS_SET };
    char key[KEY_MAX];

    if (!is_shared(d, f) || body.n > BODY_MAX) {
        documents_shared_unlock(d, f);
        return;
    }
    record = record_of(f->cached->data, body);
    if (confirmed) {
        struct redis_record_document before = record_of(confirmed, STR_NONE);
        redis_record_put_front(&value, &record);
        redis_record_put_validators(&guard, &before);
    } else {
        redis_record_put_document(&value, &record);
    }
    job.key = redis_key('d', f->request->url, key);
    job.value = buf_str(&value);
    job.guard = buf_str(&guard);
    job.expiry_ms = expiry_ms(d, f);
    write_and_unlock(d, f, value.failed || guard.failed ? NULL : &job);
    buf_free(&value);
    buf_free(&guard);
}

void documents_shared_put_failure(struct documents *d, struct fetch *f)
{
    struct buf value = BUF_INIT(FRONT_MAX);
    struct redis_job job = { .verb = REDIS_SET, .expiry_ms = FAILURE_MS };
    char key[KEY_MAX];

    if (!is_shared(d, f) || !f->lock_token[0]) /* without the lock, no instance waits for it */
        return;
    put_failure(&value, &f->failure);
    job.key = redis_key('f', f->request->url, key);
    job.value = buf_str(&value);
    write_and_unlock(d, f, &job);
    buf_free(&value);
}

void documents_shared_remove(struct documents *d, struct fetch *f)
{
    char key[KEY_MAX];
    struct redis_job job = { .verb = REDIS_DEL };

    if (!is_shared(d, f))
        return;
    job.key = redis_key('d', f->request->url, key);
    write_and_unlock(d, f, &job);
}

void documents_shared_forget(struct documents *d, const char *url, int64_t deadline)
{
    char key[KEY_MAX];
    struct redis_job job = { .verb = REDIS_DEL };

    if (!d->settings.redis)
        return;
    job.key = redis_key('d', url, key);
    (void)redis_do(d->settings.redis, &job, 1, deadline, NULL);
    redis_jobs_done(&job, 1);
}
