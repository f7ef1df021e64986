/* SPDX-License-Identifier: Apache-2.0 */
/* intents/talk/moves.c -- yes, no, next, previous, repeat and start over: within a long answer, or
 * else about what was said last. */
#include "intents/paging.h"
#include "intents/talk/choose.h"
#include "intents/talk/length.h"
#include "intents/topic.h"

/* ---- pages ---- */

/* Answers the carried question again, as if this turn had asked it. */
static enum status ask_page(struct turn *turn, const json_t *state, const struct intent *intent,
                            struct reply *reply, struct err *err)
{
    struct envelope *question = arena_alloc(turn->call.arena, sizeof *question);

    if (!question)
        return err_set(err, ST_SYSTEM, "the arena is full");
    *question = *turn->envelope;
    question->intent_name = str_of(intent->name);
    envelope_slots_replace(question, turn->call.arena, paging_slots(state));
    turn->envelope = question;
    turn->length_given = paging_length(state, &turn->length);
    return turn_answer(turn, intent, reply, err);
}

/* Only answers about a place are long; the session cannot have been given another name. What was
 * offered and accepted may also be a location to set. */
static bool may_ask_page(const json_t *state, const struct intent *intent, enum paging_move move)
{
    if (!intent || intent->needs_place)
        return intent;
    return intent == &intent_set_location && move == PAGING_NEXT && paging_is_offer(state);
}

/* The intent of the open page; NULL when there is none. */
static const struct intent *open_page(const struct turn *turn, enum paging_move move)
{
    const json_t *state = paging_state(turn);
    const struct intent *intent = turn->find_intent(paging_intent_name(state));

    return may_ask_page(state, intent, move) ? intent : NULL;
}

static enum status answer_page(struct turn *turn, struct reply *reply, enum paging_move move,
                               struct err *err)
{
    const json_t *state = paging_state(turn);
    enum status st;

    paging_raise_limit(state, reply);
    st = ask_page(turn, state, open_page(turn, move), reply, err);
    if (st != ST_OK)
        return st;
    reply->page_start = paging_page_start(state, reply, move);
    if (reply->page_start == reply->speech.n) {
        buf_reset(&reply->speech);
        buf_putz(&reply->speech, "That's everything. You can say repeat, or start over.");
        reply->card_title = STR_NONE;
        reply->page_start = 0;
        reply->more = json_deep_copy(state);
    }
    return ST_OK;
}

/* ---- without pages ---- */

static enum status say_and_listen(struct reply *reply, const char *text)
{
    buf_putz(&reply->speech, text);
    reply->keep_open = true;
    return ST_OK;
}

/* Nothing was asked or told that this could be about. */
static enum status answer_nothing(struct turn *turn, struct reply *reply, struct err *err)
{
    if (turn->envelope->session_new)
        return intent_fallback.answer(turn, reply, err);
    return say_and_listen(
        reply, turn->topic->intent ? "What would you like to know?"
                                   : "You can ask, for example, what's the forecast for tomorrow. "
                                     "What would you like to know?");
}

/* Asks the last question again, so that the answer is still true. */
static enum status ask_again(struct turn *turn, struct reply *reply, struct err *err)
{
    const struct topic *topic = turn->topic;
    const struct intent *failed = turn->asked->about.intent;

    if (failed && failed->keeps_topic)
        topic = &turn->asked->about;
    if (!topic->intent)
        return answer_nothing(turn, reply, err);
    return turn_answer_with(turn, topic->intent, &topic->slots, reply, err);
}

static bool asks_for_words(const struct turn *turn)
{
    return ask_kind_slot(turn->asked->kind);
}

/* The question that the skill has asked stands. */
static enum status ask_for_words(struct turn *turn, struct reply *reply, const char *before)
{
    buf_putz(&reply->speech, before);
    reply->asked = turn->asked;
    return say_and_listen(reply, ask_kind_question(turn->asked->kind));
}

/* ---- the intents ---- */

static enum status yes_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    if (open_page(turn, PAGING_NEXT))
        return answer_page(turn, reply, PAGING_NEXT, err);
    if (turn->asked->kind == ASK_HELP)
        return intent_help.answer(turn, reply, err);
    if (choose_is_open(turn))
        return choose_again(turn, reply, err);
    if (asks_for_words(turn))
        return ask_for_words(turn, reply, "");
    return answer_nothing(turn, reply, err);
}

static enum status no_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    const json_t *state = paging_state(turn);

    if (choose_is_open(turn))
        return choose_again(turn, reply, err);
    if (json_is_object(state) && paging_is_offer(state) && asks_for_words(turn))
        return ask_for_words(turn, reply, "Okay. ");
    if (turn->asked->kind == ASK_HELP)
        return say_and_listen(reply, "Okay. What would you like to know?");
    if (turn->envelope->session_new && !json_is_object(state))
        return intent_fallback.answer(turn, reply, err);
    buf_putz(&reply->speech, "Okay.");
    if (json_is_object(state) || asks_for_words(turn))
        return ST_OK;
    buf_putz(&reply->speech, " Have a good day!");
    reply->close = true;
    return ST_OK;
}

static enum status next_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    if (open_page(turn, PAGING_NEXT))
        return answer_page(turn, reply, PAGING_NEXT, err);
    return turn->topic->intent ? length_tell_more(turn, reply, err)
                               : answer_nothing(turn, reply, err);
}

static enum status previous_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    return open_page(turn, PAGING_PREVIOUS) ? answer_page(turn, reply, PAGING_PREVIOUS, err)
                                            : ask_again(turn, reply, err);
}

static enum status repeat_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    const json_t *state = paging_state(turn);

    if (open_page(turn, PAGING_REPEAT) && !paging_is_offer(state))
        return answer_page(turn, reply, PAGING_REPEAT, err);
    return ask_again(turn, reply, err);
}

static enum status start_over_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    return open_page(turn, PAGING_START_OVER) ? answer_page(turn, reply, PAGING_START_OVER, err)
                                              : ask_again(turn, reply, err);
}

const struct intent intent_yes = {
    .name = "AMAZON.YesIntent",
    .answer = yes_answer,
};
const struct intent intent_no = {
    .name = "AMAZON.NoIntent",
    .answer = no_answer,
};
const struct intent intent_next = {
    .name = "AMAZON.NextIntent",
    .answer = next_answer,
};
const struct intent intent_previous = {
    .name = "AMAZON.PreviousIntent",
    .answer = previous_answer,
};
const struct intent intent_repeat = {
    .name = "AMAZON.RepeatIntent",
    .answer = repeat_answer,
};
const struct intent intent_start_over = {
    .name = "AMAZON.StartOverIntent",
    .answer = start_over_answer,
};
