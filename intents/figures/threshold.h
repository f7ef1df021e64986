/* SPDX-License-Identifier: Apache-2.0 */
/* intents/figures/threshold.h -- the first hour at which a measure reaches a number.  Pure.
 *
 * Values are compared as they are spoken, in whole units. */
#ifndef CLIMACAST_INTENTS_FIGURES_THRESHOLD_H
#define CLIMACAST_INTENTS_FIGURES_THRESHOLD_H

#include <stdbool.h>
#include <stdint.h>

#include "intents/figures/days.h"
#include "intents/figures/measure.h"

enum threshold_direction {
    THRESHOLD_REACH, /* up or down, whichever leads there from the first value */
    THRESHOLD_ABOVE, /* the number or more */
    THRESHOLD_BELOW, /* the number or less */
};

struct threshold_question {
    enum measure measure;
    enum threshold_direction direction;
    int number; /* in the units of `system` */
    enum units_system system;
    struct span period; /* from the current hour on */
    bool by_day;        /* only hours between 6 A.M. and 6 P.M. count */
};

struct threshold_answer {
    bool read;    /* some hour has a value; else nothing below is set */
    bool up;      /* the number comes from below */
    bool already; /* the first hour is there, and it is the running one */
    bool found;
    int64_t at; /* the first hour that is there; else the one that is nearest to it */
    double value;
    bool whole;    /* every hour before has a value: up to `at`, or else up to `until` */
    int64_t until; /* the end of the last hour that has one */
    int64_t noon;  /* of the last day that is forecast without it (days_through()); 0: none is */
};

struct threshold_answer threshold_find(const struct grid *g, const struct days *d,
                                       const struct threshold_question *q);

#endif
