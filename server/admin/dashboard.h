/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/dashboard.h -- the dashboard: one HTML page without scripts or external
 * resources. */
#ifndef CLIMACAST_SERVER_ADMIN_DASHBOARD_H
#define CLIMACAST_SERVER_ADMIN_DASHBOARD_H

#include "server/admin/dashboard_data.h"
#include "server/base/str.h"

/* Write the whole page. Pure: uses nothing but `d`. */
void dashboard_write(const struct dashboard_data *d, struct buf *out);

#endif
