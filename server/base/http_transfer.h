/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/http_transfer.h -- one call on one libcurl handle; internal to http.c.
 *
 * http_transfer_begin(), then libcurl's multi runs it, then http_transfer_hop_end() for each "done"
 * message of the multi. */
#ifndef CLIMACAST_SERVER_BASE_HTTP_TRANSFER_H
#define CLIMACAST_SERVER_BASE_HTTP_TRANSFER_H

#include <curl/curl.h>

#include "server/base/http.h"

/* The client's user agent, and whom it trusts. */
struct http_identity {
    const char *user_agent, *ca_bundle; /* NULL when none */
    bool system_roots;
};

struct http_transfer {
    CURL *easy;           /* reused for each job; NULL before the first */
    struct http_job *job; /* NULL while idle */
    CURLU *url;           /* of the current hop */
    struct curl_slist *headers, *connect_to;
    int64_t until; /* deadline for all hops together */
    int hops, sendings;
    size_t header_bytes, redirect_bytes;
    bool location_lost, over; /* an unreadable Location came; the body exceeds its limit */
    char error[CURL_ERROR_SIZE];
};

/* Start the job in `multi`. False: it has failed already, and its status and err are set. */
bool http_transfer_begin(struct http_transfer *t, CURLM *multi,
                         const struct http_identity *identity, struct http_job *job);
/* A hop has ended. True when a redirect is being followed; false: the job is done and t is idle. */
bool http_transfer_hop_end(struct http_transfer *t, CURLM *multi, CURLcode code);
/* End the running job with this status. */
void http_transfer_abort(struct http_transfer *t, CURLM *multi, enum status st, const char *why);

#endif
