/* SPDX-License-Identifier: Apache-2.0 */
/* server/api/v1.h -- the JSON API: GET /v1/now?place=... and its siblings. Thread-safe. */
#ifndef CLIMACAST_SERVER_API_V1_H
#define CLIMACAST_SERVER_API_V1_H

#include "intents/turn.h"
#include "server/api/api_reply.h"
#include "server/api/query.h"
#include "server/base/call.h"
#include "server/utterance/model.h"

/* One of the paths. */
struct v1_endpoint;

/* The endpoint at "/v1/now"; NULL when there is none. */
const struct v1_endpoint *v1_find(struct str path);
const char *v1_name(const struct v1_endpoint *endpoint); /* "now" */

struct v1_request {
    const struct v1_endpoint *endpoint;
    struct str query; /* as in the URL, without "?" */
    const struct skill *skill;
    const struct model *model; /* of what can be said */
};
/* ST_OK: the reply is set; ST_WOULD_WAIT: as dispatch(). */
enum status v1_answer(const struct v1_request *request, const struct call *call,
                      struct api_reply *reply, struct turn_log *ret_log);
/* The same with the parameters as they were read, whatever request->query says. */
enum status v1_ask(const struct v1_request *request, const struct query *q, const struct call *call,
                   struct api_reply *reply, struct turn_log *ret_log);

#endif
