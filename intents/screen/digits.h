/* SPDX-License-Identifier: Apache-2.0 */
/* intents/screen/digits.h -- the four characters beside a clock.  Pure. */
#ifndef CLIMACAST_INTENTS_SCREEN_DIGITS_H
#define CLIMACAST_INTENTS_SCREEN_DIGITS_H

#include "intents/screen/screen.h"

/* Appends the directive, after a comma if it isn't the first; nothing for an answer without a
 * figure or warning to show. */
void digits_put(const struct screen_view *v, struct buf *out);

#endif
