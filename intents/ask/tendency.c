/* SPDX-License-Identifier: Apache-2.0 */
/* intents/ask/tendency.c -- which question "when will it be windier" is: for the most extreme day,
 * or for the first hour of a wind or a sky. */
#include "intents/ask/tendency.h"

#include "intents/ask/compared.h"

static const struct {
    enum measure measure;
    int sign;
    struct str condition, extreme; /* of which one is given */
} questions[] = {
    { MEASURE_TEMPERATURE, 1, STR(""), STR("warmest") },
    { MEASURE_TEMPERATURE, -1, STR(""), STR("coldest") },
    { MEASURE_WIND, 1, STR(""), STR("windiest") },
    { MEASURE_WIND, -1, STR("calm"), STR("") },
    { MEASURE_GUST, 1, STR(""), STR("gustiest") },
    { MEASURE_GUST, -1, STR("calm"), STR("") },
    { MEASURE_CHANCE, 1, STR(""), STR("wettest") },
    { MEASURE_CHANCE, -1, STR(""), STR("driest") },
    { MEASURE_HUMIDITY, 1, STR(""), STR("most humid") },
    { MEASURE_SKY, 1, STR("cloudy"), STR("") },
    { MEASURE_SKY, -1, STR("sunny"), STR("") },
};

const struct intent *tendency_question(const struct turn *turn, struct slots *slots)
{
    const struct when_words when = turn_when_words(turn);
    bool of_hours = when_words_given(&when) && !when_words_mean_days_ahead(&when); /* "tonight" */
    enum measure m;
    int sign;

    if (!str_eqz(turn_slot(turn, "tendency"), "when") ||
        !compared_find(turn_slot(turn, "comparator"), &m, &sign))
        return NULL;
    for (size_t i = 0; i < sizeof questions / sizeof questions[0]; i++) {
        bool condition = questions[i].condition.n > 0;
        if (questions[i].measure != m || questions[i].sign != sign)
            continue;
        slots_set(slots, "condition", questions[i].condition);
        slots_set(slots, "extreme", questions[i].extreme);
        slots_set(slots, "unit", condition || of_hours ? STR_NONE : STR("day"));
        slots_set(slots, "metric", STR_NONE);
        return turn->find_intent(condition ? STR("ThresholdIntent") : STR("ExtremeIntent"));
    }
    return NULL;
}
