/* SPDX-License-Identifier: Apache-2.0 */
/* intents/launch.c -- opening the skill: the weather at the user's location, or how to begin. */
#include "intents/answer_phrase.h"
#include "intents/current.h"
#include "intents/intent.h"

static const struct str launch_reprompt =
    STR("You can ask for the weather, a forecast, or alerts. What would you like to know?");

static void put_welcome(struct buf *out, bool no_location)
{
    buf_putz(out,
             "Welcome to Clima Cast. I have the weather for anywhere in the United States. You "
             "can ask, what's the weather in Seattle, Washington, or, what's the forecast for "
             "tomorrow in Boulder, Colorado. ");
    if (no_location)
        buf_putz(out, "To set your location, say, set location to, followed by your city and "
                      "state, or your zip code. ");
    buf_putz(out, "What would you like to know?");
}

/* Without the weather it is still a welcome; the log has the error. */
static enum status put_welcome_with_weather(struct turn *turn, struct reply *reply)
{
    struct buf *out = &reply->speech;
    struct err *why = &turn->log->err;
    size_t before;
    enum status st;

    buf_putz(out, "Welcome to Clima Cast. ");
    before = out->n;
    st = turn_place_default(turn, why);
    if (st == ST_OK) {
        reply->card_title = answer_phrase_card_title(turn);
        st = current_brief(turn, out, why);
    }
    if (st == ST_WOULD_WAIT)
        return st;
    if (st != ST_OK) {
        buf_truncate(out, before);
        buf_printf(out, "I can't get the current conditions for %.*s right now.",
                   STR_ARG(turn->settings.location));
    }
    buf_putz(out,
             " You can ask for more details, the forecast, or alerts, here or anywhere else, or "
             "say help. What would you like to know?");
    return ST_OK;
}

static enum status launch_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    enum status st = ST_OK;

    (void)err;
    if (turn->settings.location.n > 0)
        st = put_welcome_with_weather(turn, reply);
    else
        put_welcome(&reply->speech, turn->settings_known);
    reply->keep_open = true;
    reply->reprompt = launch_reprompt;
    return st;
}

const struct intent intent_launch = {
    .name = "LaunchRequest",
    .is_request = true,
    .answer = launch_answer,
};
