/* SPDX-License-Identifier: Apache-2.0 */
/* intents/screen/touch.c -- a touch on a screen: it is answered like the question that it stands
 * for.
 *
 * The arguments are those that sheet_put_touch() wrote, but come from outside: the name of an
 * intent about the weather, then names and values of slots that it reads. With anything else the
 * touch is not understood. */
#include "intents/intent.h"
#include "intents/screen/apl.h"
#include "server/base/json_node.h"

/* A string that a touch could send. */
static bool read_argument(const struct json_node *node, struct str *ret_text)
{
    struct str text = json_node_text(node);

    if (!json_node_is(node, JSON_KIND_STRING) || text.n == 0 ||
        str_utf8_length(text) > APL_ARGUMENT_MAX)
        return false;
    *ret_text = text;
    return true;
}

/* Returns how many there are; 0 when they aren't all strings, or too many. */
static size_t read_arguments(const struct json_node *list, struct str arguments[APL_ARGUMENTS_MAX])
{
    size_t n = 0;

    if (!json_node_is(list, JSON_KIND_ARRAY))
        return 0;
    for (const struct json_node *at = json_node_first(list); at; at = json_node_after(list, at)) {
        if (n == APL_ARGUMENTS_MAX || !read_argument(at, &arguments[n]))
            return 0;
        n++;
    }
    return n;
}

static const char *slot_of(const struct intent *intent, struct str name)
{
    for (const char *const *slot = intent->slots; slot && *slot; slot++)
        if (str_eqz(name, *slot))
            return *slot;
    return NULL;
}

/* The question that the arguments ask; NULL when they ask none. */
static const struct intent *read_question(const struct turn *turn, struct slots *slots)
{
    struct str arguments[APL_ARGUMENTS_MAX];
    size_t count = read_arguments(turn->envelope->arguments, arguments);
    const struct intent *intent = count > 0 ? turn->find_intent(arguments[0]) : NULL;

    slots->count = 0;
    if (!intent || (!intent->keeps_topic && intent != &intent_show) || count % 2 == 0)
        return NULL;
    for (size_t i = 1; i + 1 < count; i += 2) {
        const char *name = slot_of(intent, arguments[i]);
        if (!name)
            return NULL;
        slots_set(slots, name, arguments[i + 1]);
    }
    return intent;
}

static enum status touch_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    struct slots slots;
    const struct intent *intent = read_question(turn, &slots);

    if (!intent)
        return intent_fallback.answer(turn, reply, err);
    return turn_answer_with(turn, intent, &slots, reply, err);
}

const struct intent intent_touch = {
    .name = "Alexa.Presentation.APL.UserEvent",
    .is_request = true,
    .answer = touch_answer,
};
