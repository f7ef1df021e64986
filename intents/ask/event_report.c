/* SPDX-License-Identifier: Apache-2.0 */
/* intents/ask/event_report.c -- finds events in a station's present weather, kind by word. */
#include "intents/ask/event_report.h"

#include "intents/weather/present_weather.h"

enum { REPORT_AGE_MAX_S = 90 * 60 };

static bool contains(struct str text, const char *part)
{
    return str_find(text, str_of(part)) < text.n;
}

static bool contains_any(struct str text, const char *const *parts)
{
    for (; *parts; parts++)
        if (contains(text, *parts))
            return true;
    return false;
}

/* What is only in the vicinity, or blown about, does not fall here. */
static bool falls_here(struct str weather)
{
    return present_weather_is_wet(weather) && !contains(weather, "vicinity") &&
           !contains(weather, "blowing") && !contains(weather, "drifting");
}

static bool is_kind(struct str weather, enum event_id event)
{
    static const char *const rain[] = { "rain", "drizzle", "thunder", NULL };
    static const char *const snow[] = { "snow", NULL };
    static const char *const ice[] = { "freezing", "sleet", "ice pellets", NULL };
    static const char *const thunder[] = { "thunder", NULL };
    static const char *const *const kinds[EVENT_COUNT] = {
        [EVENT_RAIN] = rain,
        [EVENT_SNOW] = snow,
        [EVENT_ICE] = ice,
        [EVENT_THUNDERSTORMS] = thunder,
    };

    return event == EVENT_PRECIPITATION || contains_any(weather, kinds[event]);
}

static struct event_report read_report(const struct observation *o, enum event_id event)
{
    struct event_report r = { .verdict = o->weather_known ? EVENT_ABSENT : EVENT_UNREPORTED };
    bool known_kind = false;

    for (size_t i = 0; i < o->weather_count; i++) {
        struct str weather = o->weather[i];
        if (!falls_here(weather))
            continue;
        r.wet = true;
        known_kind = known_kind || !present_weather_is_unknown_kind(weather);
        if (is_kind(weather, event))
            r.verdict = EVENT_FALLING;
        else if (present_weather_is_unknown_kind(weather) && r.verdict == EVENT_ABSENT)
            r.verdict = EVENT_UNREPORTED;
    }
    r.unknown_kind = r.wet && !known_kind;
    return r;
}

enum status event_report_get(struct turn *turn, enum event_id event,
                             struct event_report *ret_report, struct err *err)
{
    struct current_observation c;
    struct err why = ERR_NONE;
    enum status st = observation_get_current(turn->skill->nws, &turn->call, &turn->place,
                                             NEED_WEATHER, &c, &why);

    (void)err;
    *ret_report = (struct event_report){ .verdict = EVENT_UNREPORTED };
    if (st == ST_OK && c.age_s <= REPORT_AGE_MAX_S)
        *ret_report = read_report(&c.observation, event);
    return st == ST_WOULD_WAIT ? st : ST_OK;
}
