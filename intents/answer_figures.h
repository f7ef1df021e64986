/* SPDX-License-Identifier: Apache-2.0 */
/* intents/answer_figures.h -- the figures of an answer: the words, the card, a screen and programs
 * all tell these, so that none of them computes one of its own.
 *
 * They are in the program's units (speech/units.h rounds them), and valid as long as the turn's
 * arena. What an answer does not tell is NULL or none. */
#ifndef CLIMACAST_INTENTS_ANSWER_FIGURES_H
#define CLIMACAST_INTENTS_ANSWER_FIGURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "intents/figures/measure.h"
#include "intents/figures/outlook.h"
#include "intents/figures/week.h"
#include "intents/sky/sun.h"
#include "intents/weather/alert.h"
#include "intents/weather/grid.h"
#include "intents/weather/observation.h"
#include "intents/weather/periods.h"
#include "intents/weather/radar.h"
#include "intents/when.h"

/* What a screen shows of them. */
enum figures_view {
    VIEW_NOTHING, /* only the words, if the answer leaves a topic */
    VIEW_TEXT,    /* the words, in any case */
    VIEW_CONDITIONS,
    VIEW_HOURS,
    VIEW_WEEK, /* the days of the grid, or the forecaster's own periods */
    VIEW_ALERTS,
    VIEW_RADAR,
};

/* Hours of a forecast. */
struct figures_hours {
    const struct grid *grid;
    bool next;        /* no time was named: those that come next */
    int64_t from, to; /* those that are told, UTC [from, to); 0 when that isn't known */
    int64_t step;     /* seconds from one to the next; 0: they are told as a whole */
};

/* A period of the forecast. */
struct figures_period {
    struct when when;
    struct outlook_figures figures;
};

/* A figure of its own: "the temperature reaches 80 degrees tomorrow at 2 P.M." */
enum figure_kind {
    FIGURE_DEGREES, /* Celsius */
    FIGURE_SPEED,   /* meters per second */
    FIGURE_PERCENT,
    FIGURE_RAIN_TOTAL, /* or ice: millimeters */
    FIGURE_SNOW_TOTAL, /* millimeters, told as units_put_snow_total() does */
    FIGURE_SNOW,       /* millimeters, told as units_put_snow() does */
    FIGURE_PLAIN,      /* as it is spoken; `text` is its unit */
    FIGURE_TIME,       /* UTC seconds */
    FIGURE_TEXT,
    FIGURE_TRUTH, /* yes or no */
};
struct figure {
    const char *name; /* "reachedAt" */
    enum figure_kind kind;
    double number;
    int64_t time;
    struct str text;
};
enum { FIGURES_MAX = 16 };

struct answer_figures {
    enum figures_view view;
    const struct current_observation *report; /* a station's */
    struct figures_hours hours;
    const struct figures_period *periods;
    size_t period_count;
    const struct week_day *days;
    size_t day_count;
    const struct forecast_periods *extended; /* as the forecaster wrote them */
    const struct alerts *alerts;             /* those whose kind is `hazard` */
    const char *hazard;                      /* "": of all kinds */
    struct str *alert_texts;                 /* of each alert, as it is told; "" for others */
    bool warned;                             /* a warning is active */
    const struct radar *radar;
    const struct sun_day *sun; /* of the date whose noon is sky_noon */
    bool moon;                 /* at moon_at */
    int64_t sky_noon, moon_at;
    struct figure values[FIGURES_MAX];
    size_t value_count;
};

/* Hours that a screen shows, told as a whole; from = to = 0: those that come next. */
void figures_show_hours(struct answer_figures *f, const struct grid *grid, int64_t from,
                        int64_t to);

/* Add a figure of its own; `name` must live as long. Those beyond FIGURES_MAX are dropped. */
void figures_add_number(struct answer_figures *f, const char *name, enum figure_kind kind,
                        double number);
void figures_add_plain(struct answer_figures *f, const char *name, double number, const char *unit);
void figures_add_measure(struct answer_figures *f, const char *name, enum measure m, double value);
void figures_add_time(struct answer_figures *f, const char *name, int64_t time);
void figures_add_text(struct answer_figures *f, const char *name, struct str text);
void figures_add_truth(struct answer_figures *f, const char *name, bool truth);

#endif
