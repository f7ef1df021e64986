/* SPDX-License-Identifier: Apache-2.0 */
/* intents/stop.c -- leaving: a short goodbye, none when the user goes home. */
#include "intents/intent.h"

static enum status goodbye(struct turn *turn, struct reply *reply, struct err *err)
{
    (void)turn;
    (void)err;
    buf_putz(&reply->speech, "Goodbye.");
    reply->close = true;
    return ST_OK;
}

static enum status leave(struct turn *turn, struct reply *reply, struct err *err)
{
    (void)turn;
    (void)err;
    reply->close = true;
    return ST_OK;
}

const struct intent intent_stop = {
    .name = "AMAZON.StopIntent",
    .answer = goodbye,
};
const struct intent intent_cancel = {
    .name = "AMAZON.CancelIntent",
    .answer = goodbye,
};
const struct intent intent_navigate_home = {
    .name = "AMAZON.NavigateHomeIntent",
    .answer = leave,
};
