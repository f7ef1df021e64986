/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/metrics.h -- counters, gauges and histograms, written as Prometheus text (0.0.4).
 *
 * Families are declared once with their label names; series are found by label values and kept.
 * The number of series of a family is bounded (METRIC_SERIES_MAX): what comes later is counted
 * under the label value "other".  Adding is lock-free (atomics); so is metric_get() on a series
 * that exists.  Everything accepts a NULL metric or set and then does nothing. */
#ifndef CLIMACAST_BASE_METRICS_H
#define CLIMACAST_BASE_METRICS_H

#include <stdint.h>

#include "server/base/str.h"

enum { METRIC_SERIES_MAX = 64, METRIC_LABELS_MAX = 3 };
enum metric_kind { METRIC_COUNTER, METRIC_GAUGE, METRIC_HISTOGRAM };

struct metrics;
struct metric_family;
struct metric;

struct metrics *metrics_create(void);
void metrics_free(struct metrics *m);
/* Declare "climacast_..." once; `labels` is a comma list such as "cache,tier" or "". Histogram
 * buckets are seconds: .001 .0025 .005 .01 .025 .05 .1 .25 .5 1 2.5 5 7.5.  Literals: not copied.
 */
struct metric_family *metrics_family(struct metrics *m, enum metric_kind kind, const char *name,
                                     const char *labels, const char *help);
/* The series with these label values (NULL where fewer labels); lives as long as the set. */
struct metric *metric_get(struct metric_family *f, const char *v1, const char *v2, const char *v3);
void metric_add(struct metric *m, int64_t n);          /* counter, gauge */
void metric_set(struct metric *m, double value);       /* gauge */
void metric_observe(struct metric *m, double seconds); /* histogram */
double metric_value(const struct metric *m);           /* counter, gauge; a histogram's count */
/* Called at each write, for gauges that are read rather than kept. */
void metrics_on_write(struct metrics *m, void (*fn)(void *data), void *data);
void metrics_write(struct metrics *m, struct buf *out);

#endif
