/* SPDX-License-Identifier: Apache-2.0 */
/* intents/screen/show.c -- "show me the next twelve hours", "show the week": the question whose
 * answer that is, and a word about devices without a screen. */
#include "intents/intent.h"
#include "intents/screen/radar.h"
#include "intents/screen/show_question.h"
#include "intents/screen/viewport.h"
#include "intents/topic.h"
#include "intents/weather/radar.h"

static const char *const show_slots[] = { "view",     "location", "zip_conn", "zipcode",
                                          "favorite", "units",    NULL };

/* What each view asks. */
static const struct {
    const char *view, *intent, *slot, *value;
} views[] = {
    { "conditions", "MetricIntent", "metric", "weather" },
    { "hours", "HoursIntent", "metric", "weather" },
    { "week", "MetricIntent", "metric", "extended forecast" },
    { "alerts", "MetricIntent", "metric", "alerts" },
};
enum { VIEWS = sizeof views / sizeof views[0] };

const char *show_question(struct str view, struct slots *slots)
{
    size_t found = 0;

    if (str_eqz(view, "radar"))
        return NULL;
    for (size_t i = 0; i < VIEWS; i++)
        if (str_eqz(view, views[i].view))
            found = i;
    slots_set(slots, views[found].slot, str_of(views[found].value));
    return views[found].intent;
}

static enum status show_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    struct slots slots = { .count = 0 };
    const char *question = show_question(turn_slot(turn, "view"), &slots);
    const struct intent *intent = question ? turn->find_intent(str_of(question)) : &intent_radar;
    struct viewport viewport;

    viewport_read(turn->envelope, &viewport);
    if (!question && !radar_is_on(turn->skill->nws)) {
        buf_putz(&reply->speech, "The radar picture isn't built in. You can ask, for example, when "
                                 "will it rain.");
        reply->figures.view = VIEW_TEXT;
        return ST_OK;
    }
    turn_add_slots(turn, show_slots + 1, &slots);
    if (!slots_have_any(&slots, slots_of_place))
        slots_set(&slots, "location", slots_get(&turn->topic->slots, "location"));
    if (!viewport.has_screen)
        /* One sentence with the answer: a brief answer has only the first. */
        buf_putz(&reply->speech, "This device has no screen, so in words: ");
    return turn_answer_with(turn, intent, &slots, reply, err);
}

const struct intent intent_show = {
    .name = "ShowIntent",
    .slots = show_slots,
    .answer = show_answer,
};
