/* SPDX-License-Identifier: Apache-2.0 */
/* intents/household/use_address.c -- "use my address", "weather where I am": the weather where the
 * device is, by the position that it reports, else by the ZIP code of its address.
 *
 * A place found by the address becomes the user's location if there is none; a position is not
 * kept. */
#include "intents/amazon/address.h"
#include "intents/answer_phrase.h"
#include "intents/intent.h"

#include <string.h>

/* ---- the place ---- */

/* The number of turns that wait for Amazon at a time is limited. */
static enum status enter(struct turn *turn, struct err *err)
{
    struct bulkhead_pass *pass = turn->call.pass;

    if (bulkhead_enter(pass, STR("api.amazonalexa.com")))
        return ST_OK;
    if (pass->last_try)
        return err_reason(err, ST_UNAVAILABLE, "address_slow", "too many turns wait for Amazon");
    pass->turned_away = true;
    return ST_WOULD_WAIT;
}

static enum status find_by_address(struct turn *turn, struct str *ret_zip, struct err *err)
{
    const struct envelope *e = turn->envelope;
    struct amazon_device device = { e->api_endpoint, e->api_token, e->device_id };
    char zip[6];
    enum status st;

    if (!turn->skill->addresses)
        return err_reason(err, ST_DENIED, "address_off", "alexa.device_address is no");
    if (amazon_device_may_ask(&device) && !deadline_may_wait(turn->call.deadline))
        return ST_WOULD_WAIT;
    st = enter(turn, err);
    if (st == ST_OK)
        st = amazon_address_get(turn->skill->addresses, &device, turn->call.deadline, zip, err);
    if (st != ST_OK)
        return st;
    *ret_zip = arena_str(turn->call.arena, str_of(zip));
    st = turn_place_words(turn, STR_NONE, *ret_zip, err);
    turn->log->place[0] = '\0';
    if (st == ST_NOT_FOUND && strcmp(err->reason, "zip_unknown") == 0) {
        err_clear(err);
        st = err_reason(err, ST_NOT_FOUND, "address_zip_unknown", "the address has no known ZIP");
    }
    return st;
}

/* ---- the answer ---- */

static enum status ask_permission(struct reply *reply)
{
    buf_putz(
        &reply->speech,
        "I need your permission to use this device's address. I've sent a card to the Alexa app "
        "where you can give it.");
    reply->permission = AMAZON_ADDRESS_PERMISSION;
    return ST_OK;
}

static enum status tell_weather(struct turn *turn, struct str zip, struct reply *reply,
                                struct err *err)
{
    struct slots slots = { .count = 0 };
    enum status st;

    slots_set(&slots, "metric", STR("weather"));
    slots_set(&slots, "leadin", STR("what's the"));
    slots_set(&slots, zip.n > 0 ? "zipcode" : "location", zip.n > 0 ? zip : STR("where i am"));
    st = turn_answer_with(turn, &intent_metric, &slots, reply, err);
    turn->log->place[0] = '\0';
    return st;
}

/* Says how that went, whatever it is: the weather has been told. */
static enum status save_location(struct turn *turn, struct reply *reply)
{
    struct str setting = place_setting(turn->call.arena, &turn->place);
    struct err *why = &turn->log->err;
    enum status st;

    st = turn_save_location(turn, setting, true, why);
    if (st == ST_WOULD_WAIT)
        return st;
    if (st != ST_OK) {
        buf_putz(&reply->speech, strcmp(why->reason, "settings_doubtful") == 0
                                     ? " I'm not sure whether I could save it as your location."
                                     : " I couldn't save it as your location.");
        return ST_OK;
    }
    reply->settings.location = setting;
    buf_printf(&reply->speech, " Your location is now %s", turn->place.near ? "near " : "");
    answer_phrase_place(&reply->speech, &turn->place);
    buf_putc(&reply->speech, '.');
    return ST_OK;
}

static enum status use_address_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    struct str zip = STR_NONE;
    bool unset = turn->settings_known && turn->settings.location.n == 0;
    enum status st = turn_place_here(turn, err);

    if (st == ST_MISS)
        st = find_by_address(turn, &zip, err);
    if (st == ST_DENIED && strcmp(err->reason, "address_forbidden") == 0) {
        err_clear(err);
        return ask_permission(reply);
    }
    if (st == ST_OK)
        st = tell_weather(turn, zip, reply, err);
    if (st == ST_OK && zip.n > 0 && unset)
        st = save_location(turn, reply);
    return st;
}

const struct intent intent_use_address = {
    .name = "UseAddressIntent",
    .answer = use_address_answer,
};
