/* SPDX-License-Identifier: Apache-2.0 */
/* server/alert_service.h -- the poller for pushed alerts (server/alerts/poller.h), as the
 * configuration wants it, with its log lines. */
#ifndef CLIMACAST_SERVER_ALERT_SERVICE_H
#define CLIMACAST_SERVER_ALERT_SERVICE_H

#include "server/base/err.h"
#include "server/services/services.h"

struct alert_service;

/* With alerts.enabled = no there is none: *ret_service is NULL. ST_INVALID: the secret file. */
enum status alert_service_create(struct services *services, struct alert_service **ret_service,
                                 struct err *err);
void alert_service_free(struct alert_service *s); /* NULL is allowed */

#endif
