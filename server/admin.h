/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin.h -- the operator's listener: /healthz, /readyz and /metrics over plain HTTP.  SPEC
 * section 9. */
#ifndef CLIMACAST_SERVER_ADMIN_H
#define CLIMACAST_SERVER_ADMIN_H

#include <stdbool.h>

#include "server/base/err.h"
#include "server/base/metrics.h"
#include "server/base/str.h"

struct admin;

struct admin_settings {
    int fd; /* listening socket, taken over */
    struct metrics *metrics;
    /* Is the daemon ready?  One line a reason is put into `why` when not.  May take a second. */
    bool (*ready)(void *data, struct buf *why);
    /* Metrics that are no series of `metrics`, as Prometheus text.  May be NULL. */
    void (*more_metrics)(void *data, struct buf *out);
    void *data;
};
enum status admin_create(const struct admin_settings *settings, struct admin **ret_admin,
                         struct err *err);
void admin_free(struct admin *a); /* NULL allowed */

#endif
