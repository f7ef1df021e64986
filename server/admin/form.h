/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/form.h -- a form as a browser sends it (application/x-www-form-urlencoded). Pure. */
#ifndef CLIMACAST_SERVER_ADMIN_FORM_H
#define CLIMACAST_SERVER_ADMIN_FORM_H

#include <stdbool.h>

#include "server/base/str.h"

/* Put the first field of that name into `out`, decoded; `out` is emptied before. False, and `out`
 * empty: there is none, or its value is malformed, no UTF-8, or longer than out->max. */
bool form_value(struct str form, const char *name, struct buf *out);

#endif
