/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/http.c -- a pool of lanes, and calls that run on one.
 *
 * A lane, struct http_calls, is one curl_multi with a few transfers. Connections belong to the
 * multi, so they stay with the lane. Idle lanes are on a stack, so that the next call uses the lane
 * used last, whose connections are open; those at its bottom, which only a peak needed, are freed
 * after a while. A lane is either in use by one thread or on the stack, which `lock` guards. */
#include "server/base/http.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/clock.h"
#include "server/base/http_response.h"
#include "server/base/http_transfer.h"

enum {
    LANE_TRANSFERS = 8, /* concurrent, on one lane */
    CONNECTIONS_PER_LANE = 8,
    IDLE_LANES_MAX = 32,
    IDLE_MS = 60 * 1000,
};

struct http_calls {
    struct http_calls *next; /* on the stack */
    int64_t idle_since_ms;
    CURLM *multi;
    struct http_transfer transfers[LANE_TRANSFERS];
    struct http *http; /* the rest is for a lane in use */
    size_t active;     /* transfers with a job */
    struct http_job *waiting, *ended;
};

struct http {
    pthread_mutex_t lock; /* guards the two below */
    struct http_calls *idle;
    size_t idle_count;
    int64_t idle_ms;
    char *user_agent, *ca_bundle; /* copies; NULL for none */
    struct http_identity identity;
};

static pthread_once_t global_once = PTHREAD_ONCE_INIT;
static CURLcode global_result;

static void global_init(void)
{
    global_result = curl_global_init(CURL_GLOBAL_DEFAULT);
}

static char *duplicate(const char *z)
{
    size_t n = strlen(z) + 1;
    char *p = malloc(n);

    return p ? memcpy(p, z, n) : NULL;
}

static bool is_readable(const char *path)
{
    FILE *file = fopen(path, "rb");

    if (!file)
        return false;
    (void)fclose(file);
    return true;
}

struct http *http_create(const struct http_settings *settings, struct err *err)
{
    const char *bundle = settings->ca_bundle && *settings->ca_bundle ? settings->ca_bundle : NULL;
    const curl_version_info_data *curl;
    struct http *h = NULL;

    (void)pthread_once(&global_once, global_init);
    if (global_result != CURLE_OK) {
        (void)err_set(err, ST_SYSTEM, "libcurl: %s", curl_easy_strerror(global_result));
        return NULL;
    }
    curl = curl_version_info(CURLVERSION_NOW);
    if (bundle && settings->system_roots && (curl->age < CURLVERSION_SEVENTH || !curl->capath)) {
        (void)err_set(
            err, ST_SYSTEM,
            "this libcurl has no folder of root certificates to combine http.ca_bundle with");
        return NULL;
    }
    if (bundle && !is_readable(bundle)) {
        (void)err_set(err, ST_SYSTEM, "cannot read the CA bundle %s", bundle);
        return NULL;
    }
    h = calloc(1, sizeof *h);
    if (!h || pthread_mutex_init(&h->lock, NULL) != 0) {
        free(h);
        (void)err_no_memory(err);
        return NULL;
    }
    h->idle_ms = settings->idle_ms > 0 ? settings->idle_ms : IDLE_MS;
    h->user_agent = settings->user_agent ? duplicate(settings->user_agent) : NULL;
    h->ca_bundle = bundle ? duplicate(bundle) : NULL;
    if ((settings->user_agent && !h->user_agent) || (bundle && !h->ca_bundle)) {
        http_free(h);
        (void)err_no_memory(err);
        return NULL;
    }
    h->identity = (struct http_identity){ h->user_agent, h->ca_bundle, settings->system_roots };
    return h;
}

/* ---- lanes ---- */

static void lane_free(struct http_calls *lane)
{
    if (!lane)
        return;
    for (size_t i = 0; i < LANE_TRANSFERS; i++)
        curl_easy_cleanup(lane->transfers[i].easy);
    (void)curl_multi_cleanup(lane->multi);
    free(lane);
}

