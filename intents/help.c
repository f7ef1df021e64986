/* SPDX-License-Identifier: Apache-2.0 */
/* intents/help.c -- what the user can ask: on "help", and when no intent matches. */
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
    reply->keep_open = true;
    reply->reprompt = help_reprompt;
    return ST_OK;
}

static enum status fallback_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    (void)err;
    turn->log->outcome = "not_understood";
    buf_putz(&reply->speech,
             "Sorry, I didn't understand that. You can ask for the weather, the temperature, wind, "
             "precipitation, the forecast for a day, or alerts, for your location or anywhere in "
             "the United States. What would you like to know?");
    reply->keep_open = true;
    reply->reprompt = help_reprompt;
    return ST_OK;
}

const struct intent intent_help = {
    .name = "AMAZON.HelpIntent",
    .answer = help_answer,
};
const struct intent intent_fallback = {
    .name = "AMAZON.FallbackIntent",
    .answer = fallback_answer,
};
