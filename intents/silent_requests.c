/* SPDX-License-Identifier: Apache-2.0 */
/* intents/silent_requests.c -- requests without a spoken answer: the end of a session, and a user
 * who disables the skill. */
#include "intents/intent.h"

#include "cache/user.h"

/* The reason why it ended is in the envelope, and the log line takes it from there. */
static enum status session_ended_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    (void)turn;
    (void)err;
    reply->silent = true;
    return ST_OK;
}

/* The event is acknowledged even if deleting fails; the log has the error. */
static enum status skill_disabled_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    const struct envelope *e = turn->envelope;

    (void)err;
    reply->silent = true;
    if (e->user_id.n == 0)
        return ST_OK;
    if (user_delete(turn->skill->store, e->user_id, turn->call.deadline, &turn->log->err) ==
        ST_WOULD_WAIT)
        return ST_WOULD_WAIT;
    return ST_OK;
}

const struct intent intent_session_ended = {
    .name = "SessionEndedRequest",
    .is_request = true,
    .needs_nothing = true,
    .answer = session_ended_answer,
};
const struct intent intent_skill_disabled = {
    .name = "AlexaSkillEvent.SkillDisabled",
    .is_request = true,
    .needs_nothing = true,
    .answer = skill_disabled_answer,
};
