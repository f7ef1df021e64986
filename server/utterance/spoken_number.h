/* SPDX-License-Identifier: Apache-2.0 */
/* server/utterance/spoken_number.h -- number words made digits, as Alexa's AMAZON.NUMBER does.
 *
 * "80301", "eight oh three oh one", "one hundred and twenty", "one twenty", "minus five", "twenty
 * third". Pure. */
#ifndef CLIMACAST_SERVER_UTTERANCE_SPOKEN_NUMBER_H
#define CLIMACAST_SERVER_UTTERANCE_SPOKEN_NUMBER_H

#include <stdbool.h>

#include "server/utterance/tokens.h"

enum { SPOKEN_NUMBER_MAX = 12 }; /* digits */

/* The words [from, to) as a number, its sign in front. False, and *out anything: they are none, or
 * it is longer than SPOKEN_NUMBER_MAX digits. */
bool spoken_number(const struct tokens *words, size_t from, size_t to,
                   char out[SPOKEN_NUMBER_MAX + 2]);

#endif
