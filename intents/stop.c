/* SPDX-License-Identifier: Apache-2.0 */
/* intents/stop.c -- leaving the skill: a short goodbye, or silence on the way to the home
 * screen. */
#include "intents/intent.h"

static enum status stop_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    (void)turn;
    (void)err;
    buf_putz(&reply->speech, "Goodbye.");
    reply->close = true;
    return ST_OK;
}

static enum status navigate_home_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    (void)turn;
    (void)err;
    reply->close = true;
    return ST_OK;
}

const struct intent intent_stop = {
    .name = "AMAZON.StopIntent",
    .answer = stop_answer,
};
const struct intent intent_cancel = {
    .name = "AMAZON.CancelIntent",
    .answer = stop_answer,
};
const struct intent intent_navigate_home = {
    .name = "AMAZON.NavigateHomeIntent",
    .answer = navigate_home_answer,
};
