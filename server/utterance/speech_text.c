/* SPDX-License-Identifier: Apache-2.0 */
/* server/utterance/speech_text.c -- undoes what intents/alexa/ssml.c does. */
#include "server/utterance/speech_text.h"

static const struct {
    struct str entity;
    char c;
} entities[] = {
    { STR("&amp;"), '&' },  { STR("&lt;"), '<' },    { STR("&gt;"), '>' },
    { STR("&quot;"), '"' }, { STR("&apos;"), '\'' },
};

/* The length of the entity at the start of s, and its character; 0 when there is none. */
static size_t entity_at(struct str s, char *ret_c)
{
    for (size_t i = 0; i < sizeof entities / sizeof entities[0]; i++)
        if (str_starts(s, entities[i].entity)) {
            *ret_c = entities[i].c;
            return entities[i].entity.n;
        }
    return 0;
}

void speech_text(struct buf *out, struct str ssml)
{
    for (size_t i = 0; i < ssml.n;) {
        struct str rest = str_sub(ssml, i, ssml.n);
        char c = rest.p[0];
        size_t step = c == '&' ? entity_at(rest, &c) : 0;
        if (rest.p[0] == '<') {
            i += str_index(rest, '>') + 1;
        } else {
            buf_putc(out, c);
            i += step ? step : 1;
        }
    }
}
