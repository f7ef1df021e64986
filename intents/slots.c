/* SPDX-License-Identifier: Apache-2.0 */
/* intents/slots.c -- a short list of slots, searched from its beginning. */
#include "intents/slots.h"

const char *const slots_of_place[] = { "location", "zip_conn", "zipcode", "favorite", NULL };
const char *const slots_of_when[] = { "when_abs", "when_any", "when_pos", "day",
                                      "month",    "quarter",  NULL };

static size_t position_of(const struct slots *s, const char *name)
{
    size_t i = 0;

    while (i < s->count && !str_eqz(s->at[i].name, name))
        i++;
    return i;
}

struct str slots_get(const struct slots *s, const char *name)
{
    size_t i = position_of(s, name);

    return i < s->count ? s->at[i].value : STR_NONE;
}

bool slots_have_any(const struct slots *s, const char *const *names)
{
    for (; *names; names++)
        if (position_of(s, *names) < s->count)
            return true;
    return false;
}

void slots_set(struct slots *s, const char *name, struct str value)
{
    size_t i = position_of(s, name);

    if (value.n == 0) {
        if (i < s->count)
            s->at[i] = s->at[--s->count];
    } else if (i < SLOTS_MAX) {
        s->at[i] = (struct envelope_slot){ str_of(name), value };
        s->count += i == s->count;
    }
}

void slots_remove(struct slots *s, const char *const *names)
{
    for (; *names; names++)
        slots_set(s, *names, STR_NONE);
}

void slots_copy(struct slots *s, const struct slots *from, const char *const *names)
{
    for (; names && *names; names++) {
        struct str value = slots_get(from, *names);
        if (value.n > 0)
            slots_set(s, *names, value);
    }
}
