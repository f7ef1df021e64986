/* SPDX-License-Identifier: Apache-2.0 */
/* server/api/answer_json.h -- an answer as JSON: {"speech", "place", "source", "values"}.
 *
 * Figures are rounded as they are spoken and have their unit beside them: {"value": 56, "unit":
 * "degF"}. What is not known is left out. Pure. */
#ifndef CLIMACAST_SERVER_API_ANSWER_JSON_H
#define CLIMACAST_SERVER_API_ANSWER_JSON_H

#include <stdint.h>

#include "intents/program.h"
#include "server/base/str.h"

/* Appends the object; `now` as the answer was made for. */
void answer_json_put(struct buf *out, const struct program_answer *a, int64_t now);

#endif
