/* SPDX-License-Identifier: Apache-2.0 */
/* intents/told.h -- the figures of an answer, beside its words: what screens and programs show.
 *
 * They are those that the words were made of, in the program's units, and valid as long as the
 * turn's arena. What was not told is NULL or none. */
#ifndef CLIMACAST_INTENTS_TOLD_H
#define CLIMACAST_INTENTS_TOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "intents/figures/measure.h"
#include "intents/figures/outlook.h"
#include "intents/sky/sun.h"
#include "intents/weather/alert.h"
#include "intents/weather/observation.h"
#include "intents/when.h"

/* A period of the forecast. */
struct told_period {
    struct when when;
    struct outlook_figures figures;
};

/* A date: its day, and the night that follows. */
struct told_day {
    int64_t noon;
    struct told_period day, night;
};

/* A figure of its own: "the temperature reaches 80 degrees tomorrow at 2 P.M." */
enum told_kind {
    TOLD_DEGREES, /* Celsius */
    TOLD_SPEED,   /* meters per second */
    TOLD_PERCENT,
    TOLD_RAIN, /* or ice: millimeters */
    TOLD_SNOW, /* millimeters */
    TOLD_TIME, /* UTC seconds */
    TOLD_TEXT,
    TOLD_TRUTH, /* yes or no */
};
struct told_value {
    const char *name; /* "reachedAt" */
    enum told_kind kind;
    double number;
    int64_t time;
    struct str text;
};
enum { TOLD_VALUES_MAX = 16 };

struct told {
    const struct current_observation *now; /* a station's report */
    const struct grid *hours;              /* the hours [hours_from, hours_to) of a forecast, */
    int64_t hours_from, hours_to;          /* every `hours_step` seconds */
    int64_t hours_step;
    const struct told_period *periods;
    size_t period_count;
    const struct told_day *days;
    size_t day_count;
    const struct alerts *alerts; /* those whose kind is `hazard` */
    const char *hazard;          /* "": of all kinds */
    const struct sun_day *sun;   /* of the date whose noon is sky_noon */
    bool moon;                   /* at moon_at */
    int64_t sky_noon, moon_at;
    struct told_value values[TOLD_VALUES_MAX];
    size_t value_count;
};

/* Add a value; `name` must live as long. Those beyond TOLD_VALUES_MAX are dropped. */
void told_number(struct told *t, const char *name, enum told_kind kind, double number);
void told_measure(struct told *t, const char *name, enum measure m, double value);
void told_time(struct told *t, const char *name, int64_t time);
void told_text(struct told *t, const char *name, struct str text);
void told_truth(struct told *t, const char *name, bool truth);

#endif
