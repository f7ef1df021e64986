/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/ops.h -- what the operator is shown: the pages of admin.listen, and the gauges that
 * are read when somebody looks. Nothing Alexa needs goes through here. */
#ifndef CLIMACAST_SERVER_ADMIN_OPS_H
#define CLIMACAST_SERVER_ADMIN_OPS_H

#include "certs/tls.h"
#include "server/admin/history.h"
#include "server/alexa_listener.h"
#include "server/base/err.h"
#include "server/pipeline.h"
#include "server/services.h"
#include "server/workers.h"

struct ops;

/* All of it outlives the operator. */
struct ops_settings {
    struct services *parts;
    struct tls *tls;
    struct alexa_listener *front;
    struct workers *workers;
    struct pipeline *pipeline;
    struct history *history;
};
/* Listens on admin.listen, if that is not empty. ST_INVALID: the address is taken, or
 * admin.simulator is yes and there is no interaction model. */
enum status ops_create(const struct ops_settings *settings, struct ops **ret_ops, struct err *err);
void ops_free(struct ops *o); /* NULL allowed */

#endif
