/* SPDX-License-Identifier: Apache-2.0 */
/* intents/told.h -- the figures of an answer, beside its words: what screens and programs show.
 *
 * They are those that the words were made of, in the program's units, and valid as long as the
 * turn's arena. What was not told is NULL or none. */
#ifndef CLIMACAST_INTENTS_TOLD_H
#define CLIMACAST_INTENTS_TOLD_H

#include <stdint.h>

#include "intents/weather/observation.h"

struct told {
    const struct current_observation *now; /* a station's report */
};

#endif
