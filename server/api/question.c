/* SPDX-License-Identifier: Apache-2.0 */
/* server/api/question.c -- from slots to an answer. */
#include "server/api/question.h"

#include <string.h>

#include "server/api/answer_json.h"

enum { HOUR = 3600 };

static bool reason_begins(const struct err *err, const char *prefix)
{
    return strncmp(err->reason, prefix, strlen(prefix)) == 0;
}

/* What an apology is to a program. The absence of a report or forecast is proved by an answer of
 * the weather service; everything else may be there the next time. */
static enum api_error error_of(const struct err *err)
{
    if (strcmp(err->reason, "no_location") == 0)
        return API_place_missing;
    if (reason_begins(err, "place_") || reason_begins(err, "zip_") ||
        strcmp(err->reason, "city_missing") == 0 || strcmp(err->reason, "favorite_unknown") == 0)
        return API_place_unknown;
    if (strcmp(err->reason, "observation_doubtful") == 0 || err->status == ST_MISS)
        return API_weather_unavailable;
    if (err->status == ST_NOT_FOUND && err->reason[0])
        return API_not_found;
    return err->status == ST_INVALID ? API_not_understood : API_weather_unavailable;
}

static void take_hours(const struct question_call *q, struct figures_hours *hours)
{
    hours->from = q->call->now - q->call->now % HOUR;
    hours->to = hours->from + q->hours * HOUR;
    hours->step = HOUR;
}

enum status question_ask(const struct question_call *q, struct api_reply *reply,
                         struct turn_log *ret_log)
{
    const struct envelope envelope = { .request_type = STR("IntentRequest"),
                                       .intent_name = str_of(q->intent->name),
                                       .locale = STR("en-US"),
                                       .has_session = true,
                                       .session_new = true,
                                       .slots = q->slots.at,
                                       .slot_count = q->slots.count };
    struct program_answer answer;
    struct err err = ERR_NONE;
    enum status st =
        program_ask(q->skill, q->intent, &envelope, q->home, q->call, &answer, ret_log, &err);

    if (st == ST_WOULD_WAIT)
        return st;
    if (st == ST_OK && q->hours > 0 && answer.figures.hours.grid)
        take_hours(q, &answer.figures.hours);
    if (st == ST_OK) {
        answer_json_put(&reply->body, &answer, q->call->now);
        buf_put(&reply->speech, str_trim(buf_str(&answer.speech)));
    } else if (error_of(&err) == API_place_missing)
        api_reply_error(reply, API_place_missing, STR("Name a place, such as Boulder, Colorado."));
    else
        api_reply_error(reply, error_of(&err), buf_str(&answer.speech));
    program_answer_done(&answer);
    return ST_OK;
}

static bool is_zip(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] < '0' || s.p[i] > '9')
            return false;
    return s.n > 0;
}

void question_set_place(struct slots *slots, struct str place)
{
    slots_set(slots, is_zip(place) ? "zipcode" : "location", place);
}
