/* SPDX-License-Identifier: Apache-2.0 */
/* intents/household/subscription_event.c -- Amazon tells which proactive events the user has
 * switched on in the Alexa app. Its list replaces what was known; the newest event counts. */
#include "cache/alerts/subscriptions.h"
#include "intents/intent.h"
#include "intents/subscriber.h"

/* If it cannot be saved, the event is not acknowledged, so that Alexa sends it again. */
static enum status subscription_changed_answer(struct turn *turn, struct reply *reply,
                                               struct err *err)
{
    const struct envelope *e = turn->envelope;
    struct err why = ERR_NONE;
    enum status st;

    reply->silent = true;
    if (!turn->skill->alerts || !user_id_is_valid(e->user_id))
        return ST_OK;
    if (!deadline_may_wait(turn->call.deadline))
        return ST_WOULD_WAIT;
    st = subscription_permit(turn->skill->store, e->user_id, e->alerts_subscribed,
                             subscriber_host(e), subscriber_request_ms(e), turn->call.deadline,
                             &why);
    if (st == ST_OK || st == ST_WOULD_WAIT)
        return st;
    return err_reason(err, st, "subscription_unsaved", "the subscription is not saved: %s",
                      why.text);
}

const struct intent intent_subscription_changed = {
    .name = "AlexaSkillEvent.ProactiveSubscriptionChanged",
    .is_request = true,
    .needs_nothing = true,
    .answer = subscription_changed_answer,
};
