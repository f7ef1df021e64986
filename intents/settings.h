/* SPDX-License-Identifier: Apache-2.0 */
/* intents/settings.h -- one user's settings, typed: from the store at most once a session, carried
 * in sessionAttributes after.
 *
 * A stored item with wrong types, unknown members or an unknown metric is used as far as it is
 * sound; the rest is as by default. */
#ifndef CLIMACAST_INTENTS_SETTINGS_H
#define CLIMACAST_INTENTS_SETTINGS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "intents/metric.h"
#include "server/base/arena.h"
#include "server/base/str.h"

enum {
    RATE_MIN = 50,
    RATE_MAX = 150,
    PITCH_MIN = 70,
    PITCH_MAX = 130,
    SETTINGS_LOCATION_MAX = 200, /* bytes */
};

struct settings {
    struct str location;                     /* "Boulder Colorado"; "" when none is set */
    int rate, pitch;                         /* percent */
    enum metric_id metrics[METRIC_DEFAULTS]; /* what "weather" and "forecast" report, in order */
    size_t metric_count;                     /* never 0 */
};

void settings_default(struct settings *s);
/* From the inner object of the user's item, or from what settings_put() wrote; strings into the
 * arena. NULL or no object gives the defaults. */
void settings_from_json(const json_t *object, struct arena *arena, struct settings *ret_settings);
/* The JSON object that sessionAttributes carries under "settings". */
void settings_put(struct buf *out, const struct settings *s);

#endif
