/* SPDX-License-Identifier: Apache-2.0 */
/* tests/unit/intents/forecast_world.h -- the skill over a grid of which only some layers are given.
 *
 * Boulder is seven hours behind UTC in November: tomorrow's day is 2026-11-23T13Z to 24T01Z. */
#ifndef CLIMACAST_TESTS_FORECAST_WORLD_H
#define CLIMACAST_TESTS_FORECAST_WORLD_H

#include "tests/unit/intents/skill_world.h"

#define DAY "2026-11-23T13:00:00+00:00/PT12H"
#define NIGHT "2026-11-24T01:00:00+00:00/PT12H"
#define RUN(time, value) "{'validTime':'" time "','value':" value "}"
#define LAYER(name, unit, runs) ",'" name "':{'uom':'wmoUnit:" unit "','values':[" runs "]}"

/* Serves a grid with these layers. */
static inline void forecast(struct skill_world *s, const char *layers)
{
    static char body[20000];

    (void)snprintf(body, sizeof body,
                   "{'properties':{'updateTime':'2026-11-22T15:00:00+00:00',"
                   "'validTimes':'2026-11-22T10:00:00+00:00/P7DT12H'%s}}",
                   layers);
    for (char *p = body; *p; p++)
        if (*p == '\'')
            *p = '"';
    fake_set(&s->w.upstream, SKILL_GRID, 200, body);
}

/* Serves these layers, asks one question about Boulder, and checks all the facts of the answer. */
static inline void check(const char *layers, const char *question, const char *want)
{
    struct skill_world s;
    char slots[200];

    skill_start(&s);
    forecast(&s, layers);
    (void)snprintf(slots, sizeof slots, "location=boulder colorado;%s", question);
    skill_shows(&s, "MetricIntent", slots, want);
    skill_stop(&s);
}

#define WEATHER(time, conditions) \
    ",'weather':{'values':[{'validTime':'" time "','value':[" conditions "]}]}"
#define CONDITION(coverage, weather, intensity)                             \
    "{'coverage':" coverage ",'weather':" weather ",'intensity':" intensity \
    ",'visibility':{'unitCode':'wmoUnit:km','value':null},'attributes':[]}"

#endif
