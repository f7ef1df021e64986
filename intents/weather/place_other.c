/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/place_other.c -- looks up words that are not places, by table. */
#include "intents/weather/place_other.h"

#include <stddef.h>
#include <string.h>

#include "intents/weather/place_name.h"

static const struct {
    enum place_other kind;
    struct str words;
    const char *event;
} others[] = {
#define OTHER(kind, words) { PLACE_OTHER_##kind, STR(words), NULL },
#define HAZARD(words, event) { PLACE_OTHER_HAZARD, STR(words), event },
#include "intents/weather/place_other.def"
#undef OTHER
#undef HAZARD
};
#define OTHERS (sizeof others / sizeof others[0])

/* An index into others[], or OTHERS. */
static size_t find_other(struct str words)
{
    char folded[PLACE_NAME_MAX + 1];
    struct str said = { folded, place_name_fold(words, folded) };
    size_t i = said.n > 0 ? 0 : OTHERS;

    while (i < OTHERS && !str_eq(others[i].words, said))
        i++;
    return i;
}

enum place_other place_other_find(struct str words)
{
    size_t i = find_other(words);

    return i < OTHERS ? others[i].kind : PLACE_OTHER_NONE;
}

const char *place_other_hazard(struct str words)
{
    size_t i = find_other(words);

    return i < OTHERS ? others[i].event : NULL;
}
