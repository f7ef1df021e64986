/* SPDX-License-Identifier: Apache-2.0 */
/* server/base/json_same.h -- compares two JSON trees by value. Pure. */
#ifndef CLIMACAST_SERVER_BASE_JSON_SAME_H
#define CLIMACAST_SERVER_BASE_JSON_SAME_H

#include <jansson.h>
#include <stdbool.h>

/* Like json_equal(), but numbers are compared by value, because DynamoDB stores 100.0 as 100. */
bool json_same(json_t *a, json_t *b);

#endif
