/* SPDX-License-Identifier: Apache-2.0 */
/* intents/help.c -- what can be asked: after "help", and when nothing else fits. */
#include "intents/intent.h"

static const struct str help_ask = STR("What would you like to know?");

static enum status help_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    (void)turn;
    (void)err;
    buf_putz(&reply->speech,
             "For the current conditions, ask, what's the temperature in Seattle, Washington, or, "
             "what's the wind. For a forecast, ask, what's the forecast for tomorrow, will it rain "
             "Friday night in Boulder, Colorado, or, what's the extended forecast. For alerts, "
             "ask, are there any alerts. To change how I speak, say, set rate to 120 percent, or, "
             "set pitch to 90 percent, and to hear your settings, ask, what are my settings. To "
             "set your location, say, set location to, and a city and its state or a zip code. "
             "What would you like to know?");
    reply->keep_open = true;
    reply->reprompt = help_ask;
    return ST_OK;
}

static enum status fallback_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    (void)turn;
    (void)err;
    buf_putz(&reply->speech,
             "I did not understand that. You can ask for the weather, the temperature, wind, "
             "precipitation, the forecast for a day, or alerts, for your location or any place in "
             "the United States. What would you like to know?");
    reply->keep_open = true;
    reply->reprompt = help_ask;
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
