/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/number_words.h -- English number words, one at a time: "seven", "twentieth".
 *
 * How words combine ("two hundred five", "eight oh three") differs from caller to caller and is
 * left to them. Pure. */
#ifndef CLIMACAST_SERVER_BASE_NUMBER_WORDS_H
#define CLIMACAST_SERVER_BASE_NUMBER_WORDS_H

#include <stdbool.h>

#include "server/base/str.h"

struct number_word {
    int value; /* 0 to 20, the tens up to 90, 100 or 1000 */
    bool ordinal;
};

/* Looks up a lower-case word: "zero" to "twenty", the tens, "hundred" and "thousand", and the
 * ordinals of all but zero. Returns false, and leaves *ret_word alone, for any other word. */
bool number_words_find(struct str word, struct number_word *ret_word);

#endif
