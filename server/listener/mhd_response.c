/* SPDX-License-Identifier: Apache-2.0 */
/* server/listener/mhd_response.c -- a libmicrohttpd response made from a buffer. */
#include "server/listener/mhd_response.h"

#include <stdlib.h>

struct MHD_Response *mhd_response_take(struct buf *body)
{
    struct MHD_Response *response;
    size_t n;
    char *bytes = buf_take(body, &n);

    if (!bytes)
        return NULL;
    response = MHD_create_response_from_buffer(n, bytes, MHD_RESPMEM_MUST_FREE);
    if (!response)
        free(bytes);
    return response;
}
