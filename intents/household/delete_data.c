/* SPDX-License-Identifier: Apache-2.0 */
/* intents/household/delete_data.c -- "delete my data": asks once, and deletes everything that is
 * kept about the account, for all persons.
 *
 * Only a yes that directly follows the question deletes. It comes from AMAZON.YesIntent, which
 * hands the turn over. */
#include "cache/user.h"
#include "intents/amazon/device_units.h"
#include "intents/intent.h"
#include "intents/topic.h"

static bool is_confirmed(const struct turn *turn)
{
    return turn->asked->kind == ASK_DELETE &&
           str_eqz(turn->envelope->intent_name, "AMAZON.YesIntent");
}

static enum status ask(struct reply *reply)
{
    static const struct asked question = { .kind = ASK_DELETE };

    buf_putz(&reply->speech, "This deletes your location, all settings, saved places, and alerts, "
                             "for everyone who uses this account. ");
    buf_putz(&reply->speech, ask_kind_question(ASK_DELETE));
    reply->asked = &question;
    reply->keep_open = true;
    return ST_OK;
}

/* The session forgets it, too. */
static void forget_session(struct turn *turn, struct reply *reply)
{
    static const struct topic nothing = { .intent = NULL };

    turn->topic = &nothing;
    settings_default(&turn->settings);
    reply->settings = turn->settings;
    turn->settings_known = false;
    reply->close = true;
}

static enum status delete_data_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    struct err why = ERR_NONE;
    enum status st = ST_OK;

    if (!is_confirmed(turn))
        return ask(reply);
    if (turn->skill->device_units)
        device_units_forget(turn->skill->device_units, turn->envelope->user_id);
    if (user_id_is_valid(turn->envelope->user_id)) /* nothing is stored under another */
        st = user_delete(turn->skill->store, turn->envelope->user_id, turn->call.deadline, &why);
    if (st == ST_WOULD_WAIT)
        return st;
    if (st != ST_OK)
        return err_reason(err, st, "data_not_deleted", "the user's data: %s", why.text);
    forget_session(turn, reply);
    buf_putz(&reply->speech, "I've deleted everything I kept about you. Goodbye.");
    return ST_OK;
}

const struct intent intent_delete_data = {
    .name = "DeleteDataIntent",
    .answer = delete_data_answer,
};
