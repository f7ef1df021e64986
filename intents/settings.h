/* SPDX-License-Identifier: Apache-2.0 */
/* intents/settings.h -- one user's settings: read from the store at most once per session, then
 * carried in sessionAttributes.
 *
 * Invalid parts of a stored item (wrong types, out of range, unknown metrics) are replaced by the
 * defaults. Pure. */
#ifndef CLIMACAST_INTENTS_SETTINGS_H
#define CLIMACAST_INTENTS_SETTINGS_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "intents/metric.h"
#include "intents/place_list.h"
#include "intents/speech/units.h"
#include "server/base/arena.h"
#include "server/base/str.h"

enum {
    RATE_MIN = 50,
    RATE_MAX = 150,
    PITCH_MIN = 70,
    PITCH_MAX = 130,
    SETTINGS_LOCATION_MAX = 200, /* bytes */
};

enum answer_length {
    LENGTH_NORMAL,
    LENGTH_BRIEF, /* the figure asked for, in one sentence */
    LENGTH_FULL,  /* all that is known */
};

struct settings {
    struct str location;                     /* "Boulder Colorado"; "" when none is set */
    int rate, pitch;                         /* percent */
    enum metric_id metrics[METRIC_DEFAULTS]; /* what "weather" and "forecast" report, in order */
    size_t metric_count;                     /* never 0 */
    bool units_chosen;                       /* `units` was set; else the default applies */
    enum units_system units;
    enum answer_length length;
    bool address_offered;      /* to use the address of the device */
    struct place_list places;  /* that have a name of the user's own */
    struct place_list choices; /* which town the user means, of several of that name */
};

/* "us", "metric"; "brief", "normal", "full": as stored. */
const char *settings_units_name(enum units_system units);
/* "Celsius, kilometers per hour, and millimeters". */
const char *settings_units_spoken(enum units_system units);
const char *settings_length_name(enum answer_length length);
/* False, with *ret_length unchanged, when it is none of them. */
bool settings_find_length(struct str name, enum answer_length *ret_length);

void settings_default(struct settings *s);
/* Reads the inner object of the user's item, or what settings_put() wrote; strings go into the
 * arena. NULL, or JSON that is not an object, gives the defaults. */
void settings_from_json(const json_t *object, struct arena *arena, struct settings *ret_settings);
/* Puts the JSON object that sessionAttributes carries under "settings". */
void settings_put(struct buf *out, const struct settings *s);

#endif
