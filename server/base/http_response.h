/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/http_response.h -- fills a response from received header lines; internal to http. */
#ifndef CLIMACAST_SERVER_BASE_HTTP_RESPONSE_H
#define CLIMACAST_SERVER_BASE_HTTP_RESPONSE_H

#include "server/base/http.h"

/* Initialize *r, with a bound on its body. */
void http_response_begin(struct http_response *r, size_t max_bytes);
/* Forget headers and body: another response to the same call begins (after an interim one). */
void http_response_restart(struct http_response *r);
/* Store one received header line. A value with control characters, or too long for its field, is
 * dropped. False when that was Location, because then the redirect cannot be followed. */
bool http_response_line(struct http_response *r, struct str line);

#endif
