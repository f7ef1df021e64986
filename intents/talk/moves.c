/* SPDX-License-Identifier: Apache-2.0 */
/* intents/talk/moves.c -- yes, no, next, previous, repeat and start over: within a long answer, or
 * else about what was said last. */
#include "intents/paging.h"
#include "intents/talk/choose.h"
#include "intents/talk/length.h"
#include "intents/talk/pages.h"
#include "intents/topic.h"

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
    if (pages_open(turn, PAGING_NEXT))
        return pages_answer(turn, reply, PAGING_NEXT, err);
    if (turn->asked->kind == ASK_HELP)
        return intent_help.answer(turn, reply, err);
    if (turn->asked->kind == ASK_BRIEF)
        return length_be_brief(turn, reply, err);
    if (turn->asked->kind == ASK_DELETE)
        return intent_delete_data.answer(turn, reply, err);
    if (turn->asked->kind == ASK_ADDRESS)
        return turn_answer(turn, &intent_use_address, reply, err);
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
    if (turn->asked->kind == ASK_DELETE) {
        buf_putz(&reply->speech, "Okay, I haven't deleted anything.");
        return ST_OK;
    }
    if (turn->asked->kind == ASK_HELP || turn->asked->kind == ASK_BRIEF ||
        turn->asked->kind == ASK_ADDRESS)
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
    if (pages_open(turn, PAGING_NEXT))
        return pages_answer(turn, reply, PAGING_NEXT, err);
    if (choose_is_open(turn))
        return choose_again(turn, reply, err);
    if (asks_for_words(turn))
        return ask_for_words(turn, reply, "");
    return turn->topic->intent ? length_tell_more(turn, reply, err)
                               : answer_nothing(turn, reply, err);
}

static enum status previous_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    return pages_open(turn, PAGING_PREVIOUS) ? pages_answer(turn, reply, PAGING_PREVIOUS, err)
                                             : ask_again(turn, reply, err);
}

static enum status repeat_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    const json_t *state = paging_state(turn);

    if (pages_open(turn, PAGING_REPEAT) && !paging_is_offer(state))
        return pages_answer(turn, reply, PAGING_REPEAT, err);
    return ask_again(turn, reply, err);
}

static enum status start_over_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    return pages_open(turn, PAGING_START_OVER) ? pages_answer(turn, reply, PAGING_START_OVER, err)
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
