/* SPDX-License-Identifier: Apache-2.0 */
/* intents/told.c -- notes figures. */
#include "intents/told.h"

static void add_value(struct told *t, struct told_value value)
{
    if (t->value_count < TOLD_VALUES_MAX)
        t->values[t->value_count++] = value;
}

void told_number(struct told *t, const char *name, enum told_kind kind, double number)
{
    add_value(t, (struct told_value){ .name = name, .kind = kind, .number = number });
}

void told_measure(struct told *t, const char *name, enum measure m, double value)
{
    static const enum told_kind kinds[] = {
        [MEASURE_IN_DEGREES] = TOLD_DEGREES,
        [MEASURE_IN_SPEED] = TOLD_SPEED,
        [MEASURE_IN_PLAIN] = TOLD_PERCENT,
    };

    told_number(t, name, kinds[measure_unit(m)], value);
}

void told_time(struct told *t, const char *name, int64_t time)
{
    add_value(t, (struct told_value){ .name = name, .kind = TOLD_TIME, .time = time });
}

void told_text(struct told *t, const char *name, struct str text)
{
    add_value(t, (struct told_value){ .name = name, .kind = TOLD_TEXT, .text = text });
}

void told_truth(struct told *t, const char *name, bool truth)
{
    add_value(t, (struct told_value){ .name = name, .kind = TOLD_TRUTH, .number = truth });
}
