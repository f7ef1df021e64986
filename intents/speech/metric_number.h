/* SPDX-License-Identifier: Apache-2.0 */
/* intents/speech/metric_number.h -- the numbers in a text: in digits ("1,500", "0.25", "1 1/2",
 * "minus 5"), or in words ("three quarters", "an").  Pure. */
#ifndef CLIMACAST_INTENTS_SPEECH_METRIC_NUMBER_H
#define CLIMACAST_INTENTS_SPEECH_METRIC_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

#include "intents/speech/letter.h"
#include "server/base/str.h"

struct number {
    double value;
    size_t end; /* where it ends in the text */
    bool in_words;
};

static inline bool metric_is_part_of_word(char c)
{
    return letter_is(c) || letter_is_digit(c);
}

/* Are these words at `at`, in any case, and whole?  Returns where they end, or 0. */
size_t metric_words_at(struct str text, size_t at, struct str words);

/* Reads the number that begins at `at`. False: there is none, or it is part of something else, as a
 * time or a date. */
bool metric_number_read(struct str text, size_t at, struct number *ret_number);
/* Only whole ones. Returns where it ends, or 0. */
size_t metric_number_digits(struct str text, size_t at, double *ret_value);

#endif
