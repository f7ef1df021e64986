/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/http_transfer.h -- one job on one libcurl handle; for http.c alone.
 *
 * begin, then libcurl's multi drives it, then hop_end for each "done" that the multi tells. */
#ifndef CLIMACAST_SERVER_BASE_HTTP_TRANSFER_H
#define CLIMACAST_SERVER_BASE_HTTP_TRANSFER_H

#include <curl/curl.h>

#include "server/base/http.h"

/* Who we say we are, and whom we believe. */
struct http_identity {
    const char *user_agent, *ca_bundle; /* NULL when none */
    bool system_roots;
};

struct http_transfer {
    CURL *easy;           /* kept from job to job; NULL before the first */
    struct http_job *job; /* NULL while idle */
    CURLU *url;           /* where this hop goes */
    struct curl_slist *headers, *connect_to;
    int64_t until; /* the deadline of all hops */
    int hops, sendings;
    size_t header_bytes, redirect_bytes;
    bool location_lost, over;
    char error[CURL_ERROR_SIZE];
};

/* Begin the job; true when it is under way in `multi`, else the job is done and says why. */
bool http_transfer_begin(struct http_transfer *t, CURLM *multi,
                         const struct http_identity *identity, struct http_job *job);
/* A hop is over. True when a redirect is under way, else the job is done and t is idle. */
bool http_transfer_hop_end(struct http_transfer *t, CURLM *multi, CURLcode code);
/* End the job under way. */
void http_transfer_abort(struct http_transfer *t, CURLM *multi, const char *why);

#endif
