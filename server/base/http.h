/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/http.h -- outbound HTTP(S), bounded in size and time.
 *
 * A `struct http` is a pool of lanes, each a set of libcurl handles with the connections they keep
 * alive; a call borrows a lane, so no connection is ever used by two threads. Every call blocks
 * until `deadline` at most, a dead name server included. Certificates are always verified: system
 * roots, plus `ca_bundle`. HTTP/1.1, TLS >= 1.2; gzip is bounded after inflation. Proxy variables
 * count as libcurl reads them. No error text holds more of a URL than scheme, host and port: the
 * rest may be a secret. Thread-safe. */
#ifndef CLIMACAST_SERVER_BASE_HTTP_H
#define CLIMACAST_SERVER_BASE_HTTP_H

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
    bool direct;     /* by no proxy, whatever the environment says: for addresses of this machine */
};

struct http_response {
    long status;     /* such as 200; 0 when none came */
    struct buf body; /* owned; http_response_done() frees */
    /* Headers of the last response; "" when absent, or longer than any we could use. */
    char etag[256], last_modified[64], expires[64], date[64], cache_control[256], content_type[128];
    char location[512];
    char retry_after[32];
    char crc32[16];           /* x-amz-crc32 */
    int64_t age_s;            /* Age header, 0 when absent */
    char effective_url[1024]; /* after redirects */
};

struct http *http_create(const struct http_settings *settings, struct err *err);
void http_free(struct http *h);

/* One call. ST_OK whenever a whole response came, whatever its status code; else ST_TIMEOUT,
 * ST_UNAVAILABLE (name, connection, TLS, broken off), ST_TOO_LARGE, ST_INVALID (URL, header, a
 * redirect that leaves the host or one too many), ST_SYSTEM. The response must be
 * http_response_done() in either case; http_response_init() not needed before. */
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

#endif
