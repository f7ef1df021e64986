/* SPDX-License-Identifier: Apache-2.0 */
/* server/utterance/spoken_number.h -- converts number words to digits, as Alexa's AMAZON.NUMBER
 * does: "80301", "eight oh three oh one", "one hundred and twenty", "one twenty", "minus five",
 * "twenty third". Pure. */
#ifndef CLIMACAST_SERVER_UTTERANCE_SPOKEN_NUMBER_H
#define CLIMACAST_SERVER_UTTERANCE_SPOKEN_NUMBER_H

#include <stdbool.h>

#include "server/utterance/tokens.h"

enum { SPOKEN_NUMBER_MAX = 12 }; /* digits */

/* Write the words [from, to) as digits, with a minus sign if negative. Returns false when they are
 * not a number, or one of more than SPOKEN_NUMBER_MAX digits; `out` is then undefined. */
bool spoken_number(const struct tokens *words, size_t from, size_t to,
                   char out[SPOKEN_NUMBER_MAX + 2]);

#endif
