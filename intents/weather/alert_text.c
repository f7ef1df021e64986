/* SPDX-License-Identifier: Apache-2.0 */
/* intents/weather/alert_text.c -- tells whether two alerts say the same about the same area.
 *
 * An office may send an alert twice, under two ids and without a reference from one to the other.
 * White space and case don't count. The headline doesn't either, since it has the time of issue. */
#include "intents/weather/alert_internal.h"

#include "server/base/fnv.h"

enum { TEXTS = 4 };

static void list_texts(const struct alert *a, const char *ret_texts[TEXTS])
{
    ret_texts[0] = a->event;
    ret_texts[1] = a->area;
    ret_texts[2] = a->description;
    ret_texts[3] = a->instruction;
}

/* Moves *at past white space and returns the next character in lower case; '\0' at the end. */
static char next_folded(const char **at)
{
    char c;

    while (**at == ' ' || (**at >= '\t' && **at <= '\r'))
        (*at)++;
    c = **at;
    if (c)
        (*at)++;
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

uint64_t alert_text_hash(const struct alert *a)
{
    const char *texts[TEXTS];
    uint64_t h = FNV1A_64;

    list_texts(a, texts);
    for (size_t i = 0; i < TEXTS; i++) {
        const char *at = texts[i];
        char c;
        do {
            c = next_folded(&at);
            h = fnv1a_64_byte(h, c);
        } while (c);
    }
    return h;
}

bool alert_same_text(const struct alert *a, const struct alert *b)
{
    const char *texts_a[TEXTS], *texts_b[TEXTS];

    list_texts(a, texts_a);
    list_texts(b, texts_b);
    for (size_t i = 0; i < TEXTS; i++) {
        const char *at_a = texts_a[i], *at_b = texts_b[i];
        char c;
        do {
            c = next_folded(&at_a);
            if (c != next_folded(&at_b))
                return false;
        } while (c);
    }
    return true;
}
