/* SPDX-License-Identifier: Apache-2.0 */
/* intents/metric.c -- from a spoken phrase to a metric, by table. */
#include "intents/metric.h"

#include "intents/weather/place_other.h"

#include <stddef.h>

enum { L = 1, F = 2, R = 4 }; /* the flags of metric_words.def */

static const struct {
    struct str phrase;
    enum metric_id id;
    const char *about;
    unsigned flags;
} phrases[] = {
#define WORDS(phrase, metric, about, flags) { STR(phrase), METRIC_##metric, about, flags },
#include "intents/metric_words.def"
#undef WORDS
};

static const struct {
    const char *stored, *spoken;
} names[METRIC_COUNT] = {
#define METRIC(id, stored, spoken) { stored, spoken },
#include "intents/metric.def"
#undef METRIC
};

/* Without articles and a possessive ending: "the temperature's" is "temperature". */
static struct str bare_phrase(struct str words)
{
    static const struct str articles[] = { STR("the "), STR("any "), STR("a ") };

    for (size_t i = 0; i < sizeof articles / sizeof articles[0]; i++)
        if (str_starts(words, articles[i]))
            words = str_sub(words, articles[i].n, words.n);
    if (str_ends(words, STR("'s")))
        words = str_sub(words, 0, words.n - 2);
    return str_trim(words);
}

/* "tornado warnings" without "warnings"; false when it does not end so. */
static bool cut_alert_kind(struct str *words)
{
    static const struct str kinds[] = { STR(" warnings"),   STR(" warning"),  STR(" watches"),
                                        STR(" watch"),      STR(" alerts"),   STR(" alert"),
                                        STR(" advisories"), STR(" advisory"), STR(" statements") };

    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (str_ends(*words, kinds[i])) {
            *words = str_trim(str_sub(*words, 0, words->n - kinds[i].n));
            return true;
        }
    }
    return false;
}

/* Alerts of one kind: "tornado warnings", "wind advisory", "tornadoes". */
static bool find_hazard(struct str words, struct metric_words *ret_words)
{
    /* These are a metric or a season without "warning". */
    static const struct {
        struct str words;
        const char *event;
    } only_alerts[] = {
        { STR("wind"), "Wind" },     { STR("heat"), "Heat" },
        { STR("freeze"), "Freeze" }, { STR("frost"), "Frost" },
        { STR("fog"), "Fog" },       { STR("snow"), "Snow" },
        { STR("ice"), "Ice" },       { STR("winter"), "Winter" },
        { STR("storm"), "Storm" },   { STR("wind chill"), "Wind Chill" },
        { STR("dust"), "Dust" },     { STR("air quality"), "Air Quality" },
        { STR("cold"), "Cold" },     { STR("severe"), "Severe" },
    };
    bool alerts = cut_alert_kind(&words);
    const char *event = place_other_hazard(words);

    for (size_t i = 0; alerts && i < sizeof only_alerts / sizeof only_alerts[0]; i++) {
        if (str_eq(words, only_alerts[i].words))
            event = only_alerts[i].event;
    }
    if (!event)
        return false;
    *ret_words = (struct metric_words){ .id = METRIC_ALERTS, .about = event };
    return true;
}

bool metric_find(struct str words, struct metric_words *ret_words)
{
    words = bare_phrase(words);
    for (size_t i = 0; i < sizeof phrases / sizeof phrases[0]; i++) {
        unsigned flags = phrases[i].flags;
        if (!str_eq(phrases[i].phrase, words))
            continue;
        *ret_words = (struct metric_words){
            .id = phrases[i].id,
            .forecast = flags & F,
            .listable = flags & L,
            .no_readings = flags & R,
            .about = phrases[i].about,
        };
        return true;
    }
    return find_hazard(words, ret_words);
}

const char *metric_name(enum metric_id id)
{
    return (unsigned)id < METRIC_COUNT ? names[id].stored : "";
}

const char *metric_spoken_name(enum metric_id id)
{
    return (unsigned)id < METRIC_COUNT ? names[id].spoken : "";
}

bool metric_by_name(struct str name, enum metric_id *ret_id)
{
    for (int i = 0; i < METRIC_DEFAULTS; i++) {
        if (str_eqz(name, names[i].stored)) {
            *ret_id = (enum metric_id)i;
            return true;
        }
    }
    return false;
}

const char *metric_unsupported(struct str words)
{
    static const struct {
        const char *words, *reason;
    } unsupported[] = {
#define UNSUPPORTED(words, reason) { words, reason },
#include "intents/unsupported.def"
#undef UNSUPPORTED
    };

    words = bare_phrase(words);
    for (size_t i = 0; i < sizeof unsupported / sizeof unsupported[0]; i++)
        if (str_eqz(words, unsupported[i].words))
            return unsupported[i].reason;
    return NULL;
}

bool metric_is_roads(struct str words)
{
    static const char *const roads[] = { "road conditions", "roads", "road", "traffic", NULL };

    return str_is_one_of(bare_phrase(words), roads);
}

bool metric_is_event(struct str words)
{
    static const char *const events[] = {
        "thunderstorms", "thunderstorm",  "storms", "storm", "thunder", "lightning",
        "ice",           "freezing rain", "sleet",  "dry",   NULL
    };

    return str_is_one_of(words, events);
}
