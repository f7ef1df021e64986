/* SPDX-License-Identifier: Apache-2.0 */
/* intents/ask/event_words.c -- words for what falls. */
#include "intents/ask/event_words.h"

#include "intents/metric.h"
#include "intents/weather/place_other.h"

enum { SUBJECT_MAX = 40 }; /* bytes; longer words are not read back */

static const struct {
    struct str words;
    enum event_id event;
} phrases[] = {
#define WORDS(words, event) { STR(words), EVENT_##event },
#include "intents/ask/event_words.def"
#undef WORDS
};

static const struct {
    const char *noun, *verb, *falling, *not_falling;
} spoken[EVENT_COUNT] = {
    [EVENT_RAIN] = { "rain", "is", "It's raining", "It's not raining" },
    [EVENT_SNOW] = { "snow", "is", "It's snowing", "It's not snowing" },
    [EVENT_ICE] = { "ice", "is", "Freezing rain or sleet is falling", "No ice is falling" },
    [EVENT_THUNDERSTORMS] = { "thunderstorms", "are", "There's a thunderstorm",
                              "There's no thunderstorm" },
    [EVENT_PRECIPITATION] = { "precipitation", "is", "Precipitation is falling",
                              "No precipitation is falling" },
};

/* Find the event that the lower-case phrase names; false when it names none. */
static bool find_event(struct str words, enum event_id *ret_event)
{
    if (str_starts(words, STR("the ")))
        words = str_sub(words, 4, words.n);
    for (size_t i = 0; i < sizeof phrases / sizeof phrases[0]; i++) {
        if (str_eq(words, phrases[i].words)) {
            *ret_event = phrases[i].event;
            return true;
        }
    }
    return false;
}

enum status event_words_read(struct turn *turn, enum event_id *ret_event, struct err *err)
{
    struct str words = turn_slot(turn, "event");
    struct metric_words metric;

    *ret_event = EVENT_PRECIPITATION;
    if (words.n == 0 || find_event(words, ret_event))
        return ST_OK;
    if (metric_unsupported(words))
        return err_reason(err, ST_INVALID, metric_unsupported(words), "not published");
    turn->hazard = place_other_hazard(words);
    if (!turn->hazard && metric_find(words, &metric) && metric.id == METRIC_ALERTS)
        turn->hazard = metric.about; /* "when does the heat advisory end" */
    if (turn->hazard)
        return ST_OK;
    turn->subject = words.n <= SUBJECT_MAX ? words : STR_NONE;
    return err_reason(err, ST_INVALID, "event_unknown", "no such event");
}

const char *event_words_noun(enum event_id event)
{
    return spoken[event].noun;
}

const char *event_words_verb(enum event_id event)
{
    return spoken[event].verb;
}

const char *event_words_falling(enum event_id event)
{
    return spoken[event].falling;
}

const char *event_words_not_falling(enum event_id event)
{
    return spoken[event].not_falling;
}

enum edge_id event_words_edge(struct str words)
{
    static const char *const stops[] = { "stop",    "stops", "stopping", "end",   "ends", "ending",
                                         "over",    "quit",  "finish",   "clear", "dry",  "let up",
                                         "ease up", "done",  "clear up", NULL };
    static const char *const durations[] = { "duration", "last",     "lasts",   "lasting",
                                             "how long", "continue", "keep up", NULL };

    if (str_is_one_of(words, stops))
        return EDGE_STOP;
    return str_is_one_of(words, durations) ? EDGE_DURATION : EDGE_START;
}
