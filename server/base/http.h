/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/http.h -- outbound HTTP(S), bounded in size and time.
 *
 * A `struct http` is a pool of lanes, each a set of libcurl handles with their keep-alive
 * connections. A call borrows a lane, so no connection is ever used by two threads. Each call
 * blocks until `deadline` at most, even if the name server does not respond. Certificates are
 * always verified, against the system's roots plus `ca_bundle`. HTTP/1.1, TLS 1.2 or later; gzip is
 * bounded after decompression. Proxy variables are used as libcurl reads them. Error texts hold no
 * more of a URL than scheme, host and port, because the rest may be secret. Thread-safe. */
#ifndef CLIMACAST_SERVER_BASE_HTTP_H
#define CLIMACAST_SERVER_BASE_HTTP_H

#include <stdbool.h>
#include <stdint.h>

#include "server/base/err.h"
#include "server/base/str.h"

struct http;

struct http_settings {
    const char *user_agent; /* copied */
    const char *ca_bundle;  /* additional CA file, NULL or "" for none; copied */
    bool system_roots;      /* false: trust only ca_bundle */
    int64_t idle_ms; /* after it, connections that only a peak needed are closed; 0: a minute */
};

/* A request header. */
struct http_header {
    struct str name, value;
};

enum { HTTP_REDIRECTS_MAX = 5 };

struct http_request {
    const char *method; /* "GET" when NULL */
    const char *url;    /* http:// or https:// */
    const struct http_header *headers;
    size_t header_count;
    struct str body;        /* sent with POST and PUT */
    size_t max_bytes;       /* limit of the response body; beyond it: ST_TOO_LARGE */
    int64_t deadline;       /* monotonic milliseconds */
    int64_t timeout_ms;     /* of this call; 0: up to the deadline */
    int redirects;          /* to follow at most, within scheme, host and port; 0: return the 3xx */
    const char *connect_to; /* "host:port" to connect to instead of the URL's; or NULL */
    const char *unix_path;  /* a unix socket to connect to instead; or NULL */
    bool proxy_header;      /* begin the connection with a PROXY header (version 1) */
    bool once; /* for writes: not resent when a keep-alive connection turns out to be closed */
    bool compressed; /* accept gzip */
    bool direct;     /* ignore proxy variables: for addresses of this machine */
    void *data;      /* the caller's */
};

struct http_response {
    long status;     /* such as 200; 0 when no response came */
    bool sent;       /* the request was sent, at least in part: the server may have acted on it */
    struct buf body; /* owned; http_response_done() frees */
    /* Headers of the last response; "" when absent or too long for the field. */
    char etag[256], last_modified[64], expires[64], date[64], cache_control[256], content_type[128];
    char location[512];
    char retry_after[32];
    char crc32[16];           /* x-amz-crc32 */
    int64_t age_s;            /* Age header, 0 when absent */
    char effective_url[1024]; /* after redirects */
};

struct http *http_create(const struct http_settings *settings, struct err *err);
void http_free(struct http *h);

/* Make one call. Release the response with http_response_done() whatever the status.
 *   ST_OK           a complete response came, whatever its status code
 *   ST_TIMEOUT      the deadline or timeout_ms passed
 *   ST_UNAVAILABLE  name lookup, connection or TLS failed, or the server disconnected
 *   ST_TOO_LARGE    the body exceeds max_bytes
 *   ST_INVALID      malformed URL or header, too many redirects, or one to another host
 *   ST_SYSTEM */
enum status http_call(struct http *h, const struct http_request *request,
                      struct http_response *ret_response, struct err *err);
/* One of several concurrent calls, with its outcome. */
struct http_job {
    struct http_request request;
    struct http_response response;
    enum status status;
    struct err err;
    bool done;             /* returned or canceled: the three above are final */
    struct http_job *next; /* private */
};
/* Make several calls concurrently on this thread (curl_multi). Returns when all are done. */
void http_call_all(struct http *h, struct http_job *jobs, size_t count);
void http_response_done(struct http_response *response);

/* The same step by step, to use each response when it comes:
 *
 *     calls = http_calls_open(h);
 *     http_calls_add(calls, &jobs[i]);
 *     while ((job = http_calls_next(calls, until)))
 *         use job->response, http_response_done()
 *     http_calls_close(calls);
 *
 * For one thread. A job stays where it is until it is done; its response is released whatever its
 * status. */
struct http_calls;

struct http_calls *http_calls_open(struct http *h); /* NULL: out of memory */
void http_calls_add(struct http_calls *calls, struct http_job *job);
/* Run them until one is done, and return it. NULL: none is left, or `until` has passed. */
struct http_job *http_calls_next(struct http_calls *calls, int64_t until);
/* End a job that is not done, as ST_TIMEOUT unless it has just ended otherwise. It is not returned
 * by http_calls_next() any more. */
void http_calls_cancel(struct http_calls *calls, struct http_job *job);
/* Cancels the jobs that are not done. */
void http_calls_close(struct http_calls *calls);

#endif
