/* SPDX-License-Identifier: Apache-2.0 */
/* intents/set_location.c -- sets the user's default location. */
#include "intents/answer_phrase.h"
#include "intents/intent.h"

static const char *const location_slots[] = { "location", "zip_conn", "zipcode", NULL };

static enum status set_location_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    struct str setting;
    enum status st;

    /* The answer to a hint must repeat "set location": a place alone asks for its weather. */
    turn->example = "Say, for example, set location to Boulder, Colorado.";
    st = turn_place_named(turn, err);
    if (st == ST_MISS)
        return err_reason(err, ST_INVALID, "place_unclear", "no place named");
    if (st != ST_OK)
        return st;
    setting = place_setting(turn->call.arena, &turn->place);
    if (setting.n == 0)
        return err_set(err, ST_SYSTEM, "the arena is full");
    st = turn_save_location(turn, setting, false, err);
    if (st != ST_OK)
        return st;
    reply->settings.location = setting;
    buf_printf(&reply->speech, "Your location is now %s", turn->place.near ? "near " : "");
    answer_phrase_place(&reply->speech, &turn->place);
    buf_putc(&reply->speech, '.');
    reply->card_title = answer_phrase_card_title(turn);
    return ST_OK;
}

const struct intent intent_set_location = {
    .name = "SetLocationIntent",
    .slots = location_slots,
    .answer = set_location_answer,
};
