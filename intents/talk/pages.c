/* SPDX-License-Identifier: Apache-2.0 */
/* intents/talk/pages.c -- asks the question of the open page again, and chooses what of the answer
 * is told. */
#include "intents/talk/pages.h"

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

const struct intent *pages_open(const struct turn *turn, enum paging_move move)
{
    const json_t *state = paging_state(turn);
    const struct intent *intent = turn->find_intent(paging_intent_name(state));

    return may_ask_page(state, intent, move) ? intent : NULL;
}

enum status pages_answer(struct turn *turn, struct reply *reply, enum paging_move move,
                         struct err *err)
{
    const json_t *state = paging_state(turn);
    enum status st;

    paging_raise_limit(state, reply);
    st = ask_page(turn, state, pages_open(turn, move), reply, err);
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

/* ---- parts ---- */

/* Says something else instead; the page stays open. */
static enum status say_instead(struct reply *reply, const json_t *state, const char *text)
{
    buf_reset(&reply->speech);
    buf_putz(&reply->speech, text);
    reply->card_title = STR_NONE;
    reply->first_part_end = 0;
    reply->truncated = false;
    reply->keep_open = true;
    reply->more = json_deep_copy(state);
    return ST_OK;
}

/* Leaves the text from one part's beginning to the next one's. */
static void choose_part(struct reply *reply, const size_t parts[2], bool last)
{
    reply->page_start = parts[0];
    while (reply->page_start < parts[1] && (reply->speech.p[reply->page_start] == ' ' ||
                                            reply->speech.p[reply->page_start] == '\n'))
        reply->page_start++;
    reply->first_part_end = last ? 0 : parts[1];
    reply->first_part_ask = STR("Do you want to hear more?");
}

enum status pages_tell_part(struct turn *turn, size_t n, struct reply *reply, struct err *err)
{
    const json_t *state = paging_state(turn);
    const struct intent *intent = pages_open(turn, PAGING_NEXT);
    size_t count;
    char text[80];
    enum status st;

    if (!intent)
        return intent_fallback.answer(turn, reply, err);
    reply->page_limit = PAGING_LIMIT_MAX;
    st = ask_page(turn, state, intent, reply, err);
    if (st != ST_OK)
        return st;
    count = reply->part_count > 0 ? reply->part_count - 1 : 0;
    if (count == 0)
        return say_instead(reply, state, "Please say yes or no.");
    if (n == PAGES_LAST)
        n = count;
    (void)snprintf(text, sizeof text, "There %s only %zu. Which one would you like?",
                   count == 1 ? "is" : "are", count);
    if (n == 0 || n > count)
        return say_instead(reply, state, text);
    if (reply->parts[n - 1] == reply->parts[n])
        return say_instead(reply, state, "There are no more details about that one.");
    choose_part(reply, &reply->parts[n - 1], n == count);
    return ST_OK;
}
