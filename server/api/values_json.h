/* SPDX-License-Identifier: Apache-2.0 */
/* server/api/values_json.h -- the figures of an answer as members of its "values". Pure. */
#ifndef CLIMACAST_SERVER_API_VALUES_JSON_H
#define CLIMACAST_SERVER_API_VALUES_JSON_H

#include "intents/program.h"
#include "server/api/json_writer.h"

void values_json_put(struct json_writer *w, const struct program_answer *a);

#endif
