/* SPDX-License-Identifier: Apache-2.0 */
/* intents/set_location.c -- the user's default location: found, saved, and only then confirmed. */
#include "cache/user.h"
#include "intents/question.h"

static const char *const location_slots[] = { "location", "zip_conn", "zipcode", NULL };

static enum status save(struct turn *turn, struct str setting, struct err *err)
{
    struct err why = ERR_NONE;
    json_t *value = json_stringn(setting.p, setting.n);
    enum status st;

    st = value ? user_set(turn->skill->store, turn->envelope->user_id, "location", value,
                          turn->call.deadline, &why)
               : ST_SYSTEM;
    json_decref(value);
    if (st != ST_OK)
        return err_reason(err, st, "settings_unsaved", "location not saved: %s", why.text);
    return ST_OK;
}

static enum status set_location_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    struct str setting;
    enum status st = turn_place_named(turn, err);

    if (st == ST_MISS)
        return err_reason(err, ST_INVALID, "place_unclear", "no place named");
    if (st != ST_OK)
        return st;
    if (!turn->call.may_wait && store_waits(turn->skill->store))
        return ST_WOULD_WAIT;
    setting = place_setting(turn->call.arena, &turn->place);
    if (setting.n == 0)
        return err_set(err, ST_SYSTEM, "the arena is full");
    st = save(turn, setting, err);
    if (st != ST_OK)
        return st;
    reply->settings.location = setting;
    buf_printf(&reply->speech, "Your location is now %s", turn->place.near ? "near " : "");
    put_place(&reply->speech, &turn->place);
    buf_putc(&reply->speech, '.');
    reply->card_title = place_title(turn);
    return ST_OK;
}

const struct intent intent_set_location = {
    .name = "SetLocationIntent",
    .slots = location_slots,
    .answer = set_location_answer,
};
