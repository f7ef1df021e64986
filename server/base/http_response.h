/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/http_response.h -- a response, filled from the lines that come in; for http alone. */
#ifndef CLIMACAST_SERVER_BASE_HTTP_RESPONSE_H
#define CLIMACAST_SERVER_BASE_HTTP_RESPONSE_H

#include "server/base/http.h"

/* Make *r empty, its body bounded; what it held is not freed. */
void http_response_begin(struct http_response *r, size_t max_bytes);
/* A new response to the same call (an interim one went before): forget headers and body. */
void http_response_again(struct http_response *r);
/* Take one header line as it came. A value with control characters or too long for its field is
 * dropped; false when that was a Location, for then there is no telling where to go. */
bool http_response_line(struct http_response *r, struct str line);

#endif
