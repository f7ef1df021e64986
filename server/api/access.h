/* SPDX-License-Identifier: Apache-2.0 */
/* server/api/access.h -- who may use the API: Host and Origin, token, rate. Thread-safe. */
#ifndef CLIMACAST_SERVER_API_ACCESS_H
#define CLIMACAST_SERVER_API_ACCESS_H

#include <stdbool.h>
#include <stdint.h>

#include "cache/store.h"
#include "server/api/api_reply.h"
#include "server/base/err.h"
#include "server/base/ip.h"
#include "server/base/str.h"

struct access;

struct access_settings {
    struct store *store; /* must outlive it */
    bool open;           /* programs of this machine need no token */
    int64_t per_minute;
};

/* What a request shows. */
struct access_request {
    struct str host, origin, authorization; /* headers; STR_NONE when absent */
    bool repeated;                          /* one of them occurs twice */
    bool strict_origin;                     /* a foreign Origin is refused with a token, too */
    struct ip peer, own;                    /* both ends of the connection */
};

/* NULL: out of memory. */
struct access *access_create(const struct access_settings *settings);
void access_free(struct access *a); /* NULL is allowed */

/* ST_OK        go on
 * ST_DENIED    the reply is the refusal
 * ST_WOULD_WAIT */
enum status access_check(struct access *a, const struct access_request *request, int64_t deadline,
                         struct api_reply *reply);

#endif
