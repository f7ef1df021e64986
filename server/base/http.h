/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/http.h -- outbound HTTP(S), bounded in size and time.
 *
 * A `struct http` is a pool of libcurl handles; a calling thread borrows one for its calls, so
 * connections are kept alive per thread and never shared between threads.  Every call blocks until
 * `deadline` at most. Certificates are always verified: system roots, plus `ca_bundle`.  HTTP/1.1,
 * TLS >= 1.2, gzip is asked for and bounded after inflation.  No proxy variables are honoured
 * except for what libcurl does by default. Thread-safe. */
#ifndef CLIMACAST_BASE_HTTP_H
#define CLIMACAST_BASE_HTTP_H

#include <stdbool.h>
#include <stdint.h>

#include "server/base/err.h"
#include "server/base/str.h"

struct http;

struct http_settings {
    const char *user_agent; /* copied */
    const char *ca_bundle;  /* extra CA file, NULL or "" for none; copied */
    bool system_roots;      /* false: only ca_bundle is trusted */
};

/* One header to send or one received. */
struct http_header {
    struct str name, value;
};

enum { HTTP_REDIRECTS_MAX = 5 };

struct http_request {
    const char *method; /* "GET" when NULL */
    const char *url;    /* http:// or https:// */
    const struct http_header *headers;
    size_t header_count;
    struct str body;    /* sent when method is POST or PUT */
    size_t max_bytes;   /* of the body received; over it: ST_TOO_LARGE */
    int64_t deadline;   /* monotonic milliseconds */
    int64_t timeout_ms; /* of this call; 0 = up to the deadline */
    int redirects;      /* most to follow, same scheme/host/port only; 0 = a 3xx is the answer */
    const char
        *connect_to; /* "host:port" to contact instead of the URL's; NULL = as the URL says */
    bool once;       /* never sent again by the library when a kept connection dies (writes) */
    bool compressed; /* offer gzip */
};

struct http_response {
    long status;     /* such as 200; 0 when none came */
    struct buf body; /* owned; http_response_done() frees */
    /* Of the last response, first 512 bytes each, "" when absent. */
    char etag[256], last_modified[64], expires[64], date[64], cache_control[256], content_type[128];
    char location[512];
    char retry_after[32];
    char crc32[16];           /* x-amz-crc32 */
    int64_t age_s;            /* Age header, 0 when absent */
    char effective_url[1024]; /* after redirects */
};

struct http *http_create(const struct http_settings *settings, struct err *err);
void http_free(struct http *h);

/* One call.  ST_OK whenever a whole response came, whatever its status code; else ST_TIMEOUT,
 * ST_UNAVAILABLE (name, connection, TLS, broken off), ST_TOO_LARGE, ST_INVALID (URL).  The
 * response must be http_response_done() in either case; http_response_init() not needed before. */
enum status http_call(struct http *h, const struct http_request *request,
                      struct http_response *ret_response, struct err *err);
/* Several at once on one thread (curl_multi); each has its own status and err. Returns when all are
 * done. */
struct http_job {
    struct http_request request;
    struct http_response response;
    enum status status;
    struct err err;
};
void http_call_all(struct http *h, struct http_job *jobs, size_t count);
void http_response_done(struct http_response *response);
/* Free the calling thread's kept handles (at thread end; http_free frees all anyway). */
void http_thread_done(struct http *h);

#endif
