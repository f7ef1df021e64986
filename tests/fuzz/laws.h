/* SPDX-License-Identifier: Apache-2.0 */
/* tests/fuzz/laws.h -- rules that several targets check: well-formed speech, and values that the
 * weather can have.
 *
 * The ranges of values are not those of the decoders: they say what a listener could be told, from
 * the records of the United States with a margin, so that a decoder without bounds breaks them. */
#ifndef CLIMACAST_TESTS_FUZZ_LAWS_H
#define CLIMACAST_TESTS_FUZZ_LAWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "server/base/str.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define LAW(condition)                                                                  \
    do {                                                                                \
        if (!(condition)) {                                                             \
            fprintf(stderr, "broken law, %s:%d: %s\n", __FILE__, __LINE__, #condition); \
            abort();                                                                    \
        }                                                                               \
    } while (0)

/* ---- weather ---- */

enum law_quantity {
    LAW_TEMPERATURE_C, /* of the air, and its dewpoint */
    LAW_FEELS_LIKE_C,
    LAW_WIND_MPS,
    LAW_DIRECTION,
    LAW_PERCENT,
    LAW_PRESSURE_PA,
    LAW_RAIN_MM, /* in one run of a layer, or one hour */
    LAW_SNOW_MM,
    LAW_QUANTITIES
};

static inline bool law_plausible(enum law_quantity quantity, double value)
{
    static const struct {
        double min, max;
    } range[LAW_QUANTITIES] = {
        [LAW_TEMPERATURE_C] = { -95.0, 65.0 }, [LAW_FEELS_LIKE_C] = { -125.0, 95.0 },
        [LAW_WIND_MPS] = { 0.0, 160.0 },       [LAW_DIRECTION] = { 0.0, 360.0 },
        [LAW_PERCENT] = { 0.0, 100.0 },        [LAW_PRESSURE_PA] = { 45000.0, 115000.0 },
        [LAW_RAIN_MM] = { 0.0, 2500.0 },       [LAW_SNOW_MM] = { 0.0, 6000.0 },
    };

    return value >= range[quantity].min && value <= range[quantity].max; /* false for NaN */
}

/* ---- speech ---- */

/* Removes `word` from the front of *s. */
static inline bool law_take(struct str *s, const char *word)
{
    struct str w = str_of(word);

    if (!str_starts(*s, w))
        return false;
    *s = str_sub(*s, w.n, s->n);
    return true;
}

/* ` rate="80%"` or ` pitch="-21%"`, each at most once and in this order. */
static inline bool law_take_prosody(struct str *s)
{
    static const char *const names[] = { " rate=\"", " pitch=\"" };

    if (!law_take(s, "<prosody"))
        return false;
    for (size_t i = 0; i < 2; i++) {
        size_t n = 0;
        if (!law_take(s, names[i]))
            continue;
        while (n < s->n && n < 5 &&
               (s->p[n] == '+' || s->p[n] == '-' || (s->p[n] >= '0' && s->p[n] <= '9')))
            n++;
        *s = str_sub(*s, n, s->n);
        LAW(n > 0 && law_take(s, "%\""));
    }
    LAW(law_take(s, ">"));
    return true;
}

/* A text that can be read out: one line of UTF-8 without control characters, and without spaces at
 * its ends. */
static inline void law_speakable(struct str text)
{
    LAW(str_is_utf8(text));
    for (size_t i = 0; i < text.n; i++)
        LAW((unsigned char)text.p[i] >= ' ' && text.p[i] != 0x7f);
    LAW(text.n == 0 || (text.p[0] != ' ' && text.p[text.n - 1] != ' '));
}

/* Speech as Alexa gets it: <speak> with at most one <prosody> in it, text without markup and
 * without control characters, and not longer than `max` characters. */
static inline void law_ssml(struct str ssml, size_t max)
{
    static const char *const entities[] = { "&amp;", "&lt;", "&gt;", "&quot;" };
    struct str s = ssml;
    bool prosody;

    LAW(str_is_utf8(ssml) && str_utf8_length(ssml) <= max);
    LAW(law_take(&s, "<speak>"));
    prosody = law_take_prosody(&s);
    while (s.n > 0 && s.p[0] != '<') {
        bool known = s.p[0] != '&';
        LAW((unsigned char)s.p[0] >= ' ' && s.p[0] != '>' && s.p[0] != 0x7f);
        for (size_t i = 0; i < 4 && !known; i++)
            known = str_starts(s, str_of(entities[i]));
        LAW(known);
        s = str_sub(s, 1, s.n);
    }
    LAW(!prosody || law_take(&s, "</prosody>"));
    LAW(law_take(&s, "</speak>"));
    LAW(s.n == 0);
}

#endif
