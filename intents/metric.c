/* SPDX-License-Identifier: Apache-2.0 */
/* intents/metric.c -- from a spoken form to a metric, by table. */
#include "intents/metric.h"

#include <stddef.h>

enum { L = 1, F = 2, R = 4, S = 8 };

static const struct {
    struct str form;
    enum metric_id id;
    const char *ask;
    unsigned flags;
} forms[] = {
#define WORDS(form, metric, about, flags) { STR(form), METRIC_##metric, about, flags },
#include "intents/metric_words.def"
#undef WORDS
};

static const char *const names[METRIC_COUNT] = {
#define METRIC(id, name) name,
#include "intents/metric.def"
#undef METRIC
};

/* "the temperature's" is "temperature": articles in front and a possessive behind are no part. */
static struct str bare(struct str words)
{
    static const struct str fronts[] = { STR("the "), STR("any "), STR("a ") };

    for (size_t i = 0; i < sizeof fronts / sizeof fronts[0]; i++)
        if (str_starts(words, fronts[i]))
            words = str_sub(words, fronts[i].n, words.n);
    if (str_ends(words, STR("'s")))
        words = str_sub(words, 0, words.n - 2);
    return str_trim(words);
}

bool metric_find(struct str words, struct metric_words *ret_words)
{
    words = bare(words);
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        unsigned flags = forms[i].flags;
        if (!str_eq(forms[i].form, words))
            continue;
        *ret_words = (struct metric_words){
            .id = forms[i].id,
            .forecast = flags & F,
            .rain = flags & R,
            .snow = flags & S,
            .listable = flags & L,
            .ask = forms[i].ask,
        };
        return true;
    }
    return false;
}

const char *metric_name(enum metric_id id)
{
    return (unsigned)id < METRIC_COUNT ? names[id] : "";
}

bool metric_by_name(struct str name, enum metric_id *ret_id)
{
    for (int i = 0; i < METRIC_DEFAULTS; i++) {
        if (str_eqz(name, names[i])) {
            *ret_id = (enum metric_id)i;
            return true;
        }
    }
    return false;
}
