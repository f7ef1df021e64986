/* SPDX-License-Identifier: Apache-2.0 */
/* intents/talk/favorites.c -- places with a name of the user's own: "save Moab, Utah as the cabin",
 * "forget the cabin", "what places have I saved". */
#include "intents/answer_phrase.h"
#include "intents/intent.h"
#include "intents/topic.h"

static const char *const save_slots[] = { "favorite", "location", "zip_conn", "zipcode", NULL };
static const char *const forget_slots[] = { "favorite", NULL };

static enum status ask_for(struct turn *turn, enum ask_kind kind, struct reply *reply,
                           struct err *err)
{
    struct asked *asked = arena_alloc(turn->call.arena, sizeof *asked);

    if (!asked)
        return err_no_memory(err);
    *asked = (struct asked){ .kind = kind };
    topic_of_turn(turn, &asked->about);
    reply->asked = asked;
    reply->keep_open = true;
    return ST_OK;
}

/* What is saved under a name is a place with its state; it may have another name already. */
static enum status find_place(struct turn *turn, struct err *err)
{
    struct str said = turn_slot(turn, "location"), zipcode = turn_slot(turn, "zipcode");
    bool named = place_list_find(&turn->settings.places, place_list_name(said)).n > 0;
    enum status st = (named ? turn_place_words : turn_place_asked)(turn, said, zipcode, err);

    return st == ST_MISS && said.n > 0 ? turn_place_default(turn, err) : st; /* "here" */
}

static enum status save_place(struct turn *turn, struct str name, struct reply *reply,
                              struct err *err)
{
    struct str text = place_setting(turn->call.arena, &turn->place);
    struct place_list *places = &reply->settings.places;
    enum status st;

    if (text.n == 0)
        return err_no_memory(err);
    if (!place_list_set(places, name, text)) {
        if (places->count == PLACE_LIST_MAX)
            buf_printf(&reply->speech,
                       "You have already saved %d places, which is all that I can keep. Forget one "
                       "of them first.",
                       PLACE_LIST_MAX);
        else
            buf_putz(&reply->speech, "That name is too long for me. Please say a shorter one.");
        return ST_OK;
    }
    st = turn_save_member(turn, "places", name, text, err);
    if (st != ST_OK)
        return st;
    buf_printf(&reply->speech, "I've saved ");
    answer_phrase_place(&reply->speech, &turn->place);
    buf_printf(&reply->speech, ", as %.*s.", STR_ARG(name));
    reply->card_title = answer_phrase_card_title(turn);
    return ST_OK;
}

static enum status save_place_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    struct str name = place_list_name(turn_slot(turn, "favorite"));
    bool named = turn_slot(turn, "location").n > 0 || turn_slot(turn, "zipcode").n > 0;
    enum status st = turn_settings_needed(turn, err);

    if (st != ST_OK)
        return st;
    if (name.n == 0) {
        buf_putz(&reply->speech, ask_kind_question(ASK_NAME));
        return ask_for(turn, ASK_NAME, reply, err);
    }
    if (!named) {
        buf_printf(&reply->speech, "Which place should I save as %.*s?", STR_ARG(name));
        return ask_for(turn, ASK_PLACE, reply, err);
    }
    st = find_place(turn, err);
    if (st == ST_MISS)
        return err_reason(err, ST_NOT_FOUND, "no_location", "no default location to save");
    return st == ST_OK ? save_place(turn, name, reply, err) : st;
}

static enum status forget_place_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    struct str name = place_list_name(turn_slot(turn, "favorite"));
    enum status st = turn_settings_needed(turn, err);

    if (st != ST_OK)
        return st;
    if (name.n == 0) {
        buf_putz(&reply->speech, "Which of your places should I forget?");
        return ask_for(turn, ASK_NAME, reply, err);
    }
    if (place_list_find(&turn->settings.places, name).n == 0) {
        buf_printf(&reply->speech, "You haven't saved a place as %.*s.", STR_ARG(name));
        return ST_OK;
    }
    st = turn_save_member(turn, "places", name, STR_NONE, err);
    if (st != ST_OK)
        return st;
    place_list_remove(&reply->settings.places, name);
    buf_printf(&reply->speech, "I've forgotten %.*s.", STR_ARG(name));
    return ST_OK;
}

static enum status list_places_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    const struct place_list *places = &turn->settings.places;
    enum status st = turn_settings_needed(turn, err);

    if (st != ST_OK)
        return st;
    if (places->count == 0) {
        buf_putz(&reply->speech, "You haven't saved any places yet. You can say: save Moab, Utah "
                                 "as the cabin.");
        return ST_OK;
    }
    buf_printf(&reply->speech, "You have saved %zu place%s: ", places->count,
               places->count == 1 ? "" : "s");
    for (size_t i = 0; i < places->count; i++)
        buf_printf(&reply->speech, "%s%.*s is %.*s", i == 0 ? "" : "; ",
                   STR_ARG(places->at[i].name), STR_ARG(places->at[i].text));
    buf_putc(&reply->speech, '.');
    return ST_OK;
}

const struct intent intent_save_place = {
    .name = "SavePlaceIntent",
    .slots = save_slots,
    .answer = save_place_answer,
};
const struct intent intent_forget_place = {
    .name = "ForgetPlaceIntent",
    .slots = forget_slots,
    .answer = forget_place_answer,
};
const struct intent intent_list_places = {
    .name = "ListPlacesIntent",
    .answer = list_places_answer,
};
