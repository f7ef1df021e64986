/* SPDX-License-Identifier: Apache-2.0 */
/* intents/screen/show.c -- "show me the next twelve hours", "show the week": the question whose
 * answer that is, and a word about devices without a screen. */
#include "intents/intent.h"
#include "intents/screen/radar.h"
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

/* Without a view, or with one that isn't known: the weather now. */
static size_t find_view(struct str view)
{
    for (size_t i = 0; i < VIEWS; i++)
        if (str_eqz(view, views[i].view))
            return i;
    return 0;
}

static enum status show_answer(struct turn *turn, struct reply *reply, struct err *err)
{
    size_t view = find_view(turn_slot(turn, "view"));
    bool radar = str_eqz(turn_slot(turn, "view"), "radar");
    const struct intent *intent = turn->find_intent(str_of(views[view].intent));
    struct slots slots = { .count = 0 };
    struct viewport viewport;

    viewport_read(turn->envelope, &viewport);
    if (radar && !radar_is_on(turn->skill->nws)) {
        buf_putz(&reply->speech, "The radar picture isn't built in. You can ask, for example, when "
                                 "will it rain.");
        reply->figures.view = VIEW_TEXT;
        return ST_OK;
    }
    for (const char *const *name = show_slots + 1; *name; name++)
        slots_set(&slots, *name, turn_slot(turn, *name));
    if (!slots_have_any(&slots, slots_of_place))
        slots_set(&slots, "location", slots_get(&turn->topic->slots, "location"));
    if (radar)
        intent = &intent_radar;
    else
        slots_set(&slots, views[view].slot, str_of(views[view].value));
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
