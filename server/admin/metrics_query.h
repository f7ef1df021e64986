/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/metrics_query.h -- sums of the daemon's metrics, in total or grouped by a label.
 * Thread-safe. */
#ifndef CLIMACAST_SERVER_ADMIN_METRICS_QUERY_H
#define CLIMACAST_SERVER_ADMIN_METRICS_QUERY_H

#include <stddef.h>

#include "server/base/metrics.h"

enum { METRICS_GROUP_NAME_MAX = 63, METRICS_GROUPS_MAX = 64 };

struct metrics_group {
    char name[METRICS_GROUP_NAME_MAX + 1]; /* the label's value, truncated if too long */
    double value;                          /* a histogram's count */
    double sum;                            /* of a histogram, in seconds */
};

/* The sum of all series of the family that have the given labels: name, value, ..., NULL. 0 when
 * there are none. */
double metrics_query_sum(struct metrics *m, const char *family, ...) __attribute__((sentinel));
/* The series of the family summed by the values of `label`: groups above 0, largest first, at most
 * `cap` and METRICS_GROUPS_MAX. Returns how many. */
size_t metrics_query_group_by(struct metrics *m, const char *family, const char *label,
                              struct metrics_group *ret_groups, size_t cap);

#endif