static struct http_calls *lane_create(void)
{
    struct http_calls *lane = calloc(1, sizeof *lane);

    if (lane)
        lane->multi = curl_multi_init();
    if (!lane || !lane->multi) {
        free(lane);
        return NULL;
    }
    (void)curl_multi_setopt(lane->multi, CURLMOPT_MAXCONNECTS, (long)CONNECTIONS_PER_LANE);
    (void)curl_multi_setopt(lane->multi, CURLMOPT_PIPELINING, (long)CURLPIPE_NOTHING);
    return lane;
}

static struct http_calls *lane_take(struct http *h)
{
    struct http_calls *lane;

    (void)pthread_mutex_lock(&h->lock);
    lane = h->idle;
    if (lane) {
        h->idle = lane->next;
        h->idle_count--;
    }
    (void)pthread_mutex_unlock(&h->lock);
    return lane ? lane : lane_create();
}

/* Takes the lanes that nobody has needed for a while off the stack; they are at its bottom. With
 * the lock held. */
static struct http_calls *take_unneeded(struct http *h, int64_t now_ms)
{
    struct http_calls **at = &h->idle, *unneeded;

    while (*at && now_ms - (*at)->idle_since_ms <= h->idle_ms)
        at = &(*at)->next;
    unneeded = *at;
    *at = NULL;
    for (struct http_calls *lane = unneeded; lane; lane = lane->next)
        h->idle_count--;
    return unneeded;
}

static void lanes_free(struct http_calls *lanes)
{
    while (lanes) {
        struct http_calls *next = lanes->next;
        lane_free(lanes);
        lanes = next;
    }
}

static void lane_give(struct http *h, struct http_calls *lane)
{
    struct http_calls *unneeded;

    lane->idle_since_ms = clock_mono_ms();
    (void)pthread_mutex_lock(&h->lock);
    unneeded = take_unneeded(h, lane->idle_since_ms);
    if (h->idle_count < IDLE_LANES_MAX) {
        lane->next = h->idle;
        h->idle = lane;
        h->idle_count++;
        lane = NULL;
    }
    (void)pthread_mutex_unlock(&h->lock);
    lane_free(lane);
    lanes_free(unneeded);
}

void http_free(struct http *h)
{
    if (!h)
        return;
    lanes_free(h->idle);
    free(h->user_agent);
    free(h->ca_bundle);
    (void)pthread_mutex_destroy(&h->lock);
    free(h);
}

/* ---- calls ---- */

struct http_calls *http_calls_open(struct http *h)
{
    struct http_calls *calls = lane_take(h);

    if (calls)
        calls->http = h;
    return calls;
}

/* Append to a list that is linked by `next`. */
static void append_job(struct http_job **list, struct http_job *job)
{
    while (*list)
        list = &(*list)->next;
    job->next = NULL;
    *list = job;
}

static struct http_job *shift_job(struct http_job **list)
{
    struct http_job *job = *list;

    *list = job->next;
    return job;
}

/* Remove a job from a list if it is there. */
static bool remove_job(struct http_job **list, const struct http_job *job)
{
    while (*list && *list != job)
        list = &(*list)->next;
    if (!*list)
        return false;
    *list = job->next;
    return true;
}

void http_calls_add(struct http_calls *calls, struct http_job *job)
{
    http_response_begin(&job->response, job->request.max_bytes);
    job->err = ERR_NONE;
    job->done = false;
    append_job(&calls->waiting, job);
}

/* Start jobs while there are free transfers. */
static void start_jobs(struct http_calls *calls)
{
    for (size_t i = 0; i < LANE_TRANSFERS; i++) {
        struct http_transfer *t = &calls->transfers[i];
        while (!t->job && calls->waiting) {
            struct http_job *job = shift_job(&calls->waiting);
            if (http_transfer_begin(t, calls->multi, &calls->http->identity, job))
                calls->active++;
            else
                append_job(&calls->ended, job);
        }
    }
}

