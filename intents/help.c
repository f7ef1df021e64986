/* SPDX-License-Identifier: Apache-2.0 */
/* intents/help.c -- what the user can ask. */
#include "intents/intent.h"

static const struct str help_reprompt = STR("What would you like to know?");

/* In one breath, with an example of each kind. */
static const char in_short[] =
    "For current conditions, ask, what's the wind. For a forecast, will it rain tomorrow. For "
    "alerts, are there any alerts. Or say, what are my settings, or, set location to Boulder, "
    "Colorado. What's your question?";

/* On the card, and for who wants to hear everything. */
static const char in_full[] =
    "For current conditions, ask, what's the temperature in Seattle, Washington, or, "
    "what's the wind. For a forecast, ask, what's the forecast for tomorrow, will it rain "
    "Friday night in Boulder, Colorado, or, what's the extended forecast. For alerts, "
    "ask, are there any alerts. To change how I speak, say, set rate to 120 percent, or, "
    "set pitch to 90 percent. To hear your settings, ask, what are my settings. To set "
    "your location, say, set location to, followed by a city and state, or a zip code. "
    "What would you like to know?";

static enum status help_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    (void)err;
    buf_putz(&reply->speech, turn->settings.length == LENGTH_FULL ? in_full : in_short);
    reply->card_title = STR("What you can ask");
    reply->card_text = str_of(in_full);
    reply->figures.view = VIEW_TEXT;
    reply->keep_open = true;
    reply->reprompt = help_reprompt;
    return ST_OK;
}

const struct intent intent_help = {
    .name = "AMAZON.HelpIntent",
    .answer = help_answer,
};
