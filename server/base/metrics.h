/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/metrics.h -- counters, gauges and histograms, written as Prometheus text (0.0.4).
 *
 * Families are declared once with their label names; series are found by label values and kept. The
 * number of series of a family is bounded (METRIC_SERIES_MAX): what comes later is counted under
 * the label value "other". Adding is lock-free (atomics); so is metric_get() on a series that
 * exists. Everything accepts a NULL metric or set and then does nothing. */
#ifndef CLIMACAST_SERVER_BASE_METRICS_H
#define CLIMACAST_SERVER_BASE_METRICS_H

#include <stdint.h>

#include "server/base/str.h"

enum { METRIC_SERIES_MAX = 64, METRIC_LABELS_MAX = 3, METRIC_BUCKETS = 13 };
enum metric_kind { METRIC_COUNTER, METRIC_GAUGE, METRIC_HISTOGRAM };

struct metrics;
struct metric_family;
struct metric;

struct metrics *metrics_create(void);
void metrics_free(struct metrics *m);
/* Declare "climacast_..." once; `labels` is a comma list such as "cache,tier" or "". Histogram
 * buckets are seconds: .001 .0025 .005 .01 .025 .05 .1 .25 .5 1 2.5 5 7.5. Literals: not copied. */
struct metric_family *metrics_family(struct metrics *m, enum metric_kind kind, const char *name,
                                     const char *labels, const char *help);
/* The series with these label values (NULL where fewer labels); lives as long as the set. */
struct metric *metric_get(struct metric_family *f, const char *v1, const char *v2, const char *v3);
/* Declare a gauge without labels and return its only series. */
struct metric *metrics_gauge(struct metrics *m, const char *name, const char *help);
void metric_add(struct metric *m, int64_t n);          /* counter, gauge */
void metric_set(struct metric *m, double value);       /* gauge */
void metric_observe(struct metric *m, double seconds); /* histogram */
double metric_value(const struct metric *m);           /* counter, gauge; a histogram's count */
/* Called at each write, for gauges that are read rather than kept. */
void metrics_on_write(struct metrics *m, void (*fn)(void *data), void *data);
void metrics_write(struct metrics *m, struct buf *out);

/* ---- reading back ---- */

extern const double metric_bounds[METRIC_BUCKETS]; /* seconds, ascending */

/* One series as it stands. */
struct metric_sample {
    const char *labels;              /* `cache="StationCache",tier="memory"`, values escaped */
    double value;                    /* counter, gauge; a histogram's count */
    double sum;                      /* of a histogram, seconds */
    int64_t buckets[METRIC_BUCKETS]; /* not cumulative; what is in none took longer */
};
/* Call each(data, sample) for every series of the family, in no order; for none when it is not
 * declared. What metrics_on_write() registered is not called. */
void metrics_each(struct metrics *m, const char *family,
                  void (*each)(void *data, const struct metric_sample *sample), void *data);
/* The value of a label, as it is written: escapes stay. STR_NONE: there is no such label. */
struct str metric_label(const char *labels, const char *name);

#endif
