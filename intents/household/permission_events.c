/* SPDX-License-Identifier: Apache-2.0 */
/* intents/household/permission_events.c -- the user has given or withdrawn a permission in the
 * Alexa app: without the one for addresses, what came from an address is forgotten at once. */
#include "intents/intent.h"

#include "cache/user.h"

/* Both events list the permissions that hold now; the list is absent when there are none. */
static bool may_use_address(const struct envelope *e)
{
    static const struct str scope = STR("address:country_and_postal_code");

    return str_find(e->permissions, scope) < e->permissions.n;
}

/* If it cannot be forgotten, the event is not acknowledged, so that Alexa sends it again. */
static enum status permission_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    const struct envelope *e = turn->envelope;
    struct err why = ERR_NONE;
    enum status st;

    reply->silent = true;
    if (may_use_address(e) || !user_id_is_valid(e->user_id))
        return ST_OK;
    if (!deadline_may_wait(turn->call.deadline))
        return ST_WOULD_WAIT;
    st = user_forget_address(turn->skill->store, e->user_id, turn->call.deadline, &why);
    if (st == ST_OK || st == ST_WOULD_WAIT)
        return st;
    return err_reason(err, st, "address_not_forgotten", "the address is not forgotten: %s",
                      why.text);
}

const struct intent intent_permission_accepted = {
    .name = "AlexaSkillEvent.SkillPermissionAccepted",
    .is_request = true,
    .needs_nothing = true,
    .answer = permission_answer,
};
const struct intent intent_permission_changed = {
    .name = "AlexaSkillEvent.SkillPermissionChanged",
    .is_request = true,
    .needs_nothing = true,
    .answer = permission_answer,
};