/* Handle the hops that have ended. */
static void finish_jobs(struct http_calls *calls)
{
    struct CURLMsg *message;
    int left;

    while ((message = curl_multi_info_read(calls->multi, &left))) {
        CURLcode code = message->data.result; /* freed with the removal of the handle */
        struct http_transfer *t = NULL;
        if (message->msg != CURLMSG_DONE)
            continue;
        (void)curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &t);
        struct http_job *job = t->job;
        if (http_transfer_hop_end(t, calls->multi, code))
            continue;
        calls->active--;
        append_job(&calls->ended, job);
    }
}

static void end_transfer(struct http_calls *calls, struct http_transfer *t, enum status st,
                         const char *why)
{
    http_transfer_abort(t, calls->multi, st, why);
    calls->active--;
}

/* libcurl itself failed: fail all running jobs. */
static void abort_jobs(struct http_calls *calls, CURLMcode code)
{
    for (size_t i = 0; i < LANE_TRANSFERS; i++) {
        struct http_job *job = calls->transfers[i].job;
        if (!job)
            continue;
        end_transfer(calls, &calls->transfers[i], ST_SYSTEM, curl_multi_strerror(code));
        append_job(&calls->ended, job);
    }
}

struct http_job *http_calls_next(struct http_calls *calls, int64_t until)
{
    enum { POLL_MS = 1000 }; /* libcurl wakes itself earlier when a timeout is due */
    int running;

    for (;;) {
        CURLMcode code;
        int64_t left_ms;
        start_jobs(calls);
        if (calls->active > 0) {
            code = curl_multi_perform(calls->multi, &running);
            if (code == CURLM_OK)
                finish_jobs(calls);
            else
                abort_jobs(calls, code);
        }
        if (calls->ended) {
            struct http_job *job = shift_job(&calls->ended);
            job->done = true;
            return job;
        }
        left_ms = clock_left_ms(until);
        if (calls->active == 0 || left_ms == 0)
            return NULL;
        code = curl_multi_poll(calls->multi, NULL, 0, (int)(left_ms < POLL_MS ? left_ms : POLL_MS),
                               NULL);
        if (code != CURLM_OK)
            abort_jobs(calls, code);
    }
}

void http_calls_cancel(struct http_calls *calls, struct http_job *job)
{
    if (remove_job(&calls->waiting, job)) {
        job->status = err_set(&job->err, ST_TIMEOUT, "no time left to send the request");
    } else {
        for (size_t i = 0; i < LANE_TRANSFERS; i++)
            if (calls->transfers[i].job == job)
                end_transfer(calls, &calls->transfers[i], ST_TIMEOUT, "no answer in time");
        (void)remove_job(&calls->ended, job);
    }
    job->done = true;
}

void http_calls_close(struct http_calls *calls)
{
    while (calls->waiting)
        http_calls_cancel(calls, calls->waiting);
    for (size_t i = 0; i < LANE_TRANSFERS; i++)
        if (calls->transfers[i].job)
            http_calls_cancel(calls, calls->transfers[i].job);
    while (calls->ended)
        http_calls_cancel(calls, calls->ended);
    lane_give(calls->http, calls);
}

void http_call_all(struct http *h, struct http_job *jobs, size_t count)
{
    struct http_calls *calls = count ? http_calls_open(h) : NULL;

    for (size_t i = 0; i < count; i++) {
        if (calls) {
            http_calls_add(calls, &jobs[i]);
            continue;
        }
        http_response_begin(&jobs[i].response, jobs[i].request.max_bytes);
        jobs[i].err = ERR_NONE;
        jobs[i].status = err_no_memory(&jobs[i].err);
    }
    if (!calls)
        return;
    while (http_calls_next(calls, INT64_MAX))
        ;
    http_calls_close(calls);
}

enum status http_call(struct http *h, const struct http_request *request,
                      struct http_response *ret_response, struct err *err)
{
    struct http_job job = { .request = *request };

    http_call_all(h, &job, 1);
    *ret_response = job.response;
    if (job.status != ST_OK && err && err->status == ST_OK)
        *err = job.err;
    return job.status;
}
