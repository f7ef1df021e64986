/* SPDX-License-Identifier: Apache-2.0 */
/* server/listener/mhd_response.h -- a libmicrohttpd response made from a buffer. Thread-safe. */
#ifndef CLIMACAST_SERVER_LISTENER_MHD_RESPONSE_H
#define CLIMACAST_SERVER_LISTENER_MHD_RESPONSE_H

#include <microhttpd.h>

#include "server/base/str.h"

/* A response that takes over the bytes of `body`, leaving it empty. The caller destroys it with
 * MHD_destroy_response(). NULL when there is not enough memory, or `body` has overflowed. */
struct MHD_Response *mhd_response_take(struct buf *body);

#endif
