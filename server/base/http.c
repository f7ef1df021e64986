/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/http.c -- a pool of lanes, and calls that run on one.
 *
 * A lane is one curl_multi with a few transfers. Connections belong to the multi, so they stay with
 * the lane. Idle lanes are on a stack, so that the next call uses the lane used last, whose
 * connections are open. A lane is either in use by one thread or on the stack, which `lock`
 * guards. */
#include "server/base/http.h"

#include <curl/curl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server/base/http_response.h"
#include "server/base/http_transfer.h"

enum {
    LANE_TRANSFERS = 8, /* concurrent, on one lane */
    CONNECTIONS_PER_LANE = 8,
    IDLE_LANES_MAX = 32,
};

struct lane {
    struct lane *next;
    CURLM *multi;
    struct http_transfer transfers[LANE_TRANSFERS];
};

struct http {
    pthread_mutex_t lock; /* guards the two below */
    struct lane *idle;
    size_t idle_count;
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

static void lane_free(struct lane *lane)
{
    if (!lane)
        return;
    for (size_t i = 0; i < LANE_TRANSFERS; i++)
        curl_easy_cleanup(lane->transfers[i].easy);
    (void)curl_multi_cleanup(lane->multi);
    free(lane);
}

static struct lane *lane_create(void)
{
    struct lane *lane = calloc(1, sizeof *lane);

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

static struct lane *lane_take(struct http *h)
{
    struct lane *lane;

    (void)pthread_mutex_lock(&h->lock);
    lane = h->idle;
    if (lane) {
        h->idle = lane->next;
        h->idle_count--;
    }
    (void)pthread_mutex_unlock(&h->lock);
    return lane ? lane : lane_create();
}

static void lane_give(struct http *h, struct lane *lane)
{
    (void)pthread_mutex_lock(&h->lock);
    if (h->idle_count < IDLE_LANES_MAX) {
        lane->next = h->idle;
        h->idle = lane;
        h->idle_count++;
        lane = NULL;
    }
    (void)pthread_mutex_unlock(&h->lock);
    lane_free(lane);
}

void http_free(struct http *h)
{
    if (!h)
        return;
    while (h->idle) {
        struct lane *lane = h->idle;
        h->idle = lane->next;
        lane_free(lane);
    }
    free(h->user_agent);
    free(h->ca_bundle);
    (void)pthread_mutex_destroy(&h->lock);
    free(h);
}

/* ---- calls ---- */

/* Start jobs from *next on while there are free transfers. Returns how many started. */
static size_t start_jobs(const struct http *h, struct lane *lane, struct http_job *jobs,
                         size_t count, size_t *next)
{
    size_t started = 0;

    for (size_t i = 0; i < LANE_TRANSFERS; i++) {
        struct http_transfer *t = &lane->transfers[i];
        while (!t->job && *next < count)
            started += http_transfer_begin(t, lane->multi, &h->identity, &jobs[(*next)++]);
    }
    return started;
}

/* Handle the hops that have ended. Returns how many jobs are done. */
static size_t finish_jobs(struct lane *lane)
{
    size_t finished = 0;
    struct CURLMsg *message;
    int left;

    while ((message = curl_multi_info_read(lane->multi, &left))) {
        CURLcode code = message->data.result; /* freed with the removal of the handle */
        struct http_transfer *t = NULL;
        if (message->msg != CURLMSG_DONE)
            continue;
        (void)curl_easy_getinfo(message->easy_handle, CURLINFO_PRIVATE, &t);
        finished += !http_transfer_hop_end(t, lane->multi, code);
    }
    return finished;
}

/* libcurl itself failed: fail all running jobs. */
static void abort_jobs(struct lane *lane, CURLMcode code)
{
    for (size_t i = 0; i < LANE_TRANSFERS; i++)
        if (lane->transfers[i].job)
            http_transfer_abort(&lane->transfers[i], lane->multi, curl_multi_strerror(code));
}

static void run_jobs(const struct http *h, struct lane *lane, struct http_job *jobs, size_t count)
{
    enum { POLL_MS = 1000 }; /* libcurl wakes itself earlier when a timeout is due */
    size_t next = 0, active = 0;
    int running;

    while (next < count || active > 0) {
        CURLMcode code;
        active += start_jobs(h, lane, jobs, count, &next);
        code = curl_multi_perform(lane->multi, &running);
        if (code == CURLM_OK) {
            size_t finished = finish_jobs(lane);
            active -= finished;
            if (finished == 0 && active > 0)
                code = curl_multi_poll(lane->multi, NULL, 0, POLL_MS, NULL);
        }
        if (code != CURLM_OK) {
            abort_jobs(lane, code);
            active = 0;
        }
    }
}

void http_call_all(struct http *h, struct http_job *jobs, size_t count)
{
    struct lane *lane = count ? lane_take(h) : NULL;

    for (size_t i = 0; i < count; i++) {
        http_response_begin(&jobs[i].response, jobs[i].request.max_bytes);
        jobs[i].err = ERR_NONE;
        if (!lane)
            jobs[i].status = err_no_memory(&jobs[i].err);
    }
    if (!lane)
        return;
    run_jobs(h, lane, jobs, count);
    lane_give(h, lane);
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
