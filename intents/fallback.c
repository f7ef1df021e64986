/* SPDX-License-Identifier: Apache-2.0 */
/* intents/fallback.c -- what was not understood: an example first, then an offer of help, then
 * goodbye. */
#include "intents/paging.h"
#include "intents/topic.h"

enum { MISSES_MAX = 3 };

/* How the question that the skill has asked can be answered; NULL when anything may be said. */
static const char *const examples[ASK_KINDS] = {
    [ASK_DAY] = "You can say, for example, Friday night.",
    [ASK_PLACE] = "You can say, for example, Boulder, Colorado, or a zip code.",
    [ASK_CHOICE] = "Just say the state, or its number in the list.",
    [ASK_CHOICE_AGAIN] = "Just say the state.",
    [ASK_TIME] = "Just say a time, like 5 P.M. or noon.",
    [ASK_METRIC] = "Just say its name, like wind or humidity.",
    [ASK_FIGURE] = "Just say a number, like 80.",
    [ASK_EVENT] = "Just say rain, snow, ice, or thunderstorms.",
    [ASK_THING] = "Just say its name, like umbrella or jacket.",
    [ASK_EXTREME] = "Just say its name, like coldest or windiest.",
    [ASK_SUN] = "Just say its name, like sunset or dark.",
    [ASK_MOON] = "Just say its name, like full moon.",
    [ASK_PRODUCT] = "Just say its name, like weather radio.",
    [ASK_NUMBER] = "Just say a number, like 110.",
    [ASK_DELETE] = "Please say yes or no.",
    [ASK_BRIEF] = "Please say yes or no.",
    [ASK_ADDRESS] = "Please say yes or no.",
    [ASK_NAME] = "Just say a name, like the cabin.",
};

/* The question that the skill has asked stands, and so does an open page. */
static void repeat_question(struct turn *turn, struct reply *reply)
{
    const json_t *page = paging_state(turn);
    enum ask_kind kind = turn->asked->kind;
    struct buf *out = &reply->speech;

    buf_putz(out, "Sorry, I didn't understand that. ");
    if (examples[kind]) {
        reply->asked = turn->asked;
        buf_printf(out, "%s ", examples[kind]);
        if (kind == ASK_PLACE && turn->asked->states.n > 0)
            buf_printf(out, "Which city in %.*s do you mean?", STR_ARG(turn->asked->states));
        else
            buf_putz(out, ask_kind_question(kind));
    } else if (json_is_object(page) && !paging_is_offer(page)) {
        reply->more = json_deep_copy(page);
        buf_putz(out, "You can say, for example, repeat. Do you want to hear more?");
    } else if (turn->topic->intent) {
        buf_putz(out, "You can ask, for example, what's the wind. What would you like to know?");
    } else {
        buf_putz(out, "You can ask, for example, what's the forecast for tomorrow. What would you "
                      "like to know?");
    }
}

static enum status fallback_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    static const struct asked help = { .kind = ASK_HELP };

    (void)err;
    turn->log->outcome = "not_understood";
    reply->misses = turn->misses + 1;
    reply->keep_open = true;
    if (reply->misses == 1) {
        repeat_question(turn, reply);
    } else if (reply->misses < MISSES_MAX) {
        buf_putz(&reply->speech, "Sorry, I still don't understand. Would you like some help?");
        reply->asked = &help;
    } else {
        buf_putz(&reply->speech, "Sorry, I can't help with that. Goodbye.");
        reply->close = true;
    }
    return ST_OK;
}

const struct intent intent_fallback = {
    .name = "AMAZON.FallbackIntent",
    .answer = fallback_answer,
};
