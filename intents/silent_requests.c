/* SPDX-License-Identifier: Apache-2.0 */
/* intents/silent_requests.c -- requests without a spoken answer: the end of a session, and a user
 * who disables the skill. */
#include "intents/intent.h"

#include "cache/user.h"
#include "intents/amazon/device_units.h"

/* The reason why it ended is in the envelope, and the log line takes it from there. */
static enum status session_ended_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    (void)turn;
    (void)err;
    reply->silent = true;
    return ST_OK;
}

/* If deleting fails, the event is not acknowledged, so that Alexa sends it again. */
static enum status skill_disabled_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    const struct envelope *e = turn->envelope;
    struct err why = ERR_NONE;
    enum status st;

    reply->silent = true;
    if (turn->skill->device_units)
        device_units_forget(turn->skill->device_units, e->user_id);
    if (!user_id_is_valid(e->user_id)) /* nothing is stored under it */
        return ST_OK;
    st = user_delete(turn->skill->store, e->user_id, turn->call.deadline, &why);
    if (st == ST_OK || st == ST_WOULD_WAIT)
        return st;
    return err_reason(err, st, "user_not_deleted", "the user is not deleted: %s", why.text);
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
