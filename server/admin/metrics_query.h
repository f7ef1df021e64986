/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/metrics_query.h -- the daemon's counters as a page needs them: added up, or by one
 * label, most first. */
#ifndef CLIMACAST_SERVER_ADMIN_METRICS_QUERY_H
#define CLIMACAST_SERVER_ADMIN_METRICS_QUERY_H

#include <stddef.h>

#include "server/base/metrics.h"

enum { METRICS_GROUP_NAME_MAX = 63, METRICS_GROUPS_MAX = 64 };

struct metrics_group {
    char name[METRICS_GROUP_NAME_MAX + 1]; /* the label's value */
    double value;                          /* a histogram's count */
    double sum;                            /* of a histogram, seconds */
};

/* All series of the family that have these labels added up: name, value, ..., NULL. 0 when there is
 * none. */
double metrics_query_sum(struct metrics *m, const char *family, ...) __attribute__((sentinel));
/* Series added up by the values of `label`; those above 0, most first. At most `room` and
 * METRICS_GROUPS_MAX. */
size_t metrics_query_group_by(struct metrics *m, const char *family, const char *label,
                              struct metrics_group *ret_figures, size_t room);

#endif
