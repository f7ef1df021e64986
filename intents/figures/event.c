/* SPDX-License-Identifier: Apache-2.0 */
/* intents/figures/event.c -- looks weather codes up in events.def. */
#include "intents/figures/event.h"

#include <stddef.h>
#include <string.h>

enum {
    RAIN = 1 << EVENT_RAIN,
    SNOW = 1 << EVENT_SNOW,
    ICE = 1 << EVENT_ICE,
    THUNDERSTORMS = 1 << EVENT_THUNDERSTORMS,
};

static const struct {
    const char *code;
    unsigned events;
} kinds[] = {
#define KIND(code, events) { code, events },
#include "intents/figures/events.def"
#undef KIND
};

unsigned event_of_weather(const char *code)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++)
        if (strcmp(kinds[i].code, code) == 0)
            return kinds[i].events;
    return 0;
}
