/* SPDX-License-Identifier: Apache-2.0 */
/* server/api/api_reply.h -- the answer to a request of the API: a status, headers, a body. Not
 * thread-safe. */
#ifndef CLIMACAST_SERVER_API_API_REPLY_H
#define CLIMACAST_SERVER_API_API_REPLY_H

#include <stdbool.h>

#include "server/base/str.h"

enum api_error {
#define API_ERROR(word, status) API_##word,
#include "server/api/api_errors.def"
#undef API_ERROR
    API_ERRORS
};

enum { API_REPLY_MAX = 512 * 1024 };

/* Zeroed but for the status and the body's maximum: see API_REPLY_INIT. */
struct api_reply {
    unsigned status;
    struct buf body;    /* JSON */
    struct buf speech;  /* what it says, as plain text */
    const char *result; /* for the counters and the log: "ok" or an error word */
    int retry_after_s;  /* 0: no such header */
    const char *allow;  /* of 405; NULL: no such header */
};
#define API_REPLY_INIT                                      \
    ((struct api_reply){ .status = 200,                     \
                         .body = BUF_INIT(API_REPLY_MAX),   \
                         .speech = BUF_INIT(API_REPLY_MAX), \
                         .result = "ok" })

void api_reply_done(struct api_reply *r);
/* Back to what it was at first. */
void api_reply_reset(struct api_reply *r);

/* Replaces the reply by {"error": word, "message": message}. */
void api_reply_error(struct api_reply *r, enum api_error e, struct str message);
void api_reply_errorf(struct api_reply *r, enum api_error e, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

#endif
