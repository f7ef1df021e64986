/* SPDX-License-Identifier: Apache-2.0 */
/* server/tool/exposition.h -- reads metrics in the Prometheus exposition format. */
#ifndef CLIMACAST_SERVER_TOOL_EXPOSITION_H
#define CLIMACAST_SERVER_TOOL_EXPOSITION_H

#include <stddef.h>

#include "cache/topk.h"
#include "server/base/err.h"
#include "server/base/str.h"

struct exposition;

/* Copies the text; lines that do not parse are skipped later. ST_SYSTEM: out of memory. */
enum status exposition_parse(struct str text, struct exposition **ret, struct err *err);
void exposition_free(struct exposition *e); /* NULL allowed */

/* The sum of all series of that name that have these labels (name, value, ..., NULL); 0 when there
 * are none. */
double exposition_sum(const struct exposition *e, const char *name, ...) __attribute__((sentinel));

/* The most requested names of a kind ("places"), as analytics_write() exports them. Returns how
 * many. */
size_t exposition_top(const struct exposition *e, const char *kind, struct topk_name *ret_names,
                      size_t cap);

#endif
