/* SPDX-License-Identifier: Apache-2.0 */
/* server/api/v1.c -- from the parameters of a URL to a question. */
#include "server/api/v1.h"

#include "intents/intent.h"
#include "server/api/query.h"
#include "server/api/question.h"

enum { TEXT_BYTES_MAX = 200 }; /* of a parameter */

/* Turns the parameters into the question. False: the reply is an error. */
typedef bool read_fn(const struct query *q, struct question_call *question,
                     struct api_reply *reply);

struct v1_door {
    const char *name;
    const char *const *parameters; /* NULL at the end */
    read_fn *read;
};

/* ---- parameters that several doors have ---- */

static bool check_parameters(const struct query *q, const char *const *names,
                             struct api_reply *reply)
{
    struct str unknown = query_unknown(q, names), repeated = query_repeated(q);

    if (unknown.n > 0)
        api_reply_errorf(reply, API_parameter_unknown, "There is no parameter %.*s here.",
                         STR_ARG(str_sub(unknown, 0, TEXT_BYTES_MAX)));
    else if (repeated.n > 0)
        api_reply_errorf(reply, API_parameter_invalid, "The parameter %.*s is given twice.",
                         STR_ARG(repeated));
    for (size_t i = 0; reply->status == 200 && i < q->count; i++)
        if (q->at[i].value.n > TEXT_BYTES_MAX)
            api_reply_errorf(reply, API_parameter_invalid,
                             "The parameter %.*s is longer than %d bytes.", STR_ARG(q->at[i].name),
                             (int)TEXT_BYTES_MAX);
    return reply->status == 200;
}

static bool read_units(const struct query *q, struct question_call *question,
                       struct api_reply *reply)
{
    struct str units = query_get(q, "units");

    if (units.n > 0 && !str_eqz(units, "us") && !str_eqz(units, "metric")) {
        api_reply_error(reply, API_parameter_invalid,
                        STR("The parameter units is neither us nor metric."));
        return false;
    }
    slots_set(&question->slots, "units", units);
    return true;
}

static bool read_place(const struct query *q, struct question_call *question,
                       struct api_reply *reply)
{
    struct str place = query_get(q, "place");

    if (place.n == 0) {
        api_reply_error(reply, API_place_missing, STR("Name a place, such as place=Boulder, CO."));
        return false;
    }
    question_set_place(&question->slots, place);
    return true;
}

/* ---- the doors ---- */

static bool read_now(const struct query *q, struct question_call *question, struct api_reply *reply)
{
    question->intent = &intent_metric;
    slots_set(&question->slots, "metric", STR("weather"));
    return read_place(q, question, reply);
}

static const char *const now_parameters[] = { "place", "units", NULL };

static const struct v1_door doors[] = {
    { "now", now_parameters, read_now },
};

const struct v1_door *v1_find(struct str path)
{
    if (!str_starts(path, STR("/v1/")))
        return NULL;
    for (size_t i = 0; i < sizeof doors / sizeof doors[0]; i++)
        if (str_eqz(str_sub(path, 4, path.n), doors[i].name))
            return &doors[i];
    return NULL;
}

const char *v1_name(const struct v1_door *door)
{
    return door->name;
}

enum status v1_answer(const struct v1_request *request, const struct call *call,
                      struct api_reply *reply, struct turn_log *ret_log)
{
    struct question_call question = { .skill = request->skill, .call = call };
    struct query q;

    if (!query_parse(request->query, call->arena, &q)) {
        api_reply_error(reply, API_parameter_invalid,
                        STR("The parameters are not percent-encoded UTF-8."));
        return ST_OK;
    }
    if (!check_parameters(&q, request->door->parameters, reply) ||
        !read_units(&q, &question, reply) || !request->door->read(&q, &question, reply))
        return ST_OK;
    return question_ask(&question, reply, ret_log);
}
