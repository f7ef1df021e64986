/* SPDX-License-Identifier: Apache-2.0 */
/* intents/speech/letter.h -- ASCII letters and digits. Pure. */
#ifndef CLIMACAST_INTENTS_SPEECH_LETTER_H
#define CLIMACAST_INTENTS_SPEECH_LETTER_H

#include <stdbool.h>

static inline bool letter_is_upper(char c)
{
    return c >= 'A' && c <= 'Z';
}

static inline bool letter_is_lower(char c)
{
    return c >= 'a' && c <= 'z';
}

static inline bool letter_is(char c)
{
    return letter_is_upper(c) || letter_is_lower(c);
}

static inline bool letter_is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Of a letter in capitals. */
static inline char letter_lowered(char c)
{
    return (char)(c + ('a' - 'A'));
}

#endif
