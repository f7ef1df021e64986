/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/exposition.h -- Prometheus text read back: the daemon's own figures. */
#ifndef CLIMACAST_SERVER_TOOL_EXPOSITION_H
#define CLIMACAST_SERVER_TOOL_EXPOSITION_H

#include <stddef.h>

#include "cache/topk.h"
#include "server/base/err.h"
#include "server/base/str.h"

struct exposition;

/* The text is copied. Lines that are not understood are passed over. ST_SYSTEM: no memory. */
enum status exposition_parse(struct str text, struct exposition **ret, struct err *err);
void exposition_free(struct exposition *e); /* NULL allowed */

/* The sum of all series of that name which have these labels: name, value, ..., NULL; 0 when there
 * is none. */
double exposition_sum(const struct exposition *e, const char *name, ...) __attribute__((sentinel));

/* The most asked names of a kind, as analytics_write() tells them. */
size_t exposition_top(const struct exposition *e, const char *kind, struct topk_name *ret_names,
                      size_t room);

#endif
