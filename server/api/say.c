/* SPDX-License-Identifier: Apache-2.0 */
/* server/api/say.c -- from a sentence to a question that needs no user. */
#include "server/api/say.h"

#include "intents/dispatch.h"
#include "intents/screen/show_question.h"
#include "server/base/civil.h"
#include "server/utterance/utterance_match.h"

bool say_names_place(const struct slots *slots)
{
    return slots_get(slots, "location").n > 0 || slots_get(slots, "zipcode").n > 0;
}

static bool refuse(struct api_reply *reply, enum api_error e, const char *message)
{
    api_reply_error(reply, e, str_of(message));
    return false;
}

/* An intent whose answer a follow-up could be about is a question about the weather; all others
 * change settings, move in a conversation, or are about the user. "Show me the week" asks for what
 * would be seen. */
static const struct intent *find_question(struct str name, struct slots *slots)
{
    const struct intent *intent = dispatch_find(name);
    struct str view = slots_get(slots, "view");

    if (intent == &intent_show) {
        const char *question = show_question(view, slots);
        intent = question ? dispatch_find(str_of(question)) : NULL;
    }
    return intent && intent->keeps_topic && intent->needs_place ? intent : NULL;
}

bool say_read(const struct model *model, struct str sentence, struct str place,
              struct question_call *question, struct api_reply *reply)
{
    struct utterance_match match;
    struct err ignored = ERR_NONE;
    int hour = civil_of(zone_local(), question->call->now).hour;
    enum status st =
        utterance_match(model, sentence, hour, question->call->arena, &match, &ignored);

    if (st == ST_SYSTEM)
        return refuse(reply, API_weather_unavailable, "Please try again in a little while.");
    if (st != ST_OK)
        return refuse(reply, API_not_understood,
                      "I don't understand this question. Ask, for example: will it rain tomorrow "
                      "in Boulder, Colorado?");
    question->unknown_place = match.unknown_place;
    for (size_t i = 0; i < match.slot_count; i++)
        slots_set(&question->slots, arena_strz(question->call->arena, match.slots[i].name),
                  match.slots[i].value);
    question->intent = find_question(match.name, &question->slots);
    if (!question->intent)
        return refuse(reply, API_not_a_question,
                      "Only questions about the weather, the sun and the moon are answered here.");
    if (place.n > 0 && say_names_place(&question->slots)) {
        question->home = place;
    } else if (place.n > 0) {
        slots_remove(&question->slots, slots_of_place);
        question_set_place(&question->slots, place);
    }
    return true;
}
