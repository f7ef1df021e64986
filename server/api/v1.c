/* SPDX-License-Identifier: Apache-2.0 */
/* server/api/v1.c -- from the parameters of a URL to a question. */
#include "server/api/v1.h"

#include <stdio.h>
#include <stdlib.h>

#include "server/api/query.h"
#include "server/api/question.h"
#include "server/api/say.h"
#include "server/base/time_text.h"

enum { TEXT_BYTES_MAX = 300 /* of a parameter */, HOURS = 12, HOURS_MAX = 168, DAYS_MAX = 366 };

/* Turns the parameters into the question. False: the reply is an error. */
typedef bool read_fn(const struct v1_request *request, const struct query *q,
                     struct question_call *question, struct api_reply *reply);

struct v1_endpoint {
    const char *name;
    const char *const *parameters; /* NULL at the end */
    read_fn *read;
};

/* ---- parameters that several endpoints have ---- */

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

static bool check_units(const struct query *q, struct api_reply *reply)
{
    struct str units = query_get(q, "units");

    if (!query_has(q, "units") || str_eqz(units, "us") || str_eqz(units, "metric"))
        return true;
    api_reply_error(reply, API_parameter_invalid,
                    STR("The parameter units is neither us nor metric."));
    return false;
}

static bool read_place(const struct query *q, struct question_call *question,
                       struct api_reply *reply)
{
    struct str place = query_get(q, "place");

    if (place.n == 0) {
        api_reply_error(reply, API_place_missing, STR("Name a place, such as Boulder, Colorado."));
        return false;
    }
    question_set_place(&question->slots, place);
    return true;
}

/* ---- the endpoints ---- */

static bool read_now(const struct v1_request *request, const struct query *q,
                     struct question_call *question, struct api_reply *reply)
{
    (void)request;
    question->intent = &intent_metric;
    slots_set(&question->slots, "metric", STR("weather"));
    return read_place(q, question, reply);
}

static bool read_hours(const struct v1_request *request, const struct query *q,
                       struct question_call *question, struct api_reply *reply)
{
    struct str text = query_get(q, "hours");

    (void)request;
    question->intent = &intent_hours;
    question->hours = HOURS;
    if (query_has(q, "hours") &&
        (str_starts(text, STR("+")) || !str_to_i64(text, &question->hours) || question->hours < 1 ||
         question->hours > HOURS_MAX)) {
        api_reply_errorf(reply, API_parameter_invalid,
                         "The parameter hours is not a number from 1 to %d.", (int)HOURS_MAX);
        return false;
    }
    return read_place(q, question, reply);
}

static bool read_days(const struct v1_request *request, const struct query *q,
                      struct question_call *question, struct api_reply *reply)
{
    (void)request;
    question->intent = &intent_days_ahead;
    return read_place(q, question, reply);
}

static bool read_alerts(const struct v1_request *request, const struct query *q,
                        struct question_call *question, struct api_reply *reply)
{
    (void)request;
    question->intent = &intent_metric;
    slots_set(&question->slots, "metric", STR("alerts"));
    return read_place(q, question, reply);
}

/* "2026-11-30", at most a year from today. */
static bool date_is_near(struct str text, int64_t now)
{
    enum { DATE_LENGTH = 10, DAY = 86400 };
    char midnight[TIME_TEXT_BYTES];
    int64_t t;

    if (text.n != DATE_LENGTH)
        return false;
    (void)snprintf(midnight, sizeof midnight, "%.*sT00:00:00Z", STR_ARG(text));
    return time_parse_rfc3339(str_of(midnight), &t) && llabs(t / DAY - now / DAY) <= DAYS_MAX;
}

static bool read_sun(const struct v1_request *request, const struct query *q,
                     struct question_call *question, struct api_reply *reply)
{
    struct str date = query_get(q, "date");

    (void)request;
    question->intent = &intent_sun_moon;
    if (query_has(q, "date") && !date_is_near(date, question->call->now)) {
        api_reply_error(reply, API_parameter_invalid,
                        STR("The parameter date is not a date within a year, such as 2026-11-30."));
        return false;
    }
    slots_set(&question->slots, "date", date);
    return read_place(q, question, reply);
}

static bool read_say(const struct v1_request *request, const struct query *q,
                     struct question_call *question, struct api_reply *reply)
{
    struct str sentence = query_get(q, "q");

    if (sentence.n == 0) {
        api_reply_error(
            reply, API_parameter_invalid,
            STR("The parameter q is missing. Ask, for example: will it rain tomorrow?"));
        return false;
    }
    return say_read(request->model, sentence, query_get(q, "place"), question, reply);
}

static const char *const common_parameters[] = { "place", "units", NULL };
static const char *const hours_parameters[] = { "place", "units", "hours", NULL };
static const char *const sun_parameters[] = { "place", "units", "date", NULL };
static const char *const say_parameters[] = { "place", "units", "q", NULL };

static const struct v1_endpoint endpoints[] = {
    { "now", common_parameters, read_now },   { "hours", hours_parameters, read_hours },
    { "days", common_parameters, read_days }, { "alerts", common_parameters, read_alerts },
    { "sun", sun_parameters, read_sun },      { "say", say_parameters, read_say },
};

const struct v1_endpoint *v1_find(struct str path)
{
    if (!str_starts(path, STR("/v1/")))
        return NULL;
    for (size_t i = 0; i < sizeof endpoints / sizeof endpoints[0]; i++)
        if (str_eqz(str_sub(path, 4, path.n), endpoints[i].name))
            return &endpoints[i];
    return NULL;
}

const char *v1_name(const struct v1_endpoint *endpoint)
{
    return endpoint->name;
}

enum status v1_ask(const struct v1_request *request, const struct query *q, const struct call *call,
                   struct api_reply *reply, struct turn_log *ret_log)
{
    struct question_call question = { .skill = request->skill, .call = call };

    if (!check_parameters(q, request->endpoint->parameters, reply) || !check_units(q, reply) ||
        !request->endpoint->read(request, q, &question, reply))
        return ST_OK;
    if (slots_get(&question.slots, "units").n == 0) /* "in Celsius", of a sentence, goes first */
        slots_set(&question.slots, "units", query_get(q, "units"));
    return question_ask(&question, reply, ret_log);
}

enum status v1_answer(const struct v1_request *request, const struct call *call,
                      struct api_reply *reply, struct turn_log *ret_log)
{
    struct query q;

    if (!query_parse(request->query, call->arena, &q)) {
        api_reply_error(reply, API_parameter_invalid,
                        STR("The parameters are not percent-encoded UTF-8."));
        return ST_OK;
    }
    return v1_ask(request, &q, call, reply, ret_log);
}
