/* SPDX-License-Identifier: Apache-2.0 */
/* intents/paging_intents.c -- yes, next, no, repeat and start over: moving around in a long
 * answer. */
#include "intents/paging.h"

/* Answers the carried question again, as if this turn had asked it. */
static enum status ask_again(struct turn *turn, const json_t *state, const struct intent *intent,
                             struct reply *reply, struct err *err)
{
    struct envelope *question = arena_alloc(turn->call.arena, sizeof *question);

    if (!question)
        return err_set(err, ST_SYSTEM, "the arena is full");
    *question = *turn->envelope;
    question->intent_name = str_of(intent->name);
    envelope_slots_replace(question, turn->call.arena, paging_slots(state));
    turn->envelope = question;
    return turn_answer(turn, intent, reply, err);
}

/* Only answers about a place are long; the session cannot have been given another name. What was
 * offered and accepted may also be a location to set. */
static bool may_ask_again(const json_t *state, const struct intent *intent, enum paging_move move)
{
    if (!intent || intent->needs_place)
        return intent;
    return intent == &intent_set_location && move == PAGING_NEXT && paging_is_offer(state);
}

static enum status answer_page(struct turn *turn, struct reply *reply, enum paging_move move,
                               struct err *err)
{
    const json_t *state = paging_state(turn);
    const struct intent *intent = turn->find_intent(paging_intent_name(state));
    enum status st;

    if (!may_ask_again(state, intent, move))
        return intent_fallback.answer(turn, reply, err);
    paging_raise_limit(state, reply);
    st = ask_again(turn, state, intent, reply, err);
    if (st != ST_OK)
        return st;
    reply->page_start = paging_page_start(state, buf_str(&reply->speech), move);
    if (reply->page_start == reply->speech.n) {
        buf_reset(&reply->speech);
        buf_putz(&reply->speech, "That's everything. You can say repeat, or start over.");
        reply->card_title = STR_NONE;
        reply->page_start = 0;
        reply->more = json_deep_copy(state);
    }
    return ST_OK;
}

static enum status next_page_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    return answer_page(turn, reply, PAGING_NEXT, err);
}

static enum status repeat_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    return answer_page(turn, reply, PAGING_REPEAT, err);
}

static enum status start_over_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    return answer_page(turn, reply, PAGING_START_OVER, err);
}

static enum status no_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    if (!json_is_object(paging_state(turn)))
        return intent_fallback.answer(turn, reply, err);
    buf_putz(&reply->speech, "Okay.");
    return ST_OK;
}

const struct intent intent_yes = {
    .name = "AMAZON.YesIntent",
    .answer = next_page_answer,
};
const struct intent intent_next = {
    .name = "AMAZON.NextIntent",
    .answer = next_page_answer,
};
const struct intent intent_no = {
    .name = "AMAZON.NoIntent",
    .answer = no_answer,
};
const struct intent intent_repeat = {
    .name = "AMAZON.RepeatIntent",
    .answer = repeat_answer,
};
const struct intent intent_start_over = {
    .name = "AMAZON.StartOverIntent",
    .answer = start_over_answer,
};
