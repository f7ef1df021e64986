/* SPDX-License-Identifier: Apache-2.0 */
/* intents/screen/screen.h -- an answer on a device's screen, or in the four characters beside its
 * clock.  Pure.
 *
 * Templates, laid out in numbers for the size of the screen that asks: the weather now, hours,
 * days, alerts, words, and the radar. They draw the figures of the answer (answer_figures.h),
 * rounded as they are spoken, and always have its words, so that no figure is heard which isn't
 * seen. */
#ifndef CLIMACAST_INTENTS_SCREEN_SCREEN_H
#define CLIMACAST_INTENTS_SCREEN_SCREEN_H

#include <stdint.h>

#include "intents/answer_figures.h"
#include "intents/screen/viewport.h"
#include "intents/speech/units.h"
#include "intents/weather/place.h"
#include "server/base/str.h"

struct screen_view {
    const struct viewport *viewport;
    const struct answer_figures *figures;
    const struct place *place; /* NULL: the answer is about none */
    struct str location;       /* what a touch asks about; "" = the user's own place */
    struct str words;          /* that are spoken */
    enum units_system units;
    int64_t now;
};

/* Appends the directives for the device, with a comma between them; nothing when it can show
 * nothing. */
void screen_put(const struct screen_view *v, struct buf *out);

#endif
