/* SPDX-License-Identifier: Apache-2.0 */
/* intents/talk/length.c -- "shorter" and "more detail" about the last answer; "be brief from now
 * on" as a setting. */
#include "intents/talk/length.h"

#include "intents/topic.h"

static const char *const length_slots[] = { "length", NULL };

static enum status tell_again(struct turn *turn, enum answer_length length, struct reply *reply,
                              struct err *err)
{
    turn->length = length;
    turn->length_given = true;
    return turn_answer_with(turn, turn->topic->intent, &turn->topic->slots, reply, err);
}

enum status length_tell_more(struct turn *turn, struct reply *reply, struct err *err)
{
    return tell_again(turn, LENGTH_FULL, reply, err);
}

static enum status save_length(struct turn *turn, enum answer_length length, struct reply *reply,
                               struct err *err)
{
    static const char *const said[] = {
        [LENGTH_NORMAL] = "Okay. My answers are back to their normal length.",
        [LENGTH_BRIEF] = "Okay. From now on I'll be brief.",
        [LENGTH_FULL] = "Okay. From now on I'll tell you everything.",
    };
    enum status st = turn_save(turn, "length", json_string(settings_length_name(length)), err);

    if (st != ST_OK)
        return st;
    reply->settings.length = length;
    buf_putz(&reply->speech, said[length]);
    return ST_OK;
}

enum status length_be_brief(struct turn *turn, struct reply *reply, struct err *err)
{
    return save_length(turn, LENGTH_BRIEF, reply, err);
}

/* Who asks for it twice in a row is asked whether it should always be so, once. */
static enum status tell_shorter(struct turn *turn, struct reply *reply, struct err *err)
{
    static const struct asked first = { .kind = ASK_SHORTER }, offer = { .kind = ASK_BRIEF };
    enum ask_kind before = turn->asked->kind;
    enum status st = tell_again(turn, LENGTH_BRIEF, reply, err);

    if (st != ST_OK || reply->asked || reply->more)
        return st;
    if (before == ASK_SHORTER && turn->settings.length != LENGTH_BRIEF) {
        if (reply->card_text.n == 0)
            reply->card_text = arena_str(turn->call.arena, buf_str(&reply->speech));
        buf_printf(&reply->speech, " %s", ask_kind_question(ASK_BRIEF));
        reply->asked = &offer;
        reply->keep_open = true;
    } else if (before != ASK_BRIEF) {
        reply->asked = &first;
    }
    return ST_OK;
}

static enum status length_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    struct str word = turn_slot(turn, "length");
    bool longer = str_eqz(word, "longer"), shorter = str_eqz(word, "shorter");
    enum answer_length length;

    if (settings_find_length(word, &length))
        return save_length(turn, length, reply, err);
    if (!longer && !shorter)
        return intent_fallback.answer(turn, reply, err);
    if (turn->topic->intent)
        return longer ? tell_again(turn, LENGTH_FULL, reply, err) : tell_shorter(turn, reply, err);
    buf_putz(&reply->speech,
             "You haven't asked about the weather yet. What would you like to know?");
    reply->keep_open = true;
    return ST_OK;
}

const struct intent intent_length = {
    .name = "LengthIntent",
    .slots = length_slots,
    .answer = length_answer,
};
