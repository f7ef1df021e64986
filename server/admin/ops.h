/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/ops.h -- serves the operator's pages on admin.listen (health, readiness, metrics,
 * dashboard, test console), and updates the gauges that are sampled when metrics are read.
 *
 * Requests from Alexa never pass through here. Created and freed on the main thread. */
#ifndef CLIMACAST_SERVER_ADMIN_OPS_H
#define CLIMACAST_SERVER_ADMIN_OPS_H

#include "certs/tls.h"
#include "server/admin/history.h"
#include "server/base/err.h"
#include "server/listener/alexa_listener.h"
#include "server/listener/workers.h"
#include "server/request/pipeline.h"
#include "server/request/recent.h"
#include "server/services/services.h"

struct ops;

/* Everything here must outlive the `struct ops`. */
struct ops_settings {
    struct services *services;
    struct tls *tls; /* NULL in plain HTTP */
    struct alexa_listener *listener;
    struct workers *workers;
    struct pipeline *pipeline;
    struct history *history;
    struct recent *recent;
};
/* Listen on admin.listen, unless that is empty. ST_INVALID when the address is in use, or when
 * admin.simulator is on but the interaction model cannot be found. */
enum status ops_create(const struct ops_settings *settings, struct ops **ret_ops, struct err *err);
void ops_free(struct ops *o); /* NULL is allowed */

#endif
