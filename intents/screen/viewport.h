/* SPDX-License-Identifier: Apache-2.0 */
/* intents/screen/viewport.h -- what a device can show, as its request says.  Pure.
 *
 * All of it comes from outside: what is missing or absurd is taken as a rectangle of 1280 by 800.
 * Lengths are in density-independent pixels (dp), 160 to the inch. */
#ifndef CLIMACAST_INTENTS_SCREEN_VIEWPORT_H
#define CLIMACAST_INTENTS_SCREEN_VIEWPORT_H

#include <stdbool.h>

#include "intents/alexa/envelope.h"

enum { VIEWPORT_DP_MIN = 100, VIEWPORT_DP_MAX = 5000 };

struct viewport {
    bool has_screen; /* it shows documents of Alexa's Presentation Language, 1.4 or later */
    bool has_digits; /* it shows four characters beside the clock */
    bool round;
    int width, height; /* dp, within the bounds above */
};

void viewport_read(const struct envelope *e, struct viewport *ret_viewport);

/* Is this version, such as "1.10" or "2024.3", at least major.minor? False for anything else than
 * numbers joined by dots. */
bool viewport_version_is_at_least(struct str version, int major, int minor);

#endif
