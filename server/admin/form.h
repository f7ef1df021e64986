/* SPDX-License-Identifier: Apache-2.0 */
/* server/admin/form.h -- reads fields of a form body (application/x-www-form-urlencoded). Pure. */
#ifndef CLIMACAST_SERVER_ADMIN_FORM_H
#define CLIMACAST_SERVER_ADMIN_FORM_H

#include <stdbool.h>

#include "server/base/str.h"

/* Set `out` to the decoded value of the first field called `name`. Returns false, with `out` empty,
 * when there is no such field or its value is malformed, not UTF-8, or longer than out->max. */
bool form_value(struct str form, const char *name, struct buf *out);

#endif
