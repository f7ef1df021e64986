/* SPDX-License-Identifier: Apache-2.0 */
/* intents/metric.c -- from a spoken phrase to a metric, by table. */
#include "intents/metric.h"

#include <stddef.h>

enum { L = 1, F = 2 }; /* the flags of metric_words.def */

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
            .about = phrases[i].about,
        };
        return true;
    }
    return false;
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
