/* SPDX-License-Identifier: Apache-2.0 */
/* intents/launch.c -- opening the skill: the weather at the user's location, or how to begin. */
#include "intents/alerts_told.h"
#include "intents/amazon/address.h"
#include "intents/answer_phrase.h"
#include "intents/current.h"
#include "intents/intent.h"
#include "intents/subscriber.h"
#include "intents/topic.h"
#include "intents/weather/observation.h"

static const struct str launch_reprompt =
    STR("You can ask for the weather, a forecast, or alerts. What would you like to know?");

static void put_welcome(struct buf *out, bool no_location, const char *question)
{
    buf_putz(out,
             "Welcome to Clima Cast. I have the weather for anywhere in the United States. You "
             "can ask, what's the weather in Seattle, Washington, or, what's the forecast for "
             "tomorrow in Boulder, Colorado. ");
    if (no_location)
        buf_putz(out, "To set your location, say, set location to, followed by your city and "
                      "state, or your zip code. ");
    buf_putz(out, question);
}

/* Whether to offer to use the device's address: once, to a user without a location, and only if it
 * can be asked for. */
static bool should_offer_address(const struct turn *turn)
{
    const struct envelope *e = turn->envelope;
    struct amazon_device device = { e->api_endpoint, e->api_token, e->device_id };

    return turn->skill->addresses && turn->settings_known && !turn->settings.address_offered &&
           amazon_device_may_ask(&device);
}

/* That it was offered is saved first: if that fails, it is not offered. */
static enum status offer_address(struct turn *turn, struct reply *reply)
{
    struct asked *asked = arena_alloc(turn->call.arena, sizeof *asked);
    enum status st = turn_note(turn, "address_offered", json_true(), &turn->log->err);

    if (st != ST_OK || !asked)
        return st;
    *asked = (struct asked){ .kind = ASK_ADDRESS };
    reply->asked = asked;
    reply->settings.address_offered = true;
    return ST_OK;
}

/* What was held back while nobody asked. If it cannot be read, nothing is said about it. */
static enum status put_missed(struct turn *turn, struct buf *out)
{
    size_t before = out->n, count = 0;
    enum status st;

    if (!turn->skill->alerts || !user_id_is_valid(turn->envelope->user_id))
        return ST_OK;
    st = subscriber_note_host(turn);
    if (st == ST_OK)
        st = alerts_told_put(turn, ALERTS_FOR_LAUNCH, out, NULL, &count, &turn->log->err);
    if (st == ST_OK && count > 0)
        buf_putc(out, ' ');
    else
        buf_truncate(out, before);
    return st == ST_WOULD_WAIT ? st : ST_OK;
}

/* Without the weather it is still a welcome; the log has the error. */
static enum status put_welcome_with_weather(struct turn *turn, struct reply *reply)
{
    struct buf *out = &reply->speech;
    struct err *why = &turn->log->err;
    size_t before;
    enum status st;

    buf_putz(out, "Welcome to Clima Cast. ");
    reply->figures.view = VIEW_TEXT; /* until there is weather to show */
    st = put_missed(turn, out);
    if (st != ST_OK)
        return st;
    before = out->n;
    st = turn_place_default(turn, why);
    if (st == ST_OK) {
        reply->card_title = answer_phrase_card_title(turn);
        st = current_brief(turn, reply, why);
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

static enum status put_welcome_without_weather(struct turn *turn, struct reply *reply)
{
    const char *question = "What would you like to know?";
    enum status st = should_offer_address(turn) ? offer_address(turn, reply) : ST_OK;

    if (st != ST_WOULD_WAIT)
        st = put_missed(turn, &reply->speech);
    if (st == ST_WOULD_WAIT)
        return st;
    if (reply->asked) {
        question = ask_kind_question(ASK_ADDRESS);
        reply->reprompt = str_of(question);
    }
    put_welcome(&reply->speech, turn->settings_known, question);
    return ST_OK;
}

static enum status launch_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    (void)err;
    reply->keep_open = true;
    reply->reprompt = launch_reprompt;
    return turn->settings.location.n > 0 ? put_welcome_with_weather(turn, reply)
                                         : put_welcome_without_weather(turn, reply);
}

/* The greeting tells the current conditions, whose station is not known before the place is. */
static foresight_fn *launch_guess(struct turn *turn)
{
    (void)turn;
    return observation_guess(NEED_ANY_TEMPERATURE);
}

const struct intent intent_launch = {
    .name = "LaunchRequest",
    .is_request = true,
    .guess = launch_guess,
    .answer = launch_answer,
};
