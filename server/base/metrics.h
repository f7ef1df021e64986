/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/metrics.h -- counters, gauges and histograms, written in the Prometheus text format
 * (0.0.4).
 *
 * A family is declared once with its label names; its series are found by label values and live as
 * long as the set. A family has at most METRIC_SERIES_MAX series; further label values are counted
 * under "other". Adding is lock-free (atomics), and so is metric_get() on an existing series. All
 * functions accept a NULL metric or set and then do nothing. Thread-safe. */
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
/* Declare a family such as "climacast_requests_total"; declared again, it is the same one. `labels`
 * is a comma-separated list such as "cache,tier", or "". The texts are literals and not copied. The
 * bucket bounds of a histogram are .001 .0025 .005 .01 .025 .05 .1 .25 .5 1 2.5 5 7.5 seconds. */
struct metric_family *metrics_family(struct metrics *m, enum metric_kind kind, const char *name,
                                     const char *labels, const char *help);
/* The series with these label values (NULL beyond the number of labels). */
struct metric *metric_get(struct metric_family *f, const char *v1, const char *v2, const char *v3);
/* Declare a gauge without labels and return its only series. */
struct metric *metrics_gauge(struct metrics *m, const char *name, const char *help);
void metric_add(struct metric *m, int64_t n);          /* counter, gauge */
void metric_set(struct metric *m, double value);       /* gauge */
void metric_observe(struct metric *m, double seconds); /* histogram */
double metric_value(const struct metric *m);           /* counter, gauge; a histogram's count */
/* Call fn(data) before each write, to set gauges that are read on demand. */
void metrics_on_write(struct metrics *m, void (*fn)(void *data), void *data);
void metrics_write(struct metrics *m, struct buf *out);

/* ---- reading ---- */

extern const double metric_bounds[METRIC_BUCKETS]; /* seconds, ascending */

/* The current state of one series. */
struct metric_sample {
    const char *labels;              /* `cache="StationCache",tier="memory"`, values escaped */
    double value;                    /* counter, gauge; a histogram's count */
    double sum;                      /* of a histogram, seconds */
    int64_t buckets[METRIC_BUCKETS]; /* not cumulative; slower observations are in none */
};
/* Call each(data, sample) for every series of the family, in no particular order. Does not call
 * what metrics_on_write() registered. */
void metrics_each(struct metrics *m, const char *family,
                  void (*each)(void *data, const struct metric_sample *sample), void *data);
/* The value of a label as written, with escapes; STR_NONE when there is no such label. */
struct str metric_label(const char *labels, const char *name);

#endif
