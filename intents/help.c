/* SPDX-License-Identifier: Apache-2.0 */
/* intents/help.c -- what the user can ask. */
#include "intents/intent.h"

static const struct str help_reprompt = STR("What would you like to know?");

static enum status help_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    (void)turn;
    (void)err;
    buf_putz(&reply->speech,
             "For current conditions, ask, what's the temperature in Seattle, Washington, or, "
             "what's the wind. For a forecast, ask, what's the forecast for tomorrow, will it rain "
             "Friday night in Boulder, Colorado, or, what's the extended forecast. For alerts, "
             "ask, are there any alerts. To change how I speak, say, set rate to 120 percent, or, "
             "set pitch to 90 percent. To hear your settings, ask, what are my settings. To set "
             "your location, say, set location to, followed by a city and state, or a zip code. "
             "What would you like to know?");
    reply->figures.view = VIEW_TEXT;
    reply->keep_open = true;
    reply->reprompt = help_reprompt;
    return ST_OK;
}

const struct intent intent_help = {
    .name = "AMAZON.HelpIntent",
    .answer = help_answer,
};
