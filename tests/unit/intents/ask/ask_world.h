/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/ask/ask_world.h -- one question about Boulder, over a grid made by hand and a
 * list of alerts. */
#ifndef CLIMACAST_TESTS_ASK_WORLD_H
#define CLIMACAST_TESTS_ASK_WORLD_H

#include "tests/unit/intents/forecast_world.h"

#define ASK_NO_ALERTS "{\"features\":[]}"
/* One active alert of this event, until eleven tomorrow morning. */
#define ASK_ALERT(event)                                                                        \
    "{\"features\":[{\"properties\":{\"id\":\"urn:oid:1\",\"event\":\"" event                   \
    "\",\"areaDesc\":\"Boulder\",\"status\":\"Actual\",\"messageType\":\"Alert\",\"severity\":" \
    "\"Severe\",\"sent\":\"2026-11-22T10:00:00Z\",\"onset\":\"2026-11-22T16:00:00Z\",\"ends\":" \
    "\"2026-11-23T18:00:00Z\",\"expires\":\"2026-11-23T18:00:00Z\",\"headline\":\"\","          \
    "\"description\":\"\",\"instruction\":null}}]}"

/* Starts the world; the layers as of forecast_world.h; alerts NULL: the service fails. */
static inline void ask_start(struct skill_world *s, const char *layers, const char *alerts)
{
    int status = alerts ? 200 : 500;

    alerts = alerts ? alerts : "{}";
    skill_start(s);
    forecast(s, layers);
    fake_set(&s->w.upstream, skill_at_boulder("/alerts/active?point="), status, alerts);
    fake_set(&s->w.upstream, "/alerts/active/zone/COC013", status, alerts);
    fake_set(&s->w.upstream, "/alerts/active/zone/COZ039", status, alerts);
}

static inline const char *ask_slots(const char *question)
{
    static char slots[300];

    (void)snprintf(slots, sizeof slots, "location=boulder colorado;%s", question);
    return slots;
}

/* Asks in a world of its own, and checks that the speech contains `want`. */
static inline void ask_says(const char *intent, const char *layers, const char *alerts,
                            const char *question, const char *want)
{
    struct skill_world s;

    ask_start(&s, layers, alerts);
    skill_says(&s, intent, ask_slots(question), want);
    skill_stop(&s);
}

/* The same; the speech must not contain `unwanted`. */
static inline void ask_lacks(const char *intent, const char *layers, const char *alerts,
                             const char *question, const char *unwanted)
{
    struct skill_world s;

    ask_start(&s, layers, alerts);
    (void)skill_ask(&s, intent, ask_slots(question));
    skill_never_says(&s, unwanted);
    skill_stop(&s);
}

#endif
