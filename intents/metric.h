/* SPDX-License-Identifier: Apache-2.0 */
/* intents/metric.h -- the metrics, and every word that may stand for one. SPEC section 5,
 * "Metrics". Pure. */
#ifndef CLIMACAST_INTENTS_METRICS_H
#define CLIMACAST_INTENTS_METRICS_H

#include <stdbool.h>

#include "server/base/str.h"

enum metric_id {
#define METRIC(id, name) METRIC_##id,
#include "intents/metric.def"
#undef METRIC
    METRIC_COUNT
};
enum { METRIC_DEFAULTS = 8 };

/* What a spoken form asks beyond the metric. */
struct metric_words {
    enum metric_id id;
    bool forecast; /* "forecast", or a form with "chance" in it: later, not now */
    bool snow;     /* snow was named; precipitation otherwise */
    bool rain;     /* rain was named */
    bool listable; /* a form that Add and Remove accept */
    const char *
        ask; /* what a yes/no question would be about: "rain", "precipitation", "cloudy"; else "" */
};

/* Lower-case words to a metric; false when unknown. */
bool metric_find(struct str words, struct metric_words *ret_words);
/* As stored and spoken: "barometric pressure". */
const char *metric_name(enum metric_id id);
/* The id of a stored name among the METRIC_DEFAULTS; false when it is none of them. */
bool metric_by_name(struct str name, enum metric_id *ret_id);

#endif
